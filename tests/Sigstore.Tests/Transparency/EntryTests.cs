using System.Text;
using System.Text.Json.Nodes;
using RegistryOperator.Sigstore.Findings;
using RegistryOperator.Tests.Pki;

namespace RegistryOperator.Sigstore.Tests.Transparency;

public class EntryTests
{
    private readonly TestInstance _instance = new();

    [Theory]
    [InlineData("0.1", "inclusionProof", null)]
    [InlineData("0.1", "inclusionPromise", VerificationReasons.InclusionPromiseMissing)]
    [InlineData("0.2", "inclusionProof", VerificationReasons.InclusionProofMissing)]
    [InlineData("0.2", "inclusionPromise", VerificationReasons.VerifiedTimeMissing)]
    [InlineData("0.3", "inclusionProof", VerificationReasons.InclusionProofMissing)]
    public void Verify_EntryWithoutAPart_IsRefusedWhereTheVersionNeedsIt(string version, string missing, string? reason)
    {
        var bundle = _instance.Sign(new Recipe { MediaType = $"application/vnd.dev.sigstore.bundle+json;version={version}" });
        Entry(bundle).Remove(missing);

        _instance.Verify(bundle).Reason.ShouldBe(reason);
    }

    [Fact]
    public void Verify_OldProofWithoutCheckpoint_IsNothingBesideAPromise()
    {
        var old = _instance.Sign(new Recipe { MediaType = "application/vnd.dev.sigstore.bundle+json;version=0.1" });
        var young = _instance.Sign(new Recipe());
        foreach (var bundle in (JsonObject[])[old, young]) Entry(bundle)["inclusionProof"]!.AsObject().Remove("checkpoint");

        _instance.Verify(old).Verified.ShouldBeTrue();
        _instance.Verify(young).Reason.ShouldBe(VerificationReasons.CheckpointMalformed);
    }

    [Theory]
    [InlineData("hashedrekord 0.0.1")]
    [InlineData("hashedrekord 0.0.2")]
    public void Verify_ProofOfAnotherPlace_IsRefused(string entry)
    {
        foreach (var change in (Action<JsonNode>[])
        [
            proof => proof["logIndex"] = "4",
            proof => proof["logIndex"] = "7",
            proof => proof["hashes"]![0] = TestInstance.Base64(new byte[32]),
            proof => proof["hashes"]![0] = TestInstance.Base64(new byte[31]),
            proof => proof["hashes"]!.AsArray().RemoveAt(0),
            proof => proof["hashes"]!.AsArray().Add(TestInstance.Base64(new byte[32])),
            proof => proof["rootHash"] = TestInstance.Base64(new byte[32]),
        ])
        {
            var instance = new TestInstance();
            var bundle = instance.Sign(new Recipe { Entry = entry, StampedAt = TestInstance.Now });
            change(Entry(bundle)["inclusionProof"]!);

            instance.Verify(bundle).Reason.ShouldBe(VerificationReasons.InclusionProofInvalid);
        }
    }

    [Theory]
    [InlineData("integratedTime", "1777636801")]
    [InlineData("logIndex", "1006")]
    public void Verify_PromiseOfSomethingElse_IsRefused(string field, string value)
    {
        var bundle = _instance.Sign(new Recipe());
        Entry(bundle)[field] = value;

        _instance.Verify(bundle).Reason.ShouldBe(VerificationReasons.InclusionPromiseInvalid);
    }

    [Theory]
    [InlineData("kind", "dsse", VerificationReasons.LogEntryMismatch)]
    [InlineData("version", "0.0.2", VerificationReasons.LogEntryMismatch)]
    public void Verify_EntryOfAnotherKindThanItsBody_IsRefused(string field, string value, string reason)
    {
        var bundle = _instance.Sign(new Recipe());
        Entry(bundle)["kindVersion"]![field] = value;

        _instance.Verify(bundle).Reason.ShouldBe(reason);
    }

