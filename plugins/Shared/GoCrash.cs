namespace RegistryOperator.Plugins.Shared;

/// <summary>What a tool written in Go says when it crashes: the cause comes first, and pages of stack frames after it.</summary>
internal static class GoCrash
{
    private static readonly string[] Marks = ["panic: ", "fatal error: ", "runtime: out of memory"];

    /// <summary>The lines that name the cause, joined; null where the text has no crash.</summary>
    public static string? CauseIn(string errorTail)
    {
        var lines = errorTail.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        // A panic while another is handled follows at once, indented.
        var causes = lines.SkipWhile(line => !IsCause(line)).TakeWhile(IsCause).ToArray();
        return causes.Length > 0 ? string.Join(' ', causes) : null;
    }

    private static bool IsCause(string line) => Array.Exists(Marks, mark => line.StartsWith(mark, StringComparison.Ordinal));
}
