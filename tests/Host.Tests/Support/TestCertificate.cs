using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RegistryOperator.Host.Tests.Support;

/// <summary>Makes certificates.</summary>
internal static class TestCertificate
{
    /// <summary>A certificate and its key, in PEM.</summary>
    public static (string Certificate, string Key) Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=client", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
