namespace RegistryOperator.Sigstore.Formats;

/// <summary>Base64 as readers of protobuf's JSON take it: either alphabet, with or without padding, in one line or wrapped.</summary>
internal static class Base64Text
{
    public static bool TryDecode(string text, out byte[] bytes)
    {
        bytes = [];
        foreach (var character in text)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('+' or '/' or '-' or '_' or '=' or '\r' or '\n')) return false;
        }

        text = text.ReplaceLineEndings("");
        var standard = text.Contains('-', StringComparison.Ordinal) || text.Contains('_', StringComparison.Ordinal)
            ? text.Replace('-', '+').Replace('_', '/')
            : text;
        if (standard.Length % 4 is var over and > 0) standard = standard.PadRight(standard.Length + 4 - over, '=');
        var buffer = new byte[standard.Length / 4 * 3];
        if (!Convert.TryFromBase64String(standard, buffer, out var length)) return false;
        bytes = length == buffer.Length ? buffer : buffer[..length];
        return true;
    }
}
