using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CsCheck;
using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Abstractions.Tests.Oci;

public sealed class DigestTests
{
    // https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#digests
    private const string OfEmpty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private static readonly string Hex64 = new('a', 64);
    private static readonly string Hex128 = new('a', 128);

    public static TheoryData<string> Valid =>
    [
        $"sha256:{Hex64}", $"sha512:{Hex128}", "multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8", "blake3:abc_-=", "a.b-c_d:Z",
    ];

    public static TheoryData<string> Invalid =>
    [
        "", ":", "sha256:", ":abc", "sha256", Hex64, $"sha256:{Hex64[1..]}", $"sha256:{Hex64}a",
        $"sha256:{Hex64.ToUpperInvariant()}", $"sha256:{new string('g', 64)}",
        $"sha512:{Hex64}", $"SHA256:{Hex64}", "md5:ab cd", "md 5:abcd", "md5:ab/cd", $"sha256:{Hex64}\n", "md5:a:b",
    ];

    [Theory]
    [MemberData(nameof(Valid))]
    public void Parse_Valid_IsWrittenBackUnchanged(string text)
    {
        var digest = Digest.Parse(text);

        digest.ToString().ShouldBe(text);
        $"{digest.Algorithm}:{digest.Encoded}".ShouldBe(text);
    }

    [Theory]
    [MemberData(nameof(Invalid))]
    public void TryParse_Invalid_IsRefused(string text)
    {
        Digest.TryParse(text, out var digest).ShouldBeFalse();
        digest.ShouldBe(default);
    }

    [Fact]
    public void TryParse_Null_IsRefused() => Digest.TryParse(null, out _).ShouldBeFalse();

    [Fact]
    public void Parse_Invalid_NamesTheTextAndTheForm() =>
        Should.Throw<FormatException>(() => Digest.Parse("latest")).Message.ShouldSatisfyAllConditions(
            message => message.ShouldContain("'latest'"),
            message => message.ShouldContain("algorithm:hex"));

    [Fact]
    public void Compute_Nothing_IsTheKnownHash() => Digest.Compute([]).ToString().ShouldBe(OfEmpty);

    [Fact]
    public void TryParse_AnyText_NeverThrowsAndRoundTrips() =>
        Gen.String.Sample(text => !Digest.TryParse(text, out var digest) || digest.ToString() == text);

    [Fact]
    public void TryParse_NearlyValid_RoundTripsOrIsRefused() =>
        Gen.Select(
            Gen.Int[0, 2].Select(number => new[] { "sha256", "sha512", "md5" }[number]),
            Gen.Char["0123456789abcdefABCDEF:/ "].Array[0, 130]).Sample((algorithm, encoded) =>
        {
            var text = $"{algorithm}:{new string(encoded)}";
            return !Digest.TryParse(text, out var digest) || digest.ToString() == text && digest.Algorithm == algorithm;
        });

    [Fact]
    public void Matches_AnyContent_OnlyItsOwn() =>
        Gen.Byte.Array[1, 500].Sample(content =>
        {
            var changed = content.ToArray();
            changed[0] ^= 1;
            var digests = new[] { Digest.Compute(content), Digest.FromHash(SHA512.HashData(content)) };
            return digests.All(digest => digest.Matches(content) && !digest.Matches(changed));
        });

    [Fact]
    public void Matches_AlgorithmThatCannotBeComputed_IsFalse() => Digest.Parse("md5:d41d8cd98f00b204e9800998ecf8427e").Matches([]).ShouldBeFalse();

    [Theory]
    [InlineData("sha256")]
    [InlineData("sha512")]
    public void CreateHash_ContentInParts_GivesTheDigestOfTheWhole(string algorithm)
    {
        var content = Encoding.UTF8.GetBytes("hello world");
        var digest = algorithm == "sha256" ? Digest.Compute(content) : Digest.FromHash(SHA512.HashData(content));

        using var hash = digest.CreateHash();
        hash.AppendData(content.AsSpan(0, 3));
        hash.AppendData(content.AsSpan(3));

        Digest.FromHash(hash.GetHashAndReset()).ShouldBe(digest);
    }

    [Fact]
    public void CreateHash_OtherAlgorithm_IsNotSupported() =>
        Should.Throw<NotSupportedException>(() => Digest.Parse("md5:abcd").CreateHash()).Message.ShouldContain("'md5'");

    [Fact]
    public void FromHash_OddLength_IsRefused() => Should.Throw<ArgumentException>(() => Digest.FromHash(new byte[20]));

    [Fact]
    public void ToString_Default_IsEmpty() => default(Digest).ToString().ShouldBe("");

    [Fact]
    public void Json_Digest_IsAString()
    {
        var digest = Digest.Compute("a"u8);

        JsonSerializer.Serialize(digest).ShouldBe($"\"{digest}\"");
        JsonSerializer.Deserialize<Digest>($"\"{digest}\"").ShouldBe(digest);
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize<Digest>("\"latest\""));
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize<Digest>("null"));
    }
}
