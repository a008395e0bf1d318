namespace RegistryOperator.Plugins.Shared;

/// <summary>Makes text from tools and from images fit for a message: one line of bounded length, without control characters.</summary>
internal static class PlainText
{
    /// <summary>How much of the text is shown, in characters.</summary>
    public const int MaximumLength = 500;

    /// <summary>In one line, and no more than the beginning.</summary>
    public static string Begin(string text) => ToOneLine(text.Length > MaximumLength ? text[..MaximumLength] + "…" : text);

    /// <summary>In one line, and no more than the end.</summary>
    public static string End(string text) => ToOneLine(text.Length > MaximumLength ? "…" + text[^MaximumLength..] : text);

    // Control characters would move a terminal's cursor or end a line of a log.
    private static string ToOneLine(string text) => string.Concat(text.Select(character => char.IsControl(character) ? ' ' : character));
}
