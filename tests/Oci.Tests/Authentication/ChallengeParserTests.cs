using CsCheck;
using RegistryOperator.Oci.Authentication;

namespace RegistryOperator.Oci.Tests.Authentication;

public sealed class ChallengeParserTests
{
    [Theory]
    [InlineData("Basic realm=\"x\"", "Basic realm=x")]
    [InlineData("bearer realm=\"https://auth.docker.io/token\",service=\"registry.docker.io\",scope=\"repository:a/b:pull,push\"",
        "bearer realm=https://auth.docker.io/token service=registry.docker.io scope=repository:a/b:pull,push")]
    [InlineData("Bearer realm=https://auth/token , service=x", "Bearer realm=https://auth/token service=x")]
    [InlineData("Bearer realm = \"a\\\"b\\\\c\"", "Bearer realm=a\"b\\c")]
    [InlineData("Negotiate, Basic realm=\"x\", Bearer realm=\"y\"", "Negotiate|Basic realm=x|Bearer realm=y")]
    [InlineData("NTLM dGVzdA==, Basic realm=\"x\"", "NTLM|Basic realm=x")]
    [InlineData("Basic realm=\"never closed", "Basic realm=never closed")]
    [InlineData("Basic REALM=a, realm=b", "Basic REALM=a")]
    [InlineData(", ,Basic realm=\"\",,", "Basic realm=")]
    [InlineData("\"junk\", Basic realm=x", "Basic realm=x")]
    [InlineData("", "")]
    [InlineData(" , ", "")]
    public void Parse_HeaderOfThisForm_GivesItsChallenges(string header, string expected)
    {
        var challenges = ChallengeParser.Parse(header);

        string.Join('|', challenges.Select(Show)).ShouldBe(expected);
    }

    [Fact]
    public void Parse_AnyText_DoesNotThrow() => Gen.String.Sample(text => ChallengeParser.Parse(text).ShouldNotBeNull());

    [Fact]
    public void Parse_TextOfDelimiters_DoesNotThrow() =>
        Gen.Char[" ,=\"\\ab\t"].Array[0, 30].Sample(text => ChallengeParser.Parse(new string(text)).ShouldNotBeNull());

    [Fact]
    public void Parse_QuotedParametersOfSeveralChallenges_AreReadBack()
    {
        var token = Gen.Char.AlphaNumeric.Array[1, 8].Select(characters => new string(characters));
        var text = Gen.Char["abc ,=\"\\:/"].Array[0, 12].Select(characters => new string(characters));
        var challenge = Gen.Select(token, Gen.Dictionary(token, text)[1, 4]);

        challenge.Array[1, 3].Sample(challenges =>
        {
            var header = string.Join(", ", challenges.Select(item =>
                item.Item1 + " " + string.Join(", ", item.Item2.Select(parameter => $"{parameter.Key}=\"{Escape(parameter.Value)}\""))));
            var parsed = ChallengeParser.Parse(header);

            parsed.Select(item => item.Scheme).ShouldBe(challenges.Select(item => item.Item1));
            for (var i = 0; i < parsed.Count; i++)
            {
                // Names differ by case only now and then: the first counts.
                foreach (var (name, value) in challenges[i].Item2.DistinctBy(parameter => parameter.Key, StringComparer.OrdinalIgnoreCase))
                    parsed[i].Parameters[name].ShouldBe(value);
            }
        });
    }

    private static string Escape(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

    private static string Show(Challenge challenge) =>
        string.Concat(challenge.Scheme, string.Concat(challenge.Parameters.Select(parameter => $" {parameter.Key}={parameter.Value}")));
}
