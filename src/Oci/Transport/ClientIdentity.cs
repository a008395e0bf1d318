using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RegistryOperator.Abstractions.Registries;

namespace RegistryOperator.Oci.Transport;

/// <summary>What is shown to a registry that asks its clients for a certificate.</summary>
public static class ClientIdentity
{
    private const string KeyLabel = "PRIVATE KEY";
    private const string EncryptedLabel = "ENCRYPTED PRIVATE KEY";

    /// <summary>What is wrong with a certificate and its key, in a sentence that says nothing of their content; null for nothing.</summary>
    public static string? ProblemOf(ClientCertificate certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        try
        {
            using var leaf = Load(certificate);
            return null;
        }
        catch (RegistryException problem)
        {
            return problem.Message + " " + problem.Advice;
        }
    }

    /// <summary>The certificate with those that were given behind it.</summary>
    /// <exception cref="RegistryException">They can't be used.</exception>
    internal static SslStreamCertificateContext CreateContext(ClientCertificate certificate)
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(certificate.Certificates);
        // What stands behind the first: nothing is looked for elsewhere.
        if (chain.Count > 0) chain.RemoveAt(0);
        return SslStreamCertificateContext.Create(Load(certificate), chain, offline: true);
    }

    /// <summary>Shows none, and tells when the server asks for one.</summary>
    internal static LocalCertificateSelectionCallback NoneToShow(Action asked) => (_, _, _, server, _) =>
    {
        // Asked for a first time before there is a connection, without the server's certificate.
        if (server is not null) asked();
        return null!;
    };

    private static X509Certificate2 Load(ClientCertificate certificate)
    {
        try
        {
            using var _ = X509Certificate2.CreateFromPem(certificate.Certificates);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw Unusable("the client certificate can't be read", "Give it in PEM (-----BEGIN CERTIFICATE-----), those of its authorities behind it.");
        }

        if (certificate.Key.Contains(EncryptedLabel, StringComparison.Ordinal) || certificate.Key.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal))
            throw Unusable("the private key of the client certificate is encrypted", "Give it without a passphrase: openssl pkey -in tls.key -out plain.key.");
        if (!certificate.Key.Contains(KeyLabel, StringComparison.Ordinal))
            throw Unusable("the private key of the client certificate is missing", "Give it in PEM: PKCS#8, PKCS#1 or SEC 1 (-----BEGIN PRIVATE KEY-----).");
        try
        {
            return X509Certificate2.CreateFromPem(certificate.Certificates, certificate.Key);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw Unusable("the private key does not belong to the client certificate, or can't be read", "Give the two that were made together.");
        }
    }

    // Without the cause, whose text may quote what it could not read.
    private static RegistryException Unusable(string problem, string advice) => new(RegistryErrorKind.InvalidRequest, problem + ".") { Advice = advice };
}
