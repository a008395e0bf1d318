using System.Text;

namespace RegistryOperator.Host.Tests.Cli.VerifyBundle;

/// <summary>
/// <c>docs/conformance.md</c>, whose tables the tests write: with <c>UPDATE_GOLDEN=1</c> in the environment that below a heading is replaced, otherwise its
/// rows are what is expected.
/// </summary>
internal static class ConformanceDocument
{
    private const string Heading = "| case | expected | verdict | reason |";
    private static readonly string File = Path.Combine(GoldenFile.Root, "docs", "conformance.md");

    /// <summary>A row of a table.</summary>
    public static string Row(string name, bool hasToFail, bool isVerified, string reason) =>
        $"| `{name}` | {Word(!hasToFail)} | {Word(isVerified)} |{(reason.Length == 0 ? "" : $" `{reason}`")} |";

    /// <summary>The rows below a heading, by their cases.</summary>
    public static IReadOnlyDictionary<string, string> Read(string title)
    {
        var (lines, start, end) = Find(title);
        return lines[start..end].ToDictionary(line => line.Split('`')[1], StringComparer.Ordinal);
    }

    /// <summary>Writes the rows, where that is wanted.</summary>
    /// <returns>False where the document is to be compared instead.</returns>
    public static bool Update(string title, IEnumerable<string> rows)
    {
        if (!GoldenFile.IsUpdated) return false;
        var (lines, start, end) = Find(title);
        string[] changed = [.. lines[..start], .. rows, .. lines[end..]];
        System.IO.File.WriteAllText(File, string.Join('\n', changed), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        return true;
    }

    private static string Word(bool isVerified) => isVerified ? "verified" : "refused";

    private static (string[] Lines, int Start, int End) Find(string title)
    {
        var lines = System.IO.File.ReadAllText(File).Split('\n');
        var start = Array.IndexOf(lines, Heading, Array.IndexOf(lines, title)) + 2;
        var end = start;
        while (lines[end].StartsWith('|')) end++;
        return (lines, start, end);
    }
}
