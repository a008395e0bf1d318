using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using RegistryOperator.Sigstore.Findings;
using RegistryOperator.Tests.Pki;

namespace RegistryOperator.Sigstore.Tests.Timestamps;

public class TimestampTests
{
    [Theory]
    [InlineData(false, true, 0, null)]
    [InlineData(true, true, 0, null)]
    [InlineData(true, true, 1, null)]
    [InlineData(true, true, 2, VerificationReasons.TimestampInvalid)]
    [InlineData(true, false, 0, VerificationReasons.TimestampInvalid)]
    [InlineData(false, false, 0, VerificationReasons.TimestampInvalid)]
    public void Verify_Token_IsBoundToItsCertificateAndGranted(bool embeds, bool isBound, int status, string? reason)
    {
        var instance = new TestInstance();

        Verify(instance, signature => instance.Timestamps.Stamp(signature, TestInstance.Now, embeds, isBound, status)).ShouldBe(reason);
    }

    [Fact]
    public void Verify_TokenOfOtherBytes_IsRefused()
    {
        var instance = new TestInstance();

        Verify(instance, _ => instance.Timestamps.Stamp([1], TestInstance.Now)).ShouldBe(VerificationReasons.TimestampMismatch);
        Verify(instance, _ => [1, 2, 3]).ShouldBe(VerificationReasons.TimestampInvalid);
        Verify(instance, _ => new byte[70_000]).ShouldBe(VerificationReasons.TimestampInvalid);
    }

    [Fact]
    public void Verify_TokenWithADamagedSignature_IsRefused()
    {
        var instance = new TestInstance();

        Verify(instance, signature =>
        {
            var response = instance.Timestamps.Stamp(signature, TestInstance.Now);
            response[^1] ^= 1;
            return response;
        }).ShouldBe(VerificationReasons.TimestampInvalid);
    }

    [Theory]
    [InlineData("1.3.6.1.5.5.7.3.8", true, null)]
    [InlineData("1.3.6.1.5.5.7.3.8", false, VerificationReasons.TimestampInvalid)]
    [InlineData("1.3.6.1.5.5.7.3.3", true, VerificationReasons.TimestampInvalid)]
    public void Verify_CertificateOfTheAuthority_IsForTimestampsAlone(string usage, bool isCritical, string? reason)
    {
        var instance = new TestInstance { Timestamps = new TestTimestampAuthority(usage, isCritical) };

        Verify(instance, signature => instance.Timestamps.Stamp(signature, TestInstance.Now)).ShouldBe(reason);
    }

    [Theory]
    [InlineData(X509KeyUsageFlags.DigitalSignature, null)]
    [InlineData(X509KeyUsageFlags.NonRepudiation, null)]
    [InlineData(X509KeyUsageFlags.CrlSign, VerificationReasons.TimestampInvalid)]
    public void Verify_CertificateOfTheAuthority_MaySign(X509KeyUsageFlags use, string? reason)
    {
        var instance = new TestInstance { Timestamps = new TestTimestampAuthority(keyUsage: use) };

        Verify(instance, signature => instance.Timestamps.Stamp(signature, TestInstance.Now)).ShouldBe(reason);
    }

    [Theory]
    [InlineData("1.3.6.1.5.5.7.3.8", null)]
    [InlineData("1.3.6.1.5.5.7.3.3", VerificationReasons.UntrustedCertificate)]
    public void Verify_IssuerOfTheAuthority_MayIssueForTimestamps(string usage, string? reason)
    {
        var instance = new TestInstance { Timestamps = new TestTimestampAuthority(issuerUsage: usage) };

        Verify(instance, signature => instance.Timestamps.Stamp(signature, TestInstance.Now)).ShouldBe(reason);
    }

    [Fact]
    public void Verify_TimeAfterTheAuthoritysCertificate_IsRefused()
    {
        var instance = new TestInstance { Timestamps = new TestTimestampAuthority(notAfter: TestInstance.Now.AddSeconds(-1)) };

        Verify(instance, signature => instance.Timestamps.Stamp(signature, TestInstance.Now, embeds: true))
            .ShouldBe(VerificationReasons.TimestampAuthorityNotValid);
        Verify(instance, signature => instance.Timestamps.Stamp(signature, TestInstance.Now)).ShouldBe(VerificationReasons.TimestampAuthorityNotValid);
    }

    [Theory]
    [InlineData(true, null)]
    [InlineData(false, VerificationReasons.TrustedRootOutdated)]
    public void Verify_RootThatNamesIssuersAlone_NeedsTheCertificateInTheToken(bool embeds, string? reason)
    {
        var instance = new TestInstance();
        var root = instance.Root();
        root["timestampAuthorities"]![0]!["certChain"]!["certificates"]!.AsArray().RemoveAt(0);

        Verify(instance, signature => instance.Timestamps.Stamp(signature, TestInstance.Now, embeds), root).ShouldBe(reason);
    }

    /// <summary>Of a bundle whose log tells no time.</summary>
    private static string? Verify(TestInstance instance, Func<byte[], byte[]> stamp, JsonObject? root = null)
    {
        var bundle = instance.Sign(new Recipe { Entry = "hashedrekord 0.0.2" });
        var signature = Convert.FromBase64String(bundle["messageSignature"]!["signature"]!.GetValue<string>());
        bundle["verificationMaterial"]!["timestampVerificationData"] = TestInstance.Stamps(stamp(signature));
        return instance.Verify(bundle, root: root).Reason;
    }
}
