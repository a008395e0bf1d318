using System.Net.Security;
using System.Security.Authentication;
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

    // Browsers fetch it, which hides that a server does not send it.
    private const string MissingIssuer = "; an issuer is missing: the server has to send its intermediate certificates, which are not downloaded";

    private readonly TrustAnchors? _anchors;
    private readonly bool _acceptAny;

    /// <summary>Reads the authorities.</summary>
    /// <exception cref="RegistryException">The text holds no PEM certificate.</exception>
    public CertificateValidator(TransportSecurity security)
    {
        _acceptAny = security.InsecureSkipVerify;
        if (security.CertificateAuthorities is { } pem) _anchors = TrustAnchors.Parse(pem) ?? throw Unusable();
    }

    public bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (_acceptAny || errors == SslPolicyErrors.None) return true;
        var host = (sender as SslStream)?.TargetHostName;
        if (certificate is not X509Certificate2 leaf) throw new AuthenticationException("the server shows no certificate");
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            throw new CertificateNameException($"the certificate is for {Names(leaf)}, not for '{host}'");

        if (_anchors is null) throw new AuthenticationException($"{Describe(leaf)} is not trusted: {Reasons(chain?.ChainStatus)}");
        if (_anchors.Vouch(leaf, chain?.ChainPolicy.ExtraStore, out var problems)) return true;
        throw new AuthenticationException($"{Describe(leaf)} is trusted neither by the system nor by the given certificate authorities: {Reasons(problems)}");
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

    private static string Reasons(IEnumerable<X509ChainStatus>? problems)
    {
        var found = problems?.ToList() ?? [];
        var reasons = found.Select(status => $"{status.Status} ({status.StatusInformation.Trim()})").Distinct(StringComparer.Ordinal).ToList();
        if (reasons.Count == 0) return "its chain does not end in a trusted authority";
        var isPartial = found.Exists(status => status.Status.HasFlag(X509ChainStatusFlags.PartialChain));
        return string.Join(", ", reasons) + (isPartial ? MissingIssuer : "");
    }

    private static RegistryException Unusable() =>
        new(RegistryErrorKind.InvalidRequest, "the certificate authorities hold no usable certificate")
        {
            Advice = "Give one or more certificates in PEM form (-----BEGIN CERTIFICATE-----).",
        };
}

/// <summary>A server shows a certificate that is another's.</summary>
internal sealed class CertificateNameException(string message) : AuthenticationException(message);
