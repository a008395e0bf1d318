using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Shared;

namespace RegistryOperator.Oci.Transport;

/// <summary>
/// Validates a registry's certificate by the system's authorities and, in addition, the given ones. A refusal is thrown rather than
/// returned, because only then does the reason reach the user.
/// </summary>
internal sealed class CertificateValidator
{
    /// <summary>Names of a certificate that an error shows.</summary>
    private const int MostNames = 5;

    private const int LongestName = 100;

    private readonly X509Certificate2Collection _authorities = [];
    private readonly bool _acceptAny;

    /// <summary>Reads the authorities.</summary>
    /// <exception cref="RegistryException">The text holds no PEM certificate.</exception>
    public CertificateValidator(TransportSecurity security)
    {
        _acceptAny = security.InsecureSkipVerify;
        if (security.CertificateAuthorities is not { } pem) return;
        try
        {
            _authorities.ImportFromPem(pem);
        }
        catch (CryptographicException e)
        {
            throw Unusable(e);
        }

        if (_authorities.Count == 0) throw Unusable(null);
    }

    public bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (_acceptAny || errors == SslPolicyErrors.None) return true;
        var host = (sender as SslStream)?.TargetHostName;
        if (certificate is not X509Certificate2 leaf) throw new AuthenticationException("the server shows no certificate");
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            throw new AuthenticationException($"the certificate is for {Names(leaf)}, not for '{host}'");

        if (_authorities.Count == 0) throw new AuthenticationException($"{Describe(leaf)} is not trusted: {Reasons(chain)}");
        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        // The extended key usage of TLS servers, which the system's own check requires too (RFC 5280, 4.2.1.12).
        own.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1"));
        if (chain is not null) own.ChainPolicy.ExtraStore.AddRange(chain.ChainPolicy.ExtraStore);
        if (own.Build(leaf)) return true;
        throw new AuthenticationException($"{Describe(leaf)} is trusted neither by the system nor by the given certificate authorities: {Reasons(own)}");
    }

    private static string Describe(X509Certificate2 leaf) => $"the certificate '{Clean(leaf.Subject)}', issued by '{Clean(leaf.Issuer)}',";

    private static string Names(X509Certificate2 leaf)
    {
        var names = leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(extension => extension.EnumerateDnsNames().Concat(extension.EnumerateIPAddresses().Select(address => address.ToString())))
            .ToList();
        if (names.Count == 0) return $"'{Clean(leaf.Subject)}'";
        var shown = string.Join(", ", names.Take(MostNames).Select(name => $"'{Clean(name)}'"));
        return names.Count > MostNames ? $"{shown} and {names.Count - MostNames} others" : shown;
    }

    /// <summary>Who makes a certificate writes what he likes into it.</summary>
    private static string Clean(string name) => OutsideText.Of(name, LongestName);

    private static string Reasons(X509Chain? chain)
    {
        var reasons = chain?.ChainStatus.Select(status => $"{status.Status} ({status.StatusInformation.Trim()})").Distinct(StringComparer.Ordinal).ToList();
        return reasons is { Count: > 0 } ? string.Join(", ", reasons) : "its chain does not end in a trusted authority";
    }

    private static RegistryException Unusable(CryptographicException? cause) =>
        new(RegistryErrorKind.InvalidRequest, "the certificate authorities hold no usable certificate", cause)
        {
            Advice = "Give one or more certificates in PEM form (-----BEGIN CERTIFICATE-----).",
        };
}
