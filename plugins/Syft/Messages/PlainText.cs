namespace RegistryOperator.Plugins.Syft.Messages;

/// <summary>Makes text from Syft fit for a message: one line of bounded length, without control characters.</summary>
internal static class PlainText
{
    /// <summary>How much of the text is shown, in characters.</summary>
    public const int MaximumLength = 500;

    /// <summary>In one line, and no more than the beginning.</summary>
    public static string Begin(string text) => ToOneLine(text.Length > MaximumLength ? text[..MaximumLength] + "…" : text);

    // Control characters would move a terminal's cursor or end a line of a log.
    private static string ToOneLine(string text) => string.Concat(text.Select(character => char.IsControl(character) ? ' ' : character));
}
