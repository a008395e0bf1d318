using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CsCheck;
using RegistryOperator.Abstractions.Authentication;

namespace RegistryOperator.Abstractions.Tests.Authentication;

public class ConcealTests
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Everything that URLs and JSON escape, and no word.
    private static readonly Gen<string> Secret =
        Gen.String[Gen.Char["0123456789ABCDEFGHIJ!$%&<>\"'\\/+=@:?ä€\t"], 8, 40].Where(secret => secret.Trim() == secret);

    [Theory]
    [InlineData("login with hunter2-hunter2 failed", "login with *** failed")]
    [InlineData("hunter2-hunter2hunter2-hunter2", "******")]
    [InlineData("xhunter2-hunter2x", "x***x")]
    [InlineData("alice:hunter2-hunter2@registry", "alice:***@registry")]
    [InlineData("Hunter2-Hunter2", "Hunter2-Hunter2")]
    [InlineData("user alice is refused", "user alice is refused")]
    [InlineData("", "")]
    public void Conceal_Text_HasTheSecretMasked(string text, string expected)
    {
        new RegistryCredential.UsernamePassword("alice", "hunter2-hunter2").Conceal(text).ShouldBe(expected);
        new RegistryCredential.IdentityToken("hunter2-hunter2").Conceal(text).ShouldBe(expected);
        new RegistryCredential.RegistryToken(" hunter2-hunter2\n").Conceal(text).ShouldBe(expected); // as it is sent
    }

    [Fact]
    public void Conceal_AnyFormOfAnySecret_ShowsNone() =>
        Gen.Select(Secret, Gen.Int[0, 11]).Sample((secret, form) =>
        {
            var password = new RegistryCredential.UsernamePassword("alice", secret);
            var written = Write(secret, form);

            password.Conceal($"GET {written} failed").ShouldBe("GET *** failed");
            new RegistryCredential.IdentityToken(secret).Conceal($"\"{written}\"").ShouldBe("\"***\"");
        });

    // Each form is what the named writer writes for the secret.
    [Theory]
    [InlineData("Q7/k!Z't\"p9", "Q7/k!Z't%22p9")] // encodeURI, .NET's Uri
    [InlineData("Q7/k!Z't\"p9", "Q7%2Fk!Z't%22p9")] // encodeURIComponent
    [InlineData("Q7/k!Z't\"p9", "Q7/k%21Z%27t%22p9")] // Python: quote
    [InlineData("Q7/k!Z't\"p9", "Q7%2Fk%21Z%27t%22p9")] // Python: quote_plus; Go: QueryEscape
    [InlineData("a b&c$d=e:f@g/h;i,j", "a+b%26c%24d%3De%3Af%40g%2Fh%3Bi%2Cj")] // Go: QueryEscape; PHP; Java
    [InlineData("a b&c$d=e:f@g/h;i,j", "a%20b&c$d=e:f@g%2Fh%3Bi%2Cj")] // Go: PathEscape
    [InlineData("a b&c$d=e:f@g/h;i,j", "a%20b&c$d=e:f@g/h;i,j")] // Go: EscapedPath
    [InlineData("a b&c$d=e:f@g/h;i,j", "a+b%26c%24d%3De%3Af%40g/h%3Bi%2Cj")] // Python: quote_plus, safe='/'
    [InlineData("ab~cd*ef(g)", "ab%7Ecd%2Aef%28g%29")] // PHP: urlencode
    [InlineData("ab~cd*ef(g)", "ab%7Ecd*ef%28g%29")] // Java: URLEncoder
    [InlineData("schlüssel", "schl%c3%bcssel")]
    [InlineData("S3cr3tPassWord-9", "s3cr3tpassword-9")] // a URL's host or scheme
    [InlineData("Q7\"k'Z<é>&p9/x", "Q7\\\"k'Z<\\u00e9>&p9/x")] // Python: json.dumps
    [InlineData("Q7\"k'Z<é>&p9/x", "Q7\\\"k'Z<é>&p9/x")] // JSON.stringify; Python: ensure_ascii=False
    [InlineData("Q7\"k'Z<é>&p9/x", "Q7\\\"k'Z<\\u00e9>&p9\\/x")] // PHP: json_encode
    [InlineData("Q7\"k'Z<é>&p9/x", "Q7\\\"k'Z\\u003cé\\u003e\\u0026p9/x")] // Go: json.Marshal
    [InlineData("Q7\"k'Z<é>&p9/x", "Q7\\u0022k\\u0027Z\\u003C\\u00E9\\u003E\\u0026p9/x")] // System.Text.Json
    [InlineData("tab\tand line\nend", "tab\\tand line\\nend")]
    [InlineData("tab\tand  two", "tab and two")] // in one line
    [InlineData("Q7\"k'Z<é>&p9/x", "Q7&quot;k&#x27;Z&lt;é&gt;&amp;p9/x")] // Python: html.escape
    [InlineData("Q7\"k'Z<é>&p9/x", "Q7&#34;k&#39;Z&lt;é&gt;&amp;p9/x")] // Go: html.EscapeString
    [InlineData("Q7\"k'Z<é>&p9/x", "Q7&quot;k&#039;Z&lt;é&gt;&amp;p9/x")] // PHP: htmlspecialchars
    [InlineData("Q7\"k'Z<é>&p9/x", "Q7&quot;k&apos;Z&lt;é&gt;&amp;p9/x")] // XML
    [InlineData("Q7\"k'Z<é>&p9/x", "Q7\"k'Z&lt;é&gt;&amp;p9/x")] // text of an element
    [InlineData("Q7\"k'Z<é>&p9/x", "Q7&quot;k&#39;Z&lt;&#233;&gt;&amp;p9/x")] // WebUtility
    [InlineData("hunter2-", "68:75:6e:74:65:72:32:2d")]
    [InlineData("hunter2-", "68-75-6E-74-65-72-32-2D")]
    [InlineData("hunter2-", "68 75 6e 74 65 72 32 2d")]
    public void Conceal_FormThatALibraryWrites_IsMasked(string secret, string written)
    {
        new RegistryCredential.UsernamePassword("alice", secret).Conceal($"it is ({written}).").ShouldBe("it is (***).");

        var mask = SecretMask.Of(RegistryCredential.Anonymous.CreateMask(), new RegistryCredential.RegistryToken(secret).CreateMask());
        mask.IsIn($"it is ({written}).").ShouldBeTrue();
        mask.ToString().ShouldNotContain(secret);
    }

    [Theory]
    [InlineData("Administrator!", "an administrator! is asked")]
    [InlineData("PassWord", "PassWords")]
    [InlineData("Pass1234", "PASS1234")]
    public void Conceal_AnotherText_IsTheSameText(string secret, string text)
    {
        var mask = new RegistryCredential.UsernamePassword("alice", secret + "-more").CreateMask();

        mask.Conceal(text).ShouldBeSameAs(text);
        mask.IsIn(text).ShouldBeFalse();
    }

    [Fact]
    public void CreateMask_NoSecret_IsEmpty()
    {
        RegistryCredential.Anonymous.CreateMask().IsEmpty.ShouldBeTrue();
        new RegistryCredential.UsernamePassword("alice", "").CreateMask().IsEmpty.ShouldBeTrue();
        SecretMask.Of(RegistryCredential.Anonymous.CreateMask(), SecretMask.Of()).IsEmpty.ShouldBeTrue();
        new RegistryCredential.UsernamePassword("alice", "hunter2-hunter2").CreateMask().IsEmpty.ShouldBeFalse();
    }

    [Theory]
    [InlineData("alice", "s3cr3t-s3cr3t", "YWxpY2U6czNjcjN0LXMzY3IzdA==")]
    [InlineData("alice", "s3cr3t-s3cr3t", "YWxpY2U6czNjcjN0LXMzY3IzdA")]
    [InlineData("bob", ">>>???>>>???", "Ym9iOj4+Pj8/Pz4+Pj8/Pw==")]
    [InlineData("bob", ">>>???>>>???", "Ym9iOj4-Pj8_Pz4-Pj8_Pw")]
    [InlineData("bob", "1", "Ym9iOjE=")]
    public void Conceal_Base64OfUserAndPassword_IsMasked(string user, string password, string encoded) =>
        new RegistryCredential.UsernamePassword(user, password).Conceal($"Authorization: Basic {encoded}").ShouldBe("Authorization: Basic ***");

    [Theory]
    [InlineData("test", "the test of latest, in test-1: test", "the *** of latest, in ***-1: ***")]
    [InlineData("admin12", "admin12 admin123", "*** admin123")]
    [InlineData("abcdefgh", "xabcdefghx", "x***x")]
    [InlineData("a/b+c", "q=a%2Fb%2bc&x=a/b+c", "q=a%2Fb%2bc&x=***")] // two ways of writing in one is nobody's
    [InlineData("abc", "abc is not abc", "abc is not abc")]
    [InlineData("1", "exit code 1", "exit code 1")]
    [InlineData("", "nothing to hide", "nothing to hide")]
    [InlineData("   ", "a   b", "a   b")]
    public void Conceal_ShortSecret_LeavesOrdinaryTextReadable(string password, string text, string expected) =>
        new RegistryCredential.UsernamePassword("alice", password).Conceal(text).ShouldBe(expected);

    [Fact]
    public void Conceal_Base64OfALongerText_ShowsNothingOfTheSecret() =>
        Gen.Select(Secret, Gen.String[Gen.Char.AlphaNumeric, 0, 9], Gen.String[Gen.Char.AlphaNumeric, 0, 9]).Sample((secret, before, after) =>
        {
            var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(before + secret + after));

            var shown = new RegistryCredential.RegistryToken(secret).Conceal(encoded);

            // At most the two characters that have bits of its neighbours.
            var outside = (Encoding.UTF8.GetByteCount(before + after) * 4 / 3) + 6;
            shown.ShouldContain("***");
            shown.Replace("***", "", StringComparison.Ordinal).Length.ShouldBeLessThanOrEqualTo(outside);
        });

    [Fact]
    public void Conceal_Anonymous_ChangesNothing() => RegistryCredential.Anonymous.Conceal("any text").ShouldBe("any text");

    private static string Write(string secret, int form) => form switch
    {
        0 => secret,
        1 => Uri.EscapeDataString(secret),
        2 => Lower(Uri.EscapeDataString(secret), '%', 2),
        3 => JsonSerializer.Serialize(secret)[1..^1],
        4 => Lower(JsonSerializer.Serialize(secret)[1..^1], 'u', 4),
        5 => JsonSerializer.Serialize(secret, Relaxed)[1..^1],
        // As Go's encoding/json writes it.
        6 => JsonSerializer.Serialize(secret, Relaxed)[1..^1].Replace("<", "\\u003c").Replace(">", "\\u003e").Replace("&", "\\u0026"),
        7 => WebUtility.HtmlEncode(secret),
        8 => Convert.ToHexString(Encoding.UTF8.GetBytes(secret)),
        9 => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(secret)),
        10 => Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)),
        11 => Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)).TrimEnd('=').Replace('+', '-').Replace('/', '_'),
        _ => secret,
    };

    private static string Lower(string text, char mark, int digits)
    {
        var characters = text.ToCharArray();
        for (var i = 0; i < characters.Length; i++)
        {
            if (text[i] != mark || (mark == 'u' && (i == 0 || text[i - 1] != '\\'))) continue;
            for (var j = i + 1; j <= i + digits && j < characters.Length; j++) characters[j] = char.ToLowerInvariant(characters[j]);
        }

        return new string(characters);
    }
}
