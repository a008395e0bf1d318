using System.Text;
using System.Text.Json.Nodes;
using RegistryOperator.Sigstore.Bundles;
using RegistryOperator.Sigstore.Findings;

namespace RegistryOperator.Sigstore.Tests.Bundles;

/// <summary>What cosign writes outside of bundles: envelopes and payloads, with the annotations of their layer.</summary>
public class LegacyBundleTests
{
    private const int MostBytes = 32 * 1024 * 1024;
    private const string Promise =
        """{"SignedEntryTimestamp":"AQ==","Payload":{"body":"AQ==","integratedTime":1,"logIndex":1,"logID":"0a"}}""";

    private const string Certificate = "-----BEGIN CERTIFICATE-----\nAQ==\n-----END CERTIFICATE-----\n";
    private const string Key = "-----BEGIN PUBLIC KEY-----\nAQ==\n-----END PUBLIC KEY-----\n";
    private const string Stamp = """{"SignedRFC3161Timestamp":"AQ=="}""";

    private static readonly CosignAnnotations Whole = new("AQ==", Certificate, Promise, Stamp);

    // Made by the test that needs it: the long ones together would take gigabytes.
    public static TheoryData<string, Func<CosignAnnotations>, string?> Annotations => new()
    {
        { "all", () => Whole, null },
        { "signature alone", () => new CosignAnnotations("AQ=="), null },
        { "no signature", () => Whole with { Signature = null }, VerificationReasons.InvalidBundle },
        { "signature that is no base64", () => Whole with { Signature = "a b" }, VerificationReasons.InvalidBundle },
        { "signature as long as may be", () => Whole with { Signature = new string('A', MostBytes) }, null },
        { "signature too long", () => Whole with { Signature = new string('A', MostBytes + 4) }, VerificationReasons.InvalidBundle },
        { "certificate of another sort", () => Whole with { Certificate = Key }, VerificationReasons.InvalidBundle },
        { "certificate that is no PEM", () => Whole with { Certificate = "AQ==" }, VerificationReasons.InvalidBundle },
        { "certificate too long", () => Whole with { Certificate = Certificate.PadRight(MostBytes + 1) }, VerificationReasons.TooLarge },
        { "promise that is no JSON", () => Whole with { Bundle = "{" }, VerificationReasons.InvalidBundle },
        { "promise without a body", () => WithPromise("\"body\":\"AQ==\",", ""), VerificationReasons.InvalidBundle },
        { "promise without its signature", () => WithPromise("SignedEntryTimestamp", "other"), VerificationReasons.InvalidBundle },
        { "promise without an index", () => WithPromise("\"logIndex\":1,", ""), VerificationReasons.InvalidBundle },
        { "promise without a time", () => WithPromise("\"integratedTime\":1,", ""), VerificationReasons.InvalidBundle },
        { "promise of the first entry", () => WithPromise("\"logIndex\":1", "\"logIndex\":0"), null },
        { "promise of 1970", () => WithPromise("\"integratedTime\":1", "\"integratedTime\":0"), null },
        { "promise with a negative index", () => WithPromise("\"logIndex\":1", "\"logIndex\":-2"), VerificationReasons.InvalidBundle },
        { "promise of a log that is no number", () => WithPromise("\"0a\"", "\"0x\""), VerificationReasons.InvalidBundle },
        { "promise too long", () => Whole with { Bundle = Promise.PadRight(MostBytes + 1) }, VerificationReasons.TooLarge },
        { "timestamp without its token", () => Whole with { Timestamp = "{}" }, VerificationReasons.InvalidBundle },
        { "timestamp too long", () => Whole with { Timestamp = Stamp.PadRight(MostBytes + 1) }, VerificationReasons.TooLarge },
    };

    [Theory]
    [MemberData(nameof(Annotations))]
    public void ReadSimpleSigning_Annotations_AreReadOrRefused(string what, Func<CosignAnnotations> annotations, string? reason) =>
        SigstoreBundle.ReadSimpleSigning(new byte[1], annotations()).Problem.ShouldBe(reason, what);

    [Theory]
    [InlineData(MostBytes, null)]
    [InlineData(MostBytes + 1, VerificationReasons.TooLarge)]
    public void ReadSimpleSigning_Payload_HasALimit(int length, string? reason) =>
        SigstoreBundle.ReadSimpleSigning(new byte[length], Whole).Problem.ShouldBe(reason);

    [Theory]
    [InlineData("""{"payloadType":"a","payload":"AQ==","signatures":[{"sig":"AQ=="}]}""", null)]
    [InlineData("""{"payloadType":"a","signatures":[{"sig":"AQ=="}]}""", null)]
    [InlineData("""{"payloadType":"a","payload":"AQ==","signatures":[{"sig":"AQ=="}],"more":1}""", VerificationReasons.InvalidBundle)]
    [InlineData("""{"payloadType":"a","payload":"AQ==","signatures":[]}""", VerificationReasons.InvalidBundle)]
    [InlineData("""{"payloadType":"a","payload":"AQ=="}""", VerificationReasons.InvalidBundle)]
    [InlineData("""{"payload":"AQ==","signatures":[{"sig":"AQ=="}]}""", VerificationReasons.InvalidBundle)]
    [InlineData("""{"payloadType":"a","payload":"AQ==","signatures":[{"keyid":"a"}]}""", VerificationReasons.InvalidBundle)]
    public void ReadEnvelope_Document_IsReadOrRefused(string json, string? reason) =>
        SigstoreBundle.ReadEnvelope(Encoding.UTF8.GetBytes(json)).Problem.ShouldBe(reason);

    [Fact]
    public void ReadEnvelope_WithoutAPayload_HasAnEmptyOne() =>
        SigstoreBundle.ReadEnvelope("""{"payloadType":"a","signatures":[{"sig":"AQ=="}]}"""u8.ToArray()).UnverifiedPayload!.Bytes.Length.ShouldBe(0);

