using System.Text.Json.Nodes;
using RegistryOperator.Sigstore.Findings;
using RegistryOperator.Sigstore.Tests.Pki;

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
