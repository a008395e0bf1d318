using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using RegistryOperator.Sigstore.Artifacts;
using RegistryOperator.Sigstore.Bundles;
using RegistryOperator.Sigstore.Findings;
using RegistryOperator.Sigstore.Verification;
using RegistryOperator.Tests.Pki;

namespace RegistryOperator.Sigstore.Tests.Bundles;

public class SigstoreBundleTests
{
    private static readonly TestInstance Instance = new();

    public static TheoryData<string, Action<JsonObject>, string> Changes => new()
    {
        { "version", bundle => bundle["mediaType"] = "application/vnd.dev.sigstore.bundle.v0.4+json", VerificationReasons.UnsupportedBundle },
        { "no version", bundle => bundle.Remove("mediaType"), VerificationReasons.InvalidBundle },
        { "unknown field", bundle => bundle["more"] = 1, VerificationReasons.InvalidBundle },
        { "unknown field of the entry", bundle => bundle["verificationMaterial"]!["tlogEntries"]![0]!["more"] = 1, VerificationReasons.InvalidBundle },
        { "no content", bundle => bundle.Remove("messageSignature"), VerificationReasons.InvalidBundle },
        { "two contents", bundle => bundle["dsseEnvelope"] = TestInstance.Envelope("a", [1], [2]), VerificationReasons.InvalidBundle },
        { "no material", bundle => bundle.Remove("verificationMaterial"), VerificationReasons.InvalidBundle },
        { "key and certificate", bundle => bundle["verificationMaterial"]!["publicKey"] = new JsonObject(), VerificationReasons.InvalidBundle },
        {
            "chain in 0.3",
            bundle =>
            {
                var material = bundle["verificationMaterial"]!.AsObject();
                material["x509CertificateChain"] = new JsonObject { ["certificates"] = new JsonArray(material["certificate"]!.DeepClone()) };
                material.Remove("certificate");
            },
            VerificationReasons.InvalidBundle
        },
        { "negative index", bundle => bundle["verificationMaterial"]!["tlogEntries"]![0]!["logIndex"] = "-1", VerificationReasons.InvalidBundle },
        {
            "number too large",
            bundle => bundle["verificationMaterial"]!["tlogEntries"]![0]!["logIndex"] = "9223372036854775808",
            VerificationReasons.InvalidBundle
        },
        { "no base64", bundle => bundle["messageSignature"]!["signature"] = "a b", VerificationReasons.InvalidBundle },
        { "digest algorithm", bundle => bundle["messageSignature"]!["messageDigest"]!["algorithm"] = "MD5", VerificationReasons.UnsupportedAlgorithm },
        {
            "other digest",
            bundle => bundle["messageSignature"]!["messageDigest"]!["digest"] = TestInstance.Base64(new byte[32]),
            VerificationReasons.ArtifactMismatch
        },
        {
            "too many timestamps",
            bundle => bundle["verificationMaterial"]!["timestampVerificationData"] = TestInstance.Stamps([.. Enumerable.Repeat(new byte[] { 1 }, 33)]),
            VerificationReasons.TooLarge
        },
        {
            "certificate",
            bundle => bundle["verificationMaterial"]!["certificate"]!["rawBytes"] = TestInstance.Base64([1, 2]),
            VerificationReasons.InvalidBundle
        },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Verify_ChangedBundle_IsRefused(string what, Action<JsonObject> change, string reason)
    {
        var bundle = Instance.Sign(new Recipe());
        change(bundle);

        Instance.Verify(bundle).Reason.ShouldBe(reason, what);
    }

    [Fact]
    public void Verify_ChainWithARoot_IsRefusedAndOneWithIssuersIsNot()
    {
        var bundle = Instance.Sign(new Recipe { MediaType = "application/vnd.dev.sigstore.bundle+json;version=0.1" });
        var chain = bundle["verificationMaterial"]!["x509CertificateChain"]!["certificates"]!.AsArray();
        chain.Add(TestInstance.Raw(Instance.Authority.Chain[0]));
        Instance.Verify(bundle).Verified.ShouldBeTrue();
        chain.Add(TestInstance.Raw(Instance.Authority.Chain[1]));
        Instance.Verify(bundle).Reason.ShouldBe(VerificationReasons.InvalidBundle);
    }

    [Fact]
    public void Verify_NamesOfTheProtoFileAndNumbers_AreTheSame()
    {
        var text = Instance.Sign(new Recipe { StampedAt = TestInstance.Now }).ToJsonString()
            .Replace("verificationMaterial", "verification_material", StringComparison.Ordinal)
            .Replace("rfc3161Timestamps", "rfc3161_timestamps", StringComparison.Ordinal)
            .Replace("messageDigest", "message_digest", StringComparison.Ordinal)
            .Replace("\"SHA2_256\"", "1", StringComparison.Ordinal);

        var result = new BundleVerifier(TestInstance.Read(Instance.Root())).Verify(
            SigstoreBundle.Read(Encoding.UTF8.GetBytes(text)), Artifact.OfDigest(TestInstance.Digest), TestInstance.Policy);

        result.Message.ShouldBeNull();
    }

    [Fact]
    public void Read_EnvelopeWithTwoSignaturesInABundle_IsRefused()
    {
        var bundle = Instance.Sign(new Recipe());
        bundle.Remove("messageSignature");
        bundle["dsseEnvelope"] = TestInstance.Envelope("a", [1], [2], [3]);

        SigstoreBundle.Read(Encoding.UTF8.GetBytes(bundle.ToJsonString())).Problem.ShouldBe(VerificationReasons.InvalidBundle);
    }

    [Fact]
    public void Read_DuplicateNames_AreRefused() =>
        SigstoreBundle.Read("""{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","mediaType":"a"}"""u8.ToArray())
            .Problem.ShouldBe(VerificationReasons.InvalidBundle);

    [Theory]
    [InlineData("\\ud800")]
    [InlineData("\u00FF")]
    public void Read_NameThatIsNoText_IsRefused(string name)
    {
        var bundle = Instance.Sign(new Recipe()).ToJsonString();

        SigstoreBundle.Read(Encoding.Latin1.GetBytes($"{bundle[..^1]},\"{name}\":1}}")).Problem.ShouldBe(VerificationReasons.InvalidBundle);
    }

    [Fact]
    public void Read_TooLargeOrTooDeep_IsRefused()
    {
        SigstoreBundle.Read(new byte[33 * 1024 * 1024]).Problem.ShouldBe(VerificationReasons.TooLarge);
        SigstoreBundle.Read(Encoding.UTF8.GetBytes(new string('[', 100_000))).Problem.ShouldBe(VerificationReasons.InvalidBundle);
    }

    [Fact]
    public void Read_AnyBytes_AreReadOrRefused() => Gen.Byte.Array.Sample(bytes => SigstoreBundle.Read(bytes).Problem.ShouldNotBeNull());

    [Theory]
    [InlineData("hashedrekord 0.0.1", false)]
    [InlineData("hashedrekord 0.0.2", true)]
    [InlineData("dsse 0.0.1", true)]
    [InlineData("intoto 0.0.2", true)]
    public void Verify_BundleCutAnywhere_IsRefused(string entry, bool hasStatement)
    {
        var (bytes, verify) = Prepare(entry, hasStatement);
        for (var length = 0; length < bytes.Length; length += 7) verify(bytes[..length]).Reason.ShouldBe(VerificationReasons.InvalidBundle);
    }

    /// <summary>A damaged byte never throws, and is either noticed or changes nothing that is signed.</summary>
    [Theory]
    [InlineData("hashedrekord 0.0.1", false)]
    [InlineData("hashedrekord 0.0.2", true)]
    [InlineData("dsse 0.0.1", true)]
    [InlineData("intoto 0.0.2", true)]
    public void Verify_BundleWithADamagedByte_IsRefusedOrMeansTheSame(string entry, bool hasStatement)
    {
        var (bytes, verify) = Prepare(entry, hasStatement);
        var whole = verify(bytes);
        whole.Message.ShouldBeNull();
        var random = new Random(bytes.Length);
        for (var place = random.Next(3); place < bytes.Length; place += 1 + random.Next(21))
        {
            var damaged = bytes.ToArray();
            damaged[place] ^= (byte)(1 << random.Next(8));
            var result = verify(damaged);
            if (!result.Verified) continue;
            // What is left: bits of base64 behind the last byte, hints, and a timestamp that seems to be of an unknown authority.
            result.KeyFingerprint.ShouldBe(whole.KeyFingerprint, $"byte {place}");
            result.Identity.ShouldBe(whole.Identity);
            result.Times.ShouldNotBeEmpty();
            result.Times.ShouldBeSubsetOf(whole.Times);
            result.LogEntries.Count.ShouldBe(whole.LogEntries.Count);
            (result.Payload?.Bytes.ToArray() ?? []).ShouldBe(whole.Payload?.Bytes.ToArray() ?? []);
        }
    }

    private static (byte[] Bytes, Func<byte[], VerificationResult> Verify) Prepare(string entry, bool hasStatement)
    {
        var verifier = new BundleVerifier(TestInstance.Read(Instance.Root()));
        var bundle = Instance.Sign(new Recipe { Entry = entry, Statement = hasStatement ? TestInstance.Statement() : null, StampedAt = TestInstance.Now });
        return (Encoding.UTF8.GetBytes(bundle.ToJsonString()),
            bytes => verifier.Verify(SigstoreBundle.Read(bytes), Artifact.OfDigest(TestInstance.Digest), TestInstance.Policy));
    }
}
