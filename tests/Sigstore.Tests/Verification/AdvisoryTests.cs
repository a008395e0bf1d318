using RegistryOperator.Sigstore.Findings;
using RegistryOperator.Tests.Pki;

namespace RegistryOperator.Sigstore.Tests.Verification;

/// <summary>What other clients once got wrong.</summary>
public class AdvisoryTests
{
    private readonly TestInstance _instance = new();

    /// <summary>GHSA-fx35-mq7g-6g98: a key that nobody vouches for in the place of the certificate.</summary>
    [Fact]
    public void Verify_BareKeyInPlaceOfTheCertificate_IsRefused()
    {
        var key = TestKey.Ecdsa();
        var bundle = _instance.Sign(new Recipe { StampedAt = TestInstance.Now });
        bundle["verificationMaterial"]!["certificate"] = TestInstance.Raw(key.SubjectPublicKeyInfo);
        bundle["messageSignature"]!["signature"] = TestInstance.Base64(key.Sign(TestInstance.Content));

        var result = _instance.Verify(bundle);

        result.Reason.ShouldBe(VerificationReasons.InvalidBundle);
        result.Message.ShouldBe("The signing certificate is a public key where a certificate belongs");
    }

    /// <summary>CVE-2026-22703: a true entry of the log, of something else.</summary>
    [Theory]
    [InlineData("hashedrekord 0.0.1", false)]
    [InlineData("hashedrekord 0.0.2", false)]
    [InlineData("hashedrekord 0.0.2", true)]
    [InlineData("dsse 0.0.1", true)]
    [InlineData("dsse 0.0.2", true)]
    [InlineData("intoto 0.0.2", true)]
    public void Verify_LogEntryOfAnotherArtifact_IsRefused(string entry, bool hasStatement)
    {
        var recipe = new Recipe { Entry = entry, Statement = hasStatement ? TestInstance.Statement() : null, StampedAt = TestInstance.Now };
        var bundle = _instance.Sign(recipe);
        bundle["verificationMaterial"]!["tlogEntries"] = _instance.Sign(recipe)["verificationMaterial"]!["tlogEntries"]!.DeepClone();

        _instance.Verify(bundle).Reason.ShouldBe(VerificationReasons.LogEntryMismatch);
    }

    /// <summary>CVE-2026-39395: a statement that says something else than was asked for.</summary>
    [Theory]
    [InlineData(TestInstance.Provenance, null, TestInstance.Provenance, null)]
    [InlineData("https://spdx.dev/Document", null, TestInstance.Provenance, VerificationReasons.PredicateMismatch)]
    [InlineData("https://spdx.dev/Document", null, null, null)]
    [InlineData(null, null, TestInstance.Provenance, VerificationReasons.PredicateMismatch)]
    [InlineData(TestInstance.Provenance, "text/plain", TestInstance.Provenance, VerificationReasons.InvalidStatement)]
    [InlineData("", null, TestInstance.Provenance, VerificationReasons.InvalidStatement)]
    public void Verify_PredicateOfAnotherType_IsRefused(string? type, string? payloadType, string? asked, string? reason)
    {
        var bundle = _instance.Sign(new Recipe
        {
            Entry = type is null ? "hashedrekord 0.0.1" : "dsse 0.0.1",
            Statement = type is null ? null : TestInstance.Statement(type),
            PayloadType = payloadType ?? "application/vnd.in-toto+json",
        });

        _instance.Verify(bundle, TestInstance.Policy with { PredicateType = asked }).Reason.ShouldBe(reason);
    }

    [Theory]
    [InlineData("not JSON")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("")]
    public void Verify_PayloadThatCannotBeRead_IsRefusedAndNotHandedOut(string statement)
    {
        var result = _instance.Verify(_instance.Sign(new Recipe { Entry = "dsse 0.0.1", Statement = statement }));

        result.Reason.ShouldBe(VerificationReasons.InvalidStatement);
        result.Payload.ShouldBeNull();
        result.Statement.ShouldBeNull();
    }
}
