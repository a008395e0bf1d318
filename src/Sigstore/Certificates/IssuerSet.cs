using RegistryOperator.Sigstore.Findings;

namespace RegistryOperator.Sigstore.Certificates;

/// <summary>
/// The certificates of an authority, with the path of each to the trust anchor, verified once. Paths are built by hand: the platform's chain looks into
/// stores on disk and takes a self-signed certificate alone as an anchor.
/// </summary>
internal sealed class IssuerSet
{
    /// <summary>Issuers between a leaf and the anchor, both left out.</summary>
    private const int LongestPath = 8;

    private readonly Dictionary<Certificate, IReadOnlyList<Certificate>> _paths;

    /// <param name="certificates">The last one is the trust anchor.</param>
    public IssuerSet(IReadOnlyList<Certificate> certificates)
    {
        _paths = certificates.Where(one => one == certificates[^1] || one.Extensions.IsAuthority)
            .Select(one => (Issuer: one, Path: PathOf(one, certificates)))
            .Where(pair => pair.Path is not null)
            .ToDictionary(pair => pair.Issuer, IReadOnlyList<Certificate> (pair) => pair.Path!);
    }

    /// <summary>Whether one of the authority's certificates is what a certificate names as its issuer.</summary>
    public bool IsNamedBy(Certificate leaf) => _paths.Keys.Any(leaf.Names);

    /// <summary>The path from the issuer of a certificate to the anchor; null where none of them signed it.</summary>
    public IReadOnlyList<Certificate>? FindPath(Certificate leaf) =>
        _paths.Keys.FirstOrDefault(issuer => leaf.Names(issuer) && leaf.IsSignedBy(issuer)) is { } found ? _paths[found] : null;

    /// <summary>Refuses a path that may not issue a leaf for a use: RFC 5280, section 6.1, and nested usages as browsers and Go have them.</summary>
    public static void CheckPath(IReadOnlyList<Certificate> path, string usage)
    {
        for (var i = 0; i < path.Count; i++)
        {
            var issuer = path[i];
            issuer.CheckCriticalExtensions("An issuer of the certificate");
            // An anchor is trusted as it is, so that an old one without extensions may be one.
            var isCertifier = (issuer.Extensions.IsAuthority || (i == path.Count - 1 && !issuer.Extensions.SayWhetherAuthority))
                && (issuer.Extensions.KeyUsage is not { } allowed || allowed.HasFlag(X509KeyUsage.KeyCertSign));
            if (!isCertifier || issuer.Extensions.PathLength < i || !issuer.Extensions.MayBeUsedFor(usage))
            {
                throw new RejectedException(
                    VerificationReasons.UntrustedCertificate,
                    "An issuer of the certificate may not issue it: not an authority, the path is too long, or for another use.");
            }
        }
    }

    private static List<Certificate>? PathOf(Certificate issuer, IReadOnlyList<Certificate> all)
    {
        var path = new List<Certificate> { issuer };
        while (path[^1] != all[^1])
        {
            var next = all.FirstOrDefault(one => !path.Contains(one) && path[^1].Names(one) && path[^1].IsSignedBy(one));
            if (next is null || path.Count > LongestPath) return null;
            path.Add(next);
        }

        return path;
    }
}
