namespace RegistryOperator.Sboms.Documents;

/// <summary>A document is no SBOM of a form that is known; the message says what is wrong and where.</summary>
public sealed class SbomFormatException(string message, Exception? innerException = null) : Exception(ToOneLine(message), innerException)
{
    private const int LongestMessage = 1000;

    // Names and texts of the document are in it, and a stranger may have made that.
    private static string ToOneLine(string message) =>
        string.Concat(Shorten(message).Select(character => char.IsControl(character) ? ' ' : character));

    private static string Shorten(string message) => message.Length > LongestMessage ? message[..LongestMessage] + "…" : message;
}
