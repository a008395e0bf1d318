using System.Text;
using System.Text.Json.Nodes;
using RegistryOperator.Sigstore.Bundles;
using RegistryOperator.Sigstore.Findings;
using RegistryOperator.Sigstore.Signatures;
using RegistryOperator.Sigstore.Verification;
using RegistryOperator.Tests.Pki;

namespace RegistryOperator.Sigstore.Tests.Verification;

/// <summary>What somebody writes who wants to be taken for another, or to cost much.</summary>
public class HostileTests
{
    private readonly TestInstance _instance = new();

    /// <summary>Each reader takes one of the two.</summary>
    [Theory]
    [InlineData("mediaType", "media_type")]
    [InlineData("verificationMaterial", "verification_material")]
    [InlineData("dsseEnvelope", "dsse_envelope")]
    public void Verify_FieldInTwoSpellings_IsRefused(string name, string other)
    {
        var bundle = _instance.Sign(new Recipe { Entry = "dsse 0.0.1", Statement = TestInstance.Statement() });
        bundle[other] = bundle[name]!.DeepClone();

        var result = _instance.Verify(bundle);

        result.Reason.ShouldBe(VerificationReasons.InvalidBundle);
        result.Message.ShouldNotBeNull().ShouldContain($"{name} is there twice, in two spellings");
    }

    [Fact]
    public void Verify_PayloadTypeInTwoSpellings_IsRefused()
    {
        var bundle = _instance.Sign(new Recipe { Entry = "dsse 0.0.1", Statement = TestInstance.Statement() });
        bundle["dsseEnvelope"]!["payload_type"] = "text/plain";

        _instance.Verify(bundle).Reason.ShouldBe(VerificationReasons.InvalidBundle);
    }

    [Theory]
    [InlineData("email", TestInstance.Identity)]
    [InlineData("user name", TestInstance.Identity)]
    [InlineData("any URI", "no-scheme")]
    [InlineData("any URI", ":")]
    public void Verify_IdentityOfAnotherKindThanItLooks_IsNotTrusted(string name, string identity)
    {
        var bundle = _instance.Sign(new Recipe { Certificate = new CertificateOrder { Name = name, Identity = identity } });

        _instance.Verify(bundle, new KeylessPolicy(NamePattern.Exactly(identity), NamePattern.Anything)).Reason
            .ShouldBe(VerificationReasons.UntrustedCertificate);
    }

    [Theory]
    [InlineData(2, null)]
    [InlineData(32, VerificationReasons.TooLarge)]
    public void Read_ManySignaturesOverALargePayload_IsRefused(int signatures, string? problem)
    {
        var envelope = TestInstance.Envelope("text/plain", new byte[4 * 1024 * 1024], [.. Enumerable.Repeat(new byte[] { 1 }, signatures)]);

        SigstoreBundle.ReadEnvelope(Encoding.UTF8.GetBytes(envelope.ToJsonString())).Problem.ShouldBe(problem);
    }

    /// <summary>The number in the entry is a stranger's where the log has not signed it.</summary>
    [Theory]
    [InlineData("hashedrekord 0.0.2", 5)]
    [InlineData("hashedrekord 0.0.1", 1005)]
    public void Verify_NumberOfTheEntry_IsTheOneThatTheLogSigned(string entry, long expected)
    {
        var bundle = _instance.Sign(new Recipe { Entry = entry, StampedAt = TestInstance.Now });

        _instance.Verify(bundle).LogEntries.ShouldHaveSingleItem().LogIndex.ShouldBe(expected);
        bundle["verificationMaterial"]!["tlogEntries"]![0]!["logIndex"] = "7";
        _instance.Verify(bundle).Reason
            .ShouldBe(expected == 5 ? VerificationReasons.InclusionProofInvalid : VerificationReasons.InclusionPromiseInvalid);
    }

    /// <summary>Without the promise, only the number in the tree is proven.</summary>
    [Fact]
    public void Verify_NumberOfAnEntryWithoutPromise_IsTheOneInTheTree()
    {
        var bundle = _instance.Sign(new Recipe { StampedAt = TestInstance.Now });
        bundle["verificationMaterial"]!["tlogEntries"]![0]!.AsObject().Remove("inclusionPromise");

        _instance.Verify(bundle).LogEntries.ShouldHaveSingleItem().LogIndex.ShouldBe(5);
    }

