using System.Net;
using System.Text;
using System.Text.Encodings.Web;

namespace RegistryOperator.Abstractions.Authentication;

/// <summary>Masks secrets in a text, in the forms in which tools and servers repeat them.</summary>
internal static class SecretMask
{
    /// <summary>The replacement of a secret.</summary>
    public const string Mask = "***";

    /// <summary>A shorter secret, such as <c>1</c>, occurs in any text: masking it would ruin the text, and reveal the secret.</summary>
    public const int ShortestMasked = 4;

    /// <summary>A shorter secret is masked as a whole word only, so that <c>test</c> does not change <c>latest</c>.</summary>
    public const int ShortestInsideWords = 8;

    /// <summary>Masks.</summary>
    /// <param name="text">The text.</param>
    /// <param name="secrets">The secrets to mask, in every form.</param>
    /// <param name="encoded">Texts to mask verbatim: encodings that combine secrets with other text.</param>
    public static string Conceal(string text, IEnumerable<string> secrets, IEnumerable<string> encoded)
    {
        ArgumentNullException.ThrowIfNull(text);
        var forms = secrets.Select(secret => secret.Trim()).Where(secret => secret.Length >= ShortestMasked).SelectMany(Forms).Concat(encoded)
            .Where(form => form.Length >= ShortestMasked).Distinct(StringComparer.Ordinal)
            // A form may contain another one.
            .OrderByDescending(form => form.Length);
        foreach (var form in forms)
            text = form.Length < ShortestInsideWords ? ReplaceWords(text, form) : text.Replace(form, Mask, StringComparison.Ordinal);
        return text;
    }

    /// <summary>Base64 with and without padding, in the plain and the URL-safe alphabet (<see href="https://www.rfc-editor.org/rfc/rfc4648"/>).</summary>
    public static IEnumerable<string> Base64(string secret) => Base64(Encoding.UTF8.GetBytes(secret));

    /// <inheritdoc cref="Base64(string)"/>
    public static IEnumerable<string> Base64(ReadOnlySpan<byte> secret)
    {
        var padded = Convert.ToBase64String(secret);
        var urlSafe = padded.Replace('+', '-').Replace('/', '_');
        return [padded, padded.TrimEnd('='), urlSafe, urlSafe.TrimEnd('=')];
    }

    /// <summary>
    /// The secret verbatim, URL-encoded, in JSON as several writers escape it, in HTML, in hexadecimal digits, and in Base64, by itself and within a
    /// longer text, such as <c>user:password</c>.
    /// </summary>
    private static IEnumerable<string> Forms(string secret)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        var percent = Uri.EscapeDataString(secret);
        var ascii = JavaScriptEncoder.Default.Encode(secret);
        var relaxed = JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(secret);
        return
        [
            secret,
            percent, LowerHex(percent, '%', 2), percent.Replace("%20", "+", StringComparison.Ordinal),
            ascii, LowerHex(ascii, 'u', 4),
            relaxed,
            // As Go writes JSON: relaxed, but safe within HTML.
            relaxed.Replace("<", "\\u003c", StringComparison.Ordinal).Replace(">", "\\u003e", StringComparison.Ordinal)
                .Replace("&", "\\u0026", StringComparison.Ordinal),
            WebUtility.HtmlEncode(secret),
            Convert.ToHexStringLower(bytes), Convert.ToHexString(bytes),
            .. Base64(bytes),
            .. secret.Length < ShortestInsideWords ? [] : Enumerable.Range(0, 3).SelectMany(before => Base64Within(bytes, before)),
        ];
    }

    /// <summary>
    /// Those characters of a longer text's Base64 that the secret alone decides: three bytes are four characters, so that one character at each end may
    /// have bits of its neighbours.
    /// </summary>
    private static IEnumerable<string> Base64Within(byte[] secret, int bytesBefore)
    {
        const int BitsOfByte = 8;
        const int BitsOfCharacter = 6;
        var start = ((bytesBefore * BitsOfByte) + BitsOfCharacter - 1) / BitsOfCharacter;
        var end = (bytesBefore + secret.Length) * BitsOfByte / BitsOfCharacter;
        var plain = Convert.ToBase64String([.. new byte[bytesBefore], .. secret])[start..end];
        return [plain, plain.Replace('+', '-').Replace('/', '_')];
    }

    /// <summary>Lower case for the hexadecimal digits of escapes, which start with <paramref name="mark"/>.</summary>
    private static string LowerHex(string text, char mark, int digits)
    {
        var result = new StringBuilder(text);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != mark || (mark == 'u' && (i == 0 || text[i - 1] != '\\'))) continue;
            for (var j = i + 1; j <= Math.Min(i + digits, text.Length - 1); j++) result[j] = char.ToLowerInvariant(text[j]);
        }

        return result.ToString();
    }

    private static string ReplaceWords(string text, string word)
    {
        for (var at = text.IndexOf(word, StringComparison.Ordinal); at >= 0; at = text.IndexOf(word, at + 1, StringComparison.Ordinal))
        {
            var end = at + word.Length;
            if ((at > 0 && char.IsLetterOrDigit(text[at - 1])) || (end < text.Length && char.IsLetterOrDigit(text[end]))) continue;
            text = string.Concat(text.AsSpan(0, at), Mask, text.AsSpan(end));
        }

        return text;
    }
}
