using System.Text.Json;

namespace RegistryOperator.Shared;

/// <summary>
/// Texts of JSON that strangers wrote. System.Text.Json checks neither UTF-8 nor escaped surrogates before it is asked for a text, or compares a name, and
/// answers then with an <see cref="InvalidOperationException"/>, which reads as a fault of the program and not of the document.
/// </summary>
internal static class JsonText
{
    /// <summary>True for what reading a document throws that is no JSON, or has a text that is none.</summary>
    public static bool IsFault(Exception exception) => exception is JsonException or InvalidOperationException;

    /// <summary>The text of a string or of a member's name.</summary>
    /// <exception cref="JsonException">It is no text: bytes that are no UTF-8, or an escaped half of a surrogate pair.</exception>
    public static string TextOf(in Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException invalid)
        {
            throw new JsonException("A string of the document is no Unicode text.", invalid);
        }
    }
}
