using System.Text;
using System.Text.Json.Nodes;
using RegistryOperator.Sigstore.Findings;
using RegistryOperator.Sigstore.Signatures;
using RegistryOperator.Sigstore.Trust;
using RegistryOperator.Tests.Pki;

namespace RegistryOperator.Sigstore.Tests.Trust;

public class TrustedRootTests
{
    [Fact]
    public void PublicGood_ShippedRoot_HasLogsAndAuthorities()
    {
        var root = TrustedRoot.PublicGood;

        root.Logs.Select(log => (log.Uri, log.KeyType)).ShouldBe(
            [("https://rekor.sigstore.dev", KeyType.EcdsaP256), ("https://log2025-1.rekor.sigstore.dev", KeyType.Ed25519)]);
        root.Logs[0].KeyId.ShouldBe("wNI9atQGlz+VWfO6LRygH4QUfY/8W4RFwiT5i5WRgB0=");
        root.Logs[0].Validity.ShouldBe(new Validity(new DateTimeOffset(2021, 1, 12, 11, 53, 27, TimeSpan.Zero), End: null));
        root.CertificateLogs.Select(log => log.Uri).ShouldBe(["https://ctfe.sigstore.dev/test", "https://ctfe.sigstore.dev/2022"]);
        root.CertificateAuthorities.Select(authority => (authority.Uri, authority.KeyType))
            .ShouldBe([("https://fulcio.sigstore.dev", KeyType.EcdsaP384), ("https://fulcio.sigstore.dev", KeyType.EcdsaP384)]);
        root.TimestampAuthorities.ShouldHaveSingleItem().Uri.ShouldBe("https://timestamp.sigstore.dev/api/v1/timestamp");
        root.NewestStart.ShouldBe(new DateTimeOffset(2025, 9, 23, 0, 0, 0, TimeSpan.Zero));
    }

    [Theory]
    [InlineData("mediaType", "application/vnd.dev.sigstore.trustedroot.v9+json", "mediaType")]
    [InlineData("tlogs", 5, "tlogs is no list")]
    public void Read_RootWithAWrongField_SaysWhere(string field, object value, string message)
    {
        var root = new TestInstance().Root();
        root[field] = value is int number ? number : (string)value;

        Should.Throw<SigstoreFormatException>(() => TestInstance.Read(root)).Message.ShouldContain(message);
    }

    [Theory]
    [InlineData("tlogs", "trustedRoot.tlogs[0].publicKey.validFor.start is missing")]
    [InlineData("ctlogs", "trustedRoot.ctlogs[0].publicKey.validFor.start is missing")]
    public void Read_LogWithoutAStart_IsRefused(string what, string message)
    {
        var root = new TestInstance().Root();
        root[what]![0]!["publicKey"]!["validFor"] = new JsonObject();

        Should.Throw<SigstoreFormatException>(() => TestInstance.Read(root)).Message.ShouldContain(message);
    }

    [Theory]
    [InlineData("certificateAuthorities")]
    [InlineData("timestampAuthorities")]
    public void Read_AuthorityWithoutAStart_IsTrustedWhileItsCertificatesAreValid(string what)
    {
        var instance = new TestInstance();
        var root = instance.Root();
        root[what]![0]!.AsObject().Remove("validFor");

        var read = TestInstance.Read(root);

        read.CertificateAuthorities.Concat(read.TimestampAuthorities).ShouldAllBe(one => one.Validity == new Validity(TestAuthority.Start, null));
        instance.Verify(instance.Sign(new Recipe { StampedAt = TestInstance.Now }), root: root).Times.Count.ShouldBe(2);
    }

    [Fact]
    public void Read_RootWithADamagedByte_IsReadOrRefusedAndThrowsNothingElse()
    {
        var bytes = Encoding.UTF8.GetBytes(new TestInstance().Root().ToJsonString());
        for (var place = 0; place < bytes.Length; place += 5)
        {
            var damaged = bytes.ToArray();
            damaged[place] ^= (byte)(1 << (place % 7));
            try
            {
                _ = TrustedRoot.Read(damaged);
            }
            catch (SigstoreFormatException refused)
            {
                refused.Message.ShouldStartWith("The trusted root can't be used: ");
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"mediaType\":1}")]
    [InlineData("{\"mediaType\":\"a\",\"mediaType\":\"a\"}")]
    [InlineData("""{"mediaType":"a","\ud800":1}""")]
    public void Read_NoRoot_IsRefused(string json) => Should.Throw<SigstoreFormatException>(() => TrustedRoot.Read(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Read_LogWithAKeyOfAnotherKind_IsKeptAndVerifiesNothing()
    {
        var instance = new TestInstance();
        var root = instance.Root();
        root["tlogs"]![0]!["publicKey"]!["rawBytes"] = TestInstance.Base64(TestKey.Of("secp256k1").SubjectPublicKeyInfo);

        TestInstance.Read(root).Logs[0].KeyType.ShouldBe(KeyType.Unsupported);
        instance.Verify(instance.Sign(new Recipe()), root: root).Reason.ShouldBe(VerificationReasons.UnsupportedAlgorithm);
    }

    [Theory]
    [InlineData("RSA", "PKIX_RSA_PKCS1V15_2048_SHA256", KeyType.Rsa)]
    [InlineData("P-384", "PKIX_ECDSA_P384_SHA_384", KeyType.EcdsaP384)]
    [InlineData("P-521", "PKIX_ECDSA_P521_SHA_512", KeyType.EcdsaP521)]
    public void Read_LogOfEveryKind_HasItsKey(string kind, string details, KeyType type)
    {
        var root = new TestInstance().Root();
        var key = root["tlogs"]![0]!["publicKey"]!;
        key["rawBytes"] = TestInstance.Base64(TestKey.Of(kind).SubjectPublicKeyInfo);
        key["keyDetails"] = details;

        TestInstance.Read(root).Logs[0].KeyType.ShouldBe(type);
    }
}
