using RegistryOperator.Sigstore.Findings;
using RegistryOperator.Tests.Pki;

namespace RegistryOperator.Sigstore.Tests.Certificates;

public class CertificateTimestampTests
{
    private readonly TestInstance _instance = new();

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    public void Verify_TimestampWithOrWithoutExtensions_IsVerified(int length) =>
        Verify((body, issuer) => _instance.CertificateLog.Promise(body, issuer, new byte[length])).ShouldBeNull();

    [Fact]
    public void Verify_TimestampOfAnotherCertificateOrIssuer_IsRefused()
    {
        Verify((body, issuer) => _instance.CertificateLog.Promise([.. body, 0], issuer, [])).ShouldBe(VerificationReasons.SctInvalid);
        Verify((body, issuer) => _instance.CertificateLog.Promise(body, [1, 2, 3], [])).ShouldBe(VerificationReasons.SctInvalid);
    }

    [Theory]
    [InlineData("00", VerificationReasons.SctInvalid)]
    [InlineData("0000", VerificationReasons.SctMissing)]
    [InlineData("00050003", VerificationReasons.SctInvalid)]
    [InlineData("0003000100", VerificationReasons.SctInvalid)]
    public void Verify_TimestampsThatCannotBeRead_AreRefused(string hex, string reason) => Verify((_, _) => Convert.FromHexString(hex)).ShouldBe(reason);

    private string? Verify(Func<byte[], byte[], byte[]> timestamps) =>
        _instance.Verify(_instance.Sign(new Recipe { Certificate = new CertificateOrder { Timestamps = timestamps } })).Reason;
}
