namespace RegistryOperator.Plugins.Trivy.Running;

/// <summary>Words of others, such as Trivy's or names in an image, where they become part of a message.</summary>
internal static class PlainText
{
    /// <summary>How much of them is shown, in characters.</summary>
    public const int MaximumLength = 500;

    /// <summary>Without what would move a terminal's cursor or end a line of a log.</summary>
    public static string ToOneLine(string text) => string.Concat(text.Select(character => char.IsControl(character) ? ' ' : character));

    /// <summary>In one line, and no more than the beginning.</summary>
    public static string Begin(string text) => ToOneLine(text.Length > MaximumLength ? text[..MaximumLength] + "…" : text);

    /// <summary>In one line, and no more than the end.</summary>
    public static string End(string text) => ToOneLine(text.Length > MaximumLength ? "…" + text[^MaximumLength..] : text);
}