    [Fact]
    public void ReadEnvelope_BadAnnotation_IsRefused() =>
        SigstoreBundle.ReadEnvelope(
                """{"payloadType":"a","payload":"AQ==","signatures":[{"sig":"AQ=="}]}"""u8.ToArray(), new CosignAnnotations(Certificate: "x"))
            .Problem.ShouldBe(VerificationReasons.InvalidBundle);

    [Theory]
    [InlineData(4, null)]
    [InlineData(5, VerificationReasons.TooLarge)]
    public void ReadEnvelope_ManySignaturesOverALargePayload_AreBoundedByWhatIsHashed(int signatures, string? reason)
    {
        var payload = Convert.ToBase64String(new byte[MostBytes / 2]);
        var list = string.Join(',', Enumerable.Repeat("""{"sig":"AQ=="}""", signatures));
        var envelope = $$"""{"payloadType":"a","payload":"{{payload}}","signatures":[{{list}}]}""";

        SigstoreBundle.ReadEnvelope(Encoding.UTF8.GetBytes(envelope)).Problem.ShouldBe(reason);
    }

    [Theory]
    [InlineData(MostBytes, null)]
    [InlineData(MostBytes + 1, VerificationReasons.TooLarge)]
    public void ReadEnvelope_Document_HasALimit(int length, string? reason) =>
        SigstoreBundle.ReadEnvelope(Encoding.UTF8.GetBytes("""{"payloadType":"a","signatures":[{"sig":"AQ=="}]}""".PadRight(length))).Problem.ShouldBe(reason);

    [Theory]
    [InlineData(MostBytes, null)]
    [InlineData(MostBytes + 1, VerificationReasons.TooLarge)]
    public void Read_Bundle_HasALimit(int length, string? reason)
    {
        const string Bundle = """
            {"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{"publicKey":{}},"messageSignature":{"signature":"AQ=="}}
            """;

        SigstoreBundle.Read(Encoding.UTF8.GetBytes(Bundle.PadRight(length))).Problem.ShouldBe(reason);
    }

    [Theory]
    [InlineData("""{"certificates":[{"rawBytes":"AQ=="}]}""", null)]
    [InlineData("""{"certificates":[]}""", VerificationReasons.InvalidBundle)]
    [InlineData("""{}""", VerificationReasons.InvalidBundle)]
    public void Read_ChainOfABundle_IsNotEmpty(string chain, string? reason) => Read(bundle =>
    {
        bundle["mediaType"] = "application/vnd.dev.sigstore.bundle.v0.2+json";
        bundle["verificationMaterial"] = new JsonObject { ["x509CertificateChain"] = JsonNode.Parse(chain) };
    }).ShouldBe(reason);

    [Fact]
    public void Read_UnknownFieldOfTheDigest_IsRefused() => Read(bundle => bundle["messageSignature"]!["messageDigest"] =
        new JsonObject { ["algorithm"] = "SHA2_256", ["digest"] = "AQ==", ["more"] = 1 }).ShouldBe(VerificationReasons.InvalidBundle);

    [Theory]
    [InlineData("""{"logIndex":"0","rootHash":"AQ==","treeSize":"0"}""", null)]
    [InlineData("""{"logIndex":"1","rootHash":"AQ==","treeSize":"1","more":1}""", VerificationReasons.InvalidBundle)]
    [InlineData("""{"logIndex":"-1","rootHash":"AQ==","treeSize":"1"}""", VerificationReasons.InvalidBundle)]
    [InlineData("""{"logIndex":"1","treeSize":"1"}""", VerificationReasons.InvalidBundle)]
    public void Read_InclusionProof_IsReadOrRefused(string proof, string? reason)
    {
        var entry = new JsonObject
        {
            ["logIndex"] = "0",
            ["logId"] = new JsonObject { ["keyId"] = "AQ==" },
            ["kindVersion"] = new JsonObject { ["kind"] = "hashedrekord", ["version"] = "0.0.1" },
            ["canonicalizedBody"] = "AQ==",
            ["inclusionProof"] = JsonNode.Parse(proof),
        };

        Read(bundle => bundle["verificationMaterial"]!["tlogEntries"] = new JsonArray(entry)).ShouldBe(reason);
    }

    [Fact]
    public void Of_AnnotationsOfALayer_AreThoseOfCosign()
    {
        var annotations = new Dictionary<string, string>
        {
            ["dev.cosignproject.cosign/signature"] = "a",
            ["dev.sigstore.cosign/certificate"] = "b",
            ["dev.sigstore.cosign/bundle"] = "c",
            ["dev.sigstore.cosign/rfc3161timestamp"] = "d",
            ["dev.sigstore.cosign/chain"] = "e",
        };

        CosignAnnotations.Of(annotations).ShouldBe(new CosignAnnotations("a", "b", "c", "d"));
        CosignAnnotations.Of(new Dictionary<string, string>()).ShouldBe(new CosignAnnotations());
    }

    private static CosignAnnotations WithPromise(string part, string other) => Whole with { Bundle = Promise.Replace(part, other, StringComparison.Ordinal) };

    private static string? Read(Action<JsonObject> change)
    {
        var bundle = new JsonObject
        {
            ["mediaType"] = "application/vnd.dev.sigstore.bundle.v0.3+json",
            ["verificationMaterial"] = new JsonObject { ["publicKey"] = new JsonObject() },
            ["messageSignature"] = new JsonObject { ["signature"] = "AQ==" },
        };
        change(bundle);
        return SigstoreBundle.Read(Encoding.UTF8.GetBytes(bundle.ToJsonString())).Problem;
    }
}
