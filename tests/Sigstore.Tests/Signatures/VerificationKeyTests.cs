using RegistryOperator.Sigstore.Findings;
using RegistryOperator.Sigstore.Signatures;
using RegistryOperator.Tests.Pki;

namespace RegistryOperator.Sigstore.Tests.Signatures;

public class VerificationKeyTests
{
    [Theory]
    [InlineData("")]
    [InlineData("no key")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nAAA\n-----END PUBLIC KEY-----")]
    public void ReadPem_NoPublicKey_IsRefused(string pem) => Should.Throw<SigstoreFormatException>(() => VerificationKey.ReadPem(pem));

    [Theory]
    [InlineData("secp256k1")]
    [InlineData("RSA of 1024 bits")]
    public void ReadPem_KeyThatIsNotSupported_IsRefused(string kind) =>
        Should.Throw<SigstoreFormatException>(() => VerificationKey.ReadPem(TestKey.Of(kind).Pem)).Message.ShouldContain("not supported");

    [Fact]
    public void Verifies_ManyThreadsAtOnce_AgreeAboutOneKey()
    {
        var key = TestKey.Ecdsa();
        var read = VerificationKey.ReadPem(key.Pem);
        byte[] message = [1, 2, 3];
        var signature = key.Sign(message);

        Enumerable.Range(0, 500).AsParallel().WithDegreeOfParallelism(8).Select(_ => read.Verifies(message, signature)).ShouldAllBe(verified => verified);
    }

    /// <summary>The example of https://github.com/secure-systems-lab/dsse/blob/master/protocol.md.</summary>
    [Fact]
    public void Of_ExampleOfTheSpecification_IsEncodedAsThere() =>
        System.Text.Encoding.UTF8.GetString(PreAuthenticationEncoding.Of("http://example.com/HelloWorld", "hello world"u8))
            .ShouldBe("DSSEv1 29 http://example.com/HelloWorld 11 hello world");
}
