namespace RegistryOperator.Sboms.Documents;

/// <summary>A document is not an SBOM in a supported format; the message says what is wrong and where.</summary>
public sealed class SbomFormatException(string message, Exception? innerException = null) : Exception(ToOneLine(message), innerException)
{
    private const int LongestMessage = 1000;

    // It quotes the document, which is untrusted.
    private static string ToOneLine(string message) =>
        string.Concat(Shorten(message).Select(character => char.IsControl(character) ? ' ' : character));

    private static string Shorten(string message) => message.Length > LongestMessage ? message[..LongestMessage] + "…" : message;
}
