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

    [Theory]
    [InlineData("{A} {B}", 2)]
    [InlineData("{A}", 1)]
    [InlineData("about the key\n{A}\n\n \t\r\n{B}\n\n", 2)]
    public void ReadPems_Keys_AreReadAllInTheirOrder(string document, int count)
    {
        TestKey[] keys = [TestKey.Ecdsa(), TestKey.Of("RSA")];

        VerificationKey.ReadPems(Filled(document, keys)).Select(key => key.Fingerprint)
            .ShouldBe(keys.Take(count).Select(key => Convert.ToHexStringLower(key.Id)));
    }

    [Theory]
    [InlineData("{A} garbage {B}", "at number 2")]
    [InlineData("{A} {B} garbage", "at number 3")]
    [InlineData("{A} -----BEGIN PUBLIC KEY-----\nAAAA", "at number 2")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nA%A\n-----END PUBLIC KEY----- {A}", "at number 1")]
    [InlineData("{A} -----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY----- {B}", "give the public key")]
    [InlineData("{A} {A} {A} {A} {A} {A} {A} {A} {A} {A} {A} {A} {A} {A} {A} {A} {A}", "more than 16 keys")]
    public void ReadPems_SomethingElseBesideKeys_IsRefused(string document, string message) =>
        Should.Throw<SigstoreFormatException>(() => VerificationKey.ReadPems(Filled(document, [TestKey.Ecdsa(), TestKey.Ecdsa()])))
            .Message.ShouldContain(message);

    [Fact]
    public void ReadPem_SeveralKeys_IsRefused() =>
        Should.Throw<SigstoreFormatException>(() => VerificationKey.ReadPem(TestKey.Ecdsa().Pem + TestKey.Ecdsa().Pem)).Message.ShouldContain("several");

    private static string Filled(string document, TestKey[] keys) =>
        document.Replace("{A}", keys[0].Pem, StringComparison.Ordinal).Replace("{B}", keys[1].Pem, StringComparison.Ordinal);

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
