using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;

namespace RegistryOperator.Abstractions.Authentication;

/// <summary>The forms in which tools and servers repeat a secret. Each is one that a common library writes.</summary>
internal static class SecretForms
{
    /// <summary>A shorter secret is masked as a whole word only, so that <c>test</c> does not change <c>latest</c>.</summary>
    public const int ShortestInsideWords = 8;

    private const string LowerDigits = "0123456789abcdef";
    private const string UpperDigits = "0123456789ABCDEF";

    /// <summary>What percent encodings keep beside ASCII letters and digits.</summary>
    private static readonly string[] KeptInUrls =
    [
        "-._~", // RFC 3986, Go's url.QueryEscape
        "-._~/", // Python's urllib.parse.quote
        "-._", // PHP's urlencode
        "-._*", // Java's URLEncoder, forms of HTML
        "-._~!*'()", // encodeURIComponent
        "-._~!*'();,/?:@&=+$#", // encodeURI
        "-._~!*'();,/?:@&=+$#[]", // .NET's Uri
        "-._~$&+:=@", // Go's url.PathEscape
        "-._~$&+:=@,/;", // Go's URL.EscapedPath
    ];

    /// <summary>How quotation marks and apostrophes are written in HTML and XML.</summary>
    private static readonly (string Quote, string Apostrophe)[] Quotes =
    [
        ("&quot;", "&#x27;"), // Python
        ("&#34;", "&#39;"), // Go
        ("&quot;", "&#39;"),
        ("&quot;", "&#039;"), // PHP
        ("&quot;", "&apos;"), // XML
        ("&quot;", "'"),
        ("\"", "'"),
    ];

    /// <summary>All forms of one secret, some more than once.</summary>
    public static IEnumerable<string> Of(string secret)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        return
        [
            secret,
            // As texts in one line are written, such as those of a status.
            string.Join(' ', secret.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)),
            .. AsHost(secret), .. InUrls(bytes), .. InJson(secret), .. InHtml(secret), .. InHex(bytes),
            .. Base64(bytes),
            .. secret.Length < ShortestInsideWords ? [] : Enumerable.Range(0, 3).SelectMany(before => Base64Within(bytes, before)),
        ];
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

    /// <summary>In lower case, as the scheme or the host of a URL, where it may be one; no short one, since words are written in lower case, too.</summary>
    private static string[] AsHost(string secret) =>
        secret.Length >= ShortestInsideWords && secret.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '+' or '_')
            ? [secret.ToLowerInvariant()]
            : [];

    private static IEnumerable<string> InUrls(byte[] secret)
    {
        foreach (var kept in KeptInUrls)
        {
            foreach (var digits in new[] { UpperDigits, LowerDigits })
            {
                var percent = Percent(secret, kept, digits);
                yield return percent;
                yield return percent.Replace("%20", "+", StringComparison.Ordinal);
            }
        }
    }

    private static string Percent(byte[] secret, string kept, string digits)
    {
        var text = new StringBuilder(secret.Length + 16);
        foreach (var one in secret)
        {
            if (char.IsAsciiLetterOrDigit((char)one) || kept.Contains((char)one, StringComparison.Ordinal)) text.Append((char)one);
            else text.Append('%').Append(digits[one >> 4]).Append(digits[one & 15]);
        }

        return text.ToString();
    }

    /// <summary>Without the quotation marks around it.</summary>
    private static IEnumerable<string> InJson(string secret)
    {
        yield return JavaScriptEncoder.Default.Encode(secret);
        yield return JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(secret);
        // Python escapes all beyond ASCII, PHP the slash, too, Go what HTML knows, .NET nearly everything.
        foreach (var escaped in new[] { "", "/", "<>&", "<>&'+`" })
        {
            foreach (var isAscii in new[] { false, true })
            {
                yield return Json(secret, escaped, isAscii, LowerDigits);
                yield return Json(secret, escaped, isAscii, UpperDigits);
            }
        }
    }

    private static string Json(string secret, string escaped, bool isAscii, string digits)
    {
        var text = new StringBuilder(secret.Length + 16);
        foreach (var letter in secret)
        {
            if (letter is '"' && escaped.Contains('\'', StringComparison.Ordinal)) Escape(letter);
            else if (letter is '"' or '\\') text.Append('\\').Append(letter);
            else if (letter is '/' && escaped == "/") text.Append("\\/");
            else if (letter is '\n') text.Append("\\n");
            else if (letter is '\r') text.Append("\\r");
            else if (letter is '\t') text.Append("\\t");
            else if (letter is '\b') text.Append("\\b");
            else if (letter is '\f') text.Append("\\f");
            else if (letter < ' ' || (isAscii && letter > '~') || escaped.Contains(letter, StringComparison.Ordinal)) Escape(letter);
            else text.Append(letter);
        }

        return text.ToString();

        void Escape(char letter) =>
            text.Append("\\u").Append(digits[letter >> 12]).Append(digits[(letter >> 8) & 15]).Append(digits[(letter >> 4) & 15]).Append(digits[letter & 15]);
    }

    private static IEnumerable<string> InHtml(string secret)
    {
        yield return WebUtility.HtmlEncode(secret);
        var text = secret.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal);
        foreach (var (quote, apostrophe) in Quotes)
            yield return text.Replace("\"", quote, StringComparison.Ordinal).Replace("'", apostrophe, StringComparison.Ordinal);
    }

    private static IEnumerable<string> InHex(byte[] secret)
    {
        foreach (var separator in new[] { "", ":", "-", " " })
        {
            var lower = string.Join(separator, secret.Select(one => one.ToString("x2", CultureInfo.InvariantCulture)));
            yield return lower;
            yield return lower.ToUpperInvariant();
        }
    }
}
