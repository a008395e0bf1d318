using YamlDotNet.Core;

namespace RegistryOperator.Host.Yaml;

/// <summary>A text to read and the name by which problems call it.</summary>
internal sealed record YamlSource(string Name, TextReader Reader);

/// <summary>Reads the documents of a YAML (or JSON) text.</summary>
internal static class YamlReader
{
    /// <summary>
    /// All documents that can be read. Problems, also those of the documents that can't be, are added to <paramref name="problems"/>, until these are full.
    /// </summary>
    public static IReadOnlyList<YamlDocument> Read(YamlSource source, YamlProblems problems)
    {
        if (ReadText(source, problems) is not { } text) return [];
        var documents = new List<YamlDocument>();
        var nodes = 0;
        for (var (start, line) = (0, 0); start < text.Length && !problems.IsFull(source.Name);)
        {
            var composer = new YamlComposer(new Parser(ReaderAt(text, start)), line, nodes);
            try
            {
                ReadDocuments(composer, source.Name, documents, problems);
                break;
            }
            catch (YamlSyntaxException exception)
            {
                nodes = composer.Nodes;
                var problem = FindTab(source.Name, text.AsSpan(start), line, exception)
                    ?? new YamlProblem(
                        source.Name, exception.Position.Line, exception.Position.Column, exception.Message + Advise(text.AsSpan(start), line, exception));
                // An error found while reading the document before occurs again in its own.
                if (!problems.Contains(problem)) problems.Add(problem);
                // A line that starts with --- begins a document whatever stands before it, so the rest of the file can be judged too.
                if (!TryFindDocument(text, exception.Position.Line, ref start, ref line)) break;
            }
        }
        return documents;
    }

    /// <summary>Reads from a place on, without a copy of what follows.</summary>
    private static StringReader ReaderAt(string text, int start)
    {
        var reader = new StringReader(text);
        Span<char> passed = stackalloc char[512];
        while (start > 0) start -= reader.Read(passed[..Math.Min(start, passed.Length)]);
        return reader;
    }

    /// <summary>The tab that indents a line, where the error is about one: the parser names where it noticed, which may be lines away.</summary>
    private static YamlProblem? FindTab(string file, ReadOnlySpan<char> text, int linesBefore, YamlSyntaxException exception)
    {
        if (!exception.Message.Contains(" tab ", StringComparison.Ordinal)) return null;
        var number = linesBefore;
        foreach (var line in text.EnumerateLines())
        {
            number++;
            var indentation = line[..^line.TrimStart([' ', '\t']).Length];
            if (indentation.IndexOf('\t') is var tab and >= 0 && indentation.Length < line.Length)
                return new YamlProblem(file, number, tab + 1, "a tab; YAML indents with spaces");
        }

        return null;
    }

    /// <summary>What helps where quotes are missing.</summary>
    private static string? Advise(ReadOnlySpan<char> text, int linesBefore, YamlSyntaxException exception)
    {
        if (!exception.IsOfSyntax) return null;
        var number = linesBefore;
        foreach (var line in text.EnumerateLines())
        {
            if (++number == exception.Position.Line) return YamlQuoting.Advise(line, exception.Position.Column);
        }

        return null;
    }

    private static void ReadDocuments(YamlComposer composer, string file, List<YamlDocument> documents, YamlProblems problems)
    {
        while (!problems.IsFull(file) && composer.ReadDocument() is { } root) documents.Add(new YamlToJson(file, problems).Convert(root));
    }

    /// <summary>Moves to the first <c>---</c> after the line, counted from 1, of an error.</summary>
    private static bool TryFindDocument(string text, int errorLine, ref int start, ref int line)
    {
        // An error may be noticed on the very line of the next ---, so that line counts, but not the one the failed document began with.
        var failedLine = line;
        var (position, current) = (0, 0);
        while (position < text.Length)
        {
            var rest = text.AsSpan(position);
            if (current > failedLine && current + 1 >= errorLine && rest.StartsWith("---") && (rest.Length == 3 || rest[3] is ' ' or '\t' or '\r' or '\n'))
            {
                (start, line) = (position, current);
                return true;
            }
            var end = rest.IndexOf('\n');
            if (end < 0) return false;
            position += end + 1;
            current++;
        }
        return false;
    }

    private static string? ReadText(YamlSource source, YamlProblems problems)
    {
        var buffer = new char[81920];
        var text = new System.Text.StringBuilder();
        try
        {
            while (source.Reader.Read(buffer) is var count and > 0)
            {
                if (text.Length + count > YamlLimits.FileLength)
                {
                    problems.Add(YamlProblem.OfFile(source.Name, $"more than {YamlLimits.FileLength / (1024 * 1024)} Mi characters; split the file"));
                    return null;
                }

                text.Append(buffer, 0, count);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What could be opened may still not be readable: a folder as standard input, a bad disk.
            problems.Add(YamlProblem.OfFile(source.Name, "can't be read: " + exception.Message));
            return null;
        }

        return text.ToString();
    }
}
