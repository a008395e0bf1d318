using System.Text.RegularExpressions;

namespace RegistryOperator.Integration.Tests.Docs;

/// <summary>A command of a document and what the document shows of its output.</summary>
/// <param name="Text">The command, of one line or several.</param>
/// <param name="Output">The lines shown; none where the document shows nothing.</param>
/// <param name="Line">The command's line, for messages.</param>
internal sealed record DocumentedCommand(string Text, IReadOnlyList<string> Output, int Line)
{
    private const string Prompt = "$ ";

    /// <summary>The commands of a block: a line that begins with <c>$</c>, its continuations after a backslash, its output.</summary>
    public static IReadOnlyList<DocumentedCommand> Of(CodeBlock block)
    {
        var commands = new List<DocumentedCommand>();
        var continues = false;
        for (var i = 0; i < block.Lines.Count; i++)
        {
            var line = block.Lines[i];
            if (line.StartsWith(Prompt, StringComparison.Ordinal)) commands.Add(new DocumentedCommand(line[Prompt.Length..], [], block.Line + i));
            else if (commands.Count == 0) throw new FormatException($"The console block at line {block.Line} begins without '$ '.");
            else if (continues) commands[^1] = commands[^1] with { Text = $"{commands[^1].Text}\n{line}" };
            else commands[^1] = commands[^1] with { Output = [.. commands[^1].Output, line] };
            continues = (continues || line.StartsWith(Prompt, StringComparison.Ordinal)) && line.EndsWith('\\');
        }

        return commands;
    }
}

/// <summary>
/// Compares what a command printed with what a document shows. What differs from run to run is left out of it: digests, ports, times, ages, durations,
/// sizes of compressed layers, versions of tools, and how wide a column is. In a document <c>…</c> stands for anything, alone in a line for any lines.
/// </summary>
internal static partial class ConsoleOutput
{
    private const string Ellipsis = "…";

    public static bool Matches(IEnumerable<string> shown, string printed)
    {
        var pattern = string.Concat(shown.Select(Normalize).Select(line =>
            line == Ellipsis ? "([^\n]*\n)*" : Regex.Escape(line).Replace(Ellipsis, "[^\n]*", StringComparison.Ordinal) + "\n"));
        return Regex.IsMatch(
            string.Concat(Lines(printed).Select(line => Normalize(line) + "\n")),
            $@"\A{pattern}\z",
            RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking);
    }

    public static string Describe(IEnumerable<string> lines) => string.Join('\n', lines.Select(line => $"  | {Normalize(line)}"));

    public static string[] Lines(string text) => text.Length == 0 ? [] : text.TrimEnd('\n').Split('\n');

    private static string Normalize(string line)
    {
        line = TimePattern().Replace(line, "TIME");
        line = DigestPattern().Replace(line, "DIGEST");
        line = PortPattern().Replace(line, "127.0.0.1:PORT");
        line = SizePattern().Replace(line, "SIZE");
        line = AgePattern().Replace(line, "AGE");
        line = ToolPattern().Replace(line, "${tool} VERSION");
        return RulePattern().Replace(SpacePattern().Replace(line, " "), "─").Trim();
    }

    [GeneratedRegex(@"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex TimePattern();

    [GeneratedRegex(@"sha256:([0-9a-f]{64}|…)|\b[0-9a-f]{12}\b", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex DigestPattern();

    [GeneratedRegex(@"127\.0\.0\.1:\d+", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex PortPattern();

    [GeneratedRegex(@"\b\d+(\.\d+)? (B|KiB|MiB)\b", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex SizePattern();

    [GeneratedRegex(@"\b\d+(d|h|m|s|\.\d+ s)\b", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex AgePattern();

    [GeneratedRegex(@"\b(?<tool>trivy|syft) (dev|\d+(\.\d+)+)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex ToolPattern();

    [GeneratedRegex(@"\s+", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex SpacePattern();

    [GeneratedRegex("─+", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex RulePattern();
}