    [Fact]
    public void Verify_EntryOfALogThatWasNotYetTrustedWhenAnotherPromised_IsRefused()
    {
        var recipe = new Recipe { Key = TestKey.Ecdsa() };
        var bundle = _instance.Sign(recipe);
        var spec = Body(bundle)["spec"]!.AsObject();
        var second = new JsonObject
        {
            ["hashedRekordV002"] = new JsonObject
            {
                ["data"] = new JsonObject { ["algorithm"] = "SHA2_256", ["digest"] = bundle["messageSignature"]!["messageDigest"]!["digest"]!.DeepClone() },
                ["signature"] = new JsonObject
                {
                    ["content"] = spec["signature"]!["content"]!.DeepClone(),
                    ["verifier"] = new JsonObject { ["publicKey"] = TestInstance.Raw(recipe.Key.SubjectPublicKeyInfo) },
                },
            },
        };
        bundle["verificationMaterial"]!["tlogEntries"]!.AsArray().Add(_instance.Rekor2.Add("hashedrekord", "0.0.2", second, TestInstance.Now));
        var policy = new KeyPolicy(VerificationKey.ReadPem(recipe.Key.Pem));
        var root = _instance.Root();

        _instance.Verify(bundle, policy, root).LogEntries.Count.ShouldBe(2);
        root["tlogs"]![1]!["publicKey"]!["validFor"]!["start"] = "2026-05-01T12:00:01Z";
        _instance.Verify(bundle, policy, root).Reason.ShouldBe(VerificationReasons.LogNotValid);
    }

    [Fact]
    public void Verify_CheckpointWithManySignaturesThatLookLikeTheLogs_IsRefusedAfterAFew()
    {
        var bundle = _instance.Sign(new Recipe { Entry = "hashedrekord 0.0.2", StampedAt = TestInstance.Now });
        var checkpoint = bundle["verificationMaterial"]!["tlogEntries"]![0]!["inclusionProof"]!["checkpoint"]!;
        var note = checkpoint["envelope"]!.GetValue<string>();
        var start = note.IndexOf("\n\n", StringComparison.Ordinal) + 2;
        var (text, own) = (note[..start], note[start..]);
        var name = own.Split(' ')[1];
        byte[] fake = [.. Convert.FromBase64String(own.Trim().Split(' ')[2])[..4], .. new byte[64]];
        string Fakes(int count) => string.Concat(Enumerable.Repeat($"\u2014 {name} {TestInstance.Base64(fake)}\n", count));

        checkpoint["envelope"] = text + Fakes(7) + own;
        _instance.Verify(bundle).Message.ShouldBeNull();
        checkpoint["envelope"] = text + Fakes(8) + own;
        _instance.Verify(bundle).Reason.ShouldBe(VerificationReasons.CheckpointSignatureInvalid);
        checkpoint["envelope"] = text + Fakes(100) + own;
        _instance.Verify(bundle).Reason.ShouldBe(VerificationReasons.CheckpointMalformed);
    }

    [Fact]
    public void UnverifiedDigest_SignatureOverAnArtifact_TellsWhatItSaysItIsFor()
    {
        var bundle = _instance.Sign(new Recipe());
        Read(bundle).UnverifiedDigest.ShouldBe(TestInstance.Digest);
        Read(bundle).UnverifiedPayload.ShouldBeNull();
        bundle["messageSignature"]!.AsObject().Remove("messageDigest");
        Read(bundle).UnverifiedDigest.ShouldBeNull();

        static SigstoreBundle Read(JsonNode json) => SigstoreBundle.Read(Encoding.UTF8.GetBytes(json.ToJsonString()));
    }

    private static JsonObject Body(JsonObject bundle) => JsonNode
        .Parse(Convert.FromBase64String(bundle["verificationMaterial"]!["tlogEntries"]![0]!["canonicalizedBody"]!.GetValue<string>()))!.AsObject();
}
