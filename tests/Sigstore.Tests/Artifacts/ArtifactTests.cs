using System.Security.Cryptography;
using RegistryOperator.Sigstore.Artifacts;
using RegistryOperator.Sigstore.Findings;
using RegistryOperator.Tests.Pki;

namespace RegistryOperator.Sigstore.Tests.Artifacts;

public class ArtifactTests
{
    [Theory]
    [InlineData("sha256", 64, true)]
    [InlineData("sha384", 96, true)]
    [InlineData("sha512", 128, true)]
    [InlineData("sha256", 63, false)]
    [InlineData("sha256", 128, false)]
    [InlineData("SHA256", 64, false)]
    [InlineData("SHA2_256", 64, false)]
    [InlineData("1", 64, false)]
    [InlineData("md5", 32, false)]
    public void IsDigest_Text_IsOneOfAKnownAlgorithmAndItsLength(string algorithm, int length, bool expected)
    {
        var text = $"{algorithm}:{new string('a', length)}";

        Artifact.IsDigest(text).ShouldBe(expected);
        if (expected) Artifact.OfDigest(text).ToString().ShouldBe(text);
        else Should.Throw<SigstoreFormatException>(() => Artifact.OfDigest(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.txt")]
    [InlineData("sha256:")]
    [InlineData(":aa")]
    [InlineData("sha256:zz")]
    public void IsDigest_Path_IsNone(string text) => Artifact.IsDigest(text).ShouldBeFalse();

    [Fact]
    public void OfBytes_Content_HasAllDigests()
    {
        var artifact = Artifact.OfBytes(TestInstance.Content);

        artifact.Is(HashAlgorithmName.SHA256, SHA256.HashData(TestInstance.Content)).ShouldBeTrue();
        artifact.Is(HashAlgorithmName.SHA384, SHA384.HashData(TestInstance.Content)).ShouldBeTrue();
        artifact.Is(HashAlgorithmName.SHA512, SHA512.HashData(TestInstance.Content)).ShouldBeTrue();
        artifact.Is(HashAlgorithmName.SHA256, new byte[32]).ShouldBeFalse();
        Artifact.OfDigest(TestInstance.Digest).Is(HashAlgorithmName.SHA512, SHA512.HashData(TestInstance.Content)).ShouldBeFalse();
    }
}
