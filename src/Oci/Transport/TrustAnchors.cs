using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RegistryOperator.Oci.Transport;

/// <summary>
/// Certificates that are trusted as they are. Each of them is an anchor, whether or not it is self-signed: a root, an issuing authority alone, or the
/// server's own certificate, as in Go and in what is built on OpenSSL with partial chains
/// (<see href="https://www.rfc-editor.org/rfc/rfc5280#section-6.1"/>: a trust anchor is an input of the validation). What stands above it is not looked at.
/// </summary>
internal sealed class TrustAnchors
{
    // The extended key usage of TLS servers, which the system's own check requires too (RFC 5280, 4.2.1.12).
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string Label = "CERTIFICATE";

    // What is said of a chain's upper end, which an anchor makes good.
    private const X509ChainStatusFlags OpenEnd = X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.UntrustedRoot;

    private readonly X509Certificate2Collection _certificates;

    private TrustAnchors(X509Certificate2Collection certificates) => _certificates = certificates;

    /// <summary>Reads a bundle in PEM; null where it has no certificate. What is none in it (comments, keys, damaged ones) is passed over, as in Go.</summary>
    public static TrustAnchors? Parse(string pem)
    {
        var certificates = new X509Certificate2Collection();
        for (var rest = pem.AsSpan(); PemEncoding.TryFind(rest, out var found); rest = rest[found.Location.End..])
        {
            if (rest[found.Label] is not Label) continue;
            try
            {
                certificates.Add(X509CertificateLoader.LoadCertificate(Convert.FromBase64String(rest[found.Base64Data].ToString())));
            }
            catch (CryptographicException)
            {
                // One that can't be read makes the others no worse.
            }
        }

        return certificates.Count > 0 ? new TrustAnchors(certificates) : null;
    }

    /// <summary>True where a server's certificate is one of these, or a valid chain leads from it to one of these.</summary>
    /// <param name="leaf">The server's certificate.</param>
    /// <param name="sent">What the server sent beside it; null for nothing.</param>
    /// <param name="problems">What is wrong with the chain otherwise.</param>
    public bool Vouch(X509Certificate2 leaf, X509Certificate2Collection? sent, out IReadOnlyList<X509ChainStatus> problems)
    {
        if (LeadsToAnchor(leaf, sent, out problems)) return true;
        // Of an authority with several certificates the server may have sent another one than is given here.
        return sent is { Count: > 0 } && LeadsToAnchor(leaf, sent: null, out _);
    }

    private bool LeadsToAnchor(X509Certificate2 leaf, X509Certificate2Collection? sent, out IReadOnlyList<X509ChainStatus> problems)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_certificates);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        // A certificate's own word on where its issuer is found would be a URL that a stranger chose.
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        chain.ChainPolicy.ExtraStore.AddRange(_certificates);
        if (sent is not null) chain.ChainPolicy.ExtraStore.AddRange(sent);
        if (chain.Build(leaf))
        {
            problems = [];
            return true;
        }

        problems = chain.ChainStatus;
        foreach (var element in chain.ChainElements)
        {
            var faults = Array.FindAll(element.ChainElementStatus, status => (status.Status & ~OpenEnd) != X509ChainStatusFlags.NoError);
            if (faults.Length > 0)
            {
                problems = faults;
                return false;
            }

            if (IsAnchor(element.Certificate)) return true;
        }

        return false;
    }

    // By all of its bytes: two certificates may have the same issuer and serial number.
    private bool IsAnchor(X509Certificate2 certificate) =>
        _certificates.Any(anchor => anchor.RawDataMemory.Span.SequenceEqual(certificate.RawDataMemory.Span));
}