    /// <summary>Bodies that the log has, which agree with the bundle in all but one part.</summary>
    [Fact]
    public void Verify_LoggedBodyThatDiffersInOnePart_IsRefused()
    {
        var other = TestKey.Ecdsa();
        var pem = TestInstance.Base64(Encoding.ASCII.GetBytes(other.Pem));
        JsonObject Raw() => TestInstance.Raw(other.SubjectPublicKeyInfo);
        (string Entry, Action<JsonNode> Change)[] changes =
        [
            ("hashedrekord 0.0.1", spec => spec["signature"]!["publicKey"]!["content"] = pem),
            ("hashedrekord 0.0.1", spec => spec["signature"]!["content"] = TestInstance.Base64([1])),
            ("hashedrekord 0.0.1", spec => spec["data"]!["hash"]!["value"] = new string('0', 64)),
            ("hashedrekord 0.0.1", spec => spec["data"]!["hash"]!["algorithm"] = "sha512"),
            ("hashedrekord 0.0.2", spec => spec["hashedRekordV002"]!["signature"]!["verifier"]!["x509Certificate"] = Raw()),
            ("hashedrekord 0.0.2", spec => spec["hashedRekordV002"]!["data"]!["digest"] = TestInstance.Base64(new byte[32])),
            ("dsse 0.0.1", spec => spec["signatures"]![0]!["verifier"] = pem),
            ("dsse 0.0.1", spec => spec["signatures"]!.AsArray().Add(new JsonObject { ["signature"] = TestInstance.Base64([1]), ["verifier"] = pem })),
            ("dsse 0.0.1", spec => spec["payloadHash"]!["value"] = new string('0', 64)),
            ("dsse 0.0.2", spec => spec["dsseV002"]!["signatures"]![0]!["verifier"]!["x509Certificate"] = Raw()),
            ("intoto 0.0.2", spec => spec["content"]!["envelope"]!["signatures"]![0]!["publicKey"] = pem),
            ("intoto 0.0.2", spec => spec["content"]!["payloadHash"]!["value"] = new string('0', 64)),
        ];
        foreach (var (entry, change) in changes)
        {
            var parts = entry.Split(' ');
            var statement = parts[0] == "hashedrekord" ? null : TestInstance.Statement();
            var bundle = _instance.Sign(new Recipe { Entry = entry, Statement = statement, StampedAt = TestInstance.Now });
            var spec = JsonNode.Parse(Convert.FromBase64String(Entry(bundle)["canonicalizedBody"]!.GetValue<string>()))!["spec"]!.DeepClone().AsObject();
            var log = parts[1] == "0.0.2" && parts[0] != "intoto" ? _instance.Rekor2 : _instance.Rekor1;
            bundle["verificationMaterial"]!["tlogEntries"]![0] = log.Add(parts[0], parts[1], spec.DeepClone().AsObject(), TestInstance.Now);
            _instance.Verify(bundle).Message.ShouldBeNull();
            change(spec);
            bundle["verificationMaterial"]!["tlogEntries"]![0] = log.Add(parts[0], parts[1], spec, TestInstance.Now);

            _instance.Verify(bundle).Reason.ShouldBe(VerificationReasons.LogEntryMismatch, entry);
        }
    }

    [Theory]
    [InlineData("rpm 0.0.1")]
    [InlineData("intoto 0.0.3")]
    public void Verify_UnknownKindOfEntry_IsNotSupported(string entry) =>
        _instance.Verify(_instance.Sign(new Recipe { Entry = entry })).Reason.ShouldBe(VerificationReasons.UnsupportedBundle);

    [Fact]
    public void Verify_SameEntryTwice_IsRefused()
    {
        var bundle = _instance.Sign(new Recipe());
        var entries = bundle["verificationMaterial"]!["tlogEntries"]!.AsArray();
        entries.Add(entries[0]!.DeepClone());

        _instance.Verify(bundle).Reason.ShouldBe(VerificationReasons.InvalidBundle);
    }

    [Fact]
    public void Verify_EntryOfAnUnknownLogBesideAKnownOne_IsLeftOut()
    {
        var bundle = _instance.Sign(new Recipe());
        var entries = bundle["verificationMaterial"]!["tlogEntries"]!.AsArray();
        var other = entries[0]!.DeepClone();
        other["logId"]!["keyId"] = TestInstance.Base64(new byte[32]);
        entries.Insert(0, other);

        _instance.Verify(bundle).LogEntries.ShouldHaveSingleItem().Uri.ShouldBe("https://rekor.test");
    }

    private static JsonObject Entry(JsonObject bundle) => bundle["verificationMaterial"]!["tlogEntries"]![0]!.AsObject();
}
