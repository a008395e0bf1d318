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
