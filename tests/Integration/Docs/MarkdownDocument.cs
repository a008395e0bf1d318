using System.Text.RegularExpressions;
using RegistryOperator.Integration.Tests.Support;

namespace RegistryOperator.Integration.Tests.Docs;

/// <summary>A fenced block of a document.</summary>
/// <param name="Language">What stands after the fence.</param>
/// <param name="Lines">Its lines.</param>
/// <param name="Line">The number of its first line, for messages.</param>
internal sealed record CodeBlock(string Language, IReadOnlyList<string> Lines, int Line)
{
    /// <summary>Why it is not run, from a comment above it; null for a block that is.</summary>
    public string? NotRun { get; init; }

    /// <summary>The file that readers put it into, from a comment above it; null for none.</summary>
    public string? File { get; init; }

    public string Text => string.Join('\n', Lines) + "\n";
}

/// <summary>A Markdown file of the repository: its blocks, links and headings.</summary>
internal sealed partial class MarkdownDocument
{
    private const string Fence = "```";

    private MarkdownDocument(string name, IReadOnlyList<CodeBlock> blocks, IReadOnlyList<string> prose, IReadOnlyList<string> strayComments)
    {
        Name = name;
        Blocks = blocks;
        Links = [.. prose.SelectMany(line => LinkPattern().Matches(CodePattern().Replace(line, "")).Select(match => match.Groups["target"].Value))];
        Anchors = prose.Where(line => line.StartsWith('#')).Select(line => ToAnchor(line.TrimStart('#').Trim())).ToHashSet(StringComparer.Ordinal);
        StrayComments = strayComments;
    }

    /// <summary>The path in the repository, e.g. <c>docs/operations.md</c>.</summary>
    public string Name { get; }

    public IReadOnlyList<CodeBlock> Blocks { get; }

    /// <summary>The targets of all links, as written.</summary>
    public IReadOnlyList<string> Links { get; }

    /// <summary>What a link may name after <c>#</c>.</summary>
    public IReadOnlySet<string> Anchors { get; }

    /// <summary>Comments to a block that stand above none.</summary>
    public IReadOnlyList<string> StrayComments { get; }

    /// <summary>The README, the pages of <c>docs</c> and the contributor's page.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "README.md", "CONTRIBUTING.md",
        .. Directory.GetFiles(Path.Combine(Product.RepositoryRoot, "docs"), "*.md")
            .Select(file => $"docs/{Path.GetFileName(file)}")
            .Order(StringComparer.Ordinal),
    ];

    public static MarkdownDocument Read(string name)
    {
        var blocks = new List<CodeBlock>();
        var prose = new List<string>();
        var stray = new List<string>();
        Match? comment = null;
        CodeBlock? open = null;
        var lines = new List<string>();
        var number = 0;
        foreach (var line in File.ReadLines(Path.Combine(Product.RepositoryRoot, name)))
        {
            number++;
            if (open is not null)
            {
                if (line != Fence)
                {
                    lines.Add(line);
                    continue;
                }

                blocks.Add(open with { Lines = [.. lines] });
                open = null;
            }
            else if (line.StartsWith(Fence, StringComparison.Ordinal))
            {
                open = new CodeBlock(line[Fence.Length..], [], number + 1) { NotRun = Value(comment, "not run"), File = Value(comment, "file") };
                comment = null;
                lines.Clear();
            }
            else
            {
                if (comment is not null) stray.Add($"{name}:{number - 1}: {comment.Value}");
                comment = CommentPattern().Match(line) is { Success: true } match ? match : null;
                prose.Add(line);
            }
        }

        return new MarkdownDocument(name, blocks, prose, stray);
    }

    private static string? Value(Match? comment, string kind) => comment?.Groups["kind"].Value == kind ? comment.Groups["value"].Value : null;

    // As GitHub makes them: "Section links" of
    // https://docs.github.com/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax.
    private static string ToAnchor(string heading) =>
        new([.. heading.ToLowerInvariant()
            .Where(character => char.IsLetterOrDigit(character) || character is ' ' or '-' or '_')
            .Select(character => character == ' ' ? '-' : character)]);

    [GeneratedRegex("^<!-- (?<kind>not run|file): (?<value>[^>]+) -->$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex CommentPattern();

    [GeneratedRegex(@"\[[^\]]*\]\((?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex LinkPattern();

    [GeneratedRegex("`[^`]*`", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex CodePattern();
}
