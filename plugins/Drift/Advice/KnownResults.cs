using RegistryOperator.Abstractions.Drift;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Provenance;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Plugins.Drift.Images;
using RegistryOperator.Shared;

namespace RegistryOperator.Plugins.Drift.Advice;

/// <summary>What is stored of images: each is read once in a check, however many workloads run it, as far as the limits reach.</summary>
internal sealed class KnownResults(IStoredResults? results)
{
    /// <summary>Names of vulnerabilities, and as many of packages, that are held at once: those of many usual images, or of a few large ones.</summary>
    public const int MostNames = 50_000;

    private readonly BoundedCache<string, ImageVulnerabilities> _vulnerabilities = new(MostNames, known => 1 + known.Ids.Count, StringComparer.Ordinal);
    private readonly BoundedCache<string, ImagePackages> _packages = new(MostNames, known => 1 + known.Count, StringComparer.Ordinal);
    private readonly HashSet<string> _withoutReport = new(StringComparer.Ordinal);
    private readonly HashSet<string> _withoutSbom = new(StringComparer.Ordinal);
    private readonly Dictionary<string, BuildProvenance?> _provenance = new(StringComparer.Ordinal);

    /// <summary>The vulnerabilities of an image; null where they are not known.</summary>
    public async Task<ImageVulnerabilities?> VulnerabilitiesOfAsync(ImageFacts? image, CancellationToken cancellationToken)
    {
        if (results is null || image?.Subject is not { } subject || !Digest.TryParse(subject, out var digest)) return null;
        if (_withoutReport.Contains(subject)) return null;
        if (_vulnerabilities.Find(subject) is { } known) return known;
        if (await results.FindVulnerabilitiesAsync(digest, cancellationToken) is not { } found)
        {
            _withoutReport.Add(subject);
            return null;
        }

        known = ImageVulnerabilities.Of(found);
        _vulnerabilities.Set(subject, known);
        return known;
    }

    /// <summary>How an image was built and who signed it; null where that is not known.</summary>
    public async Task<BuildProvenance?> ProvenanceOfAsync(ImageFacts? image, CancellationToken cancellationToken)
    {
        if (results is null || image is null) return null;
        if (!_provenance.TryGetValue(image.Digest, out var known))
        {
            foreach (var name in (string?[])[image.Digest, image.Subject])
            {
                if (!Digest.TryParse(name, out var digest) || await results.FindProvenanceAsync(digest, cancellationToken) is not { } found) continue;
                known = found.Value;
                break;
            }

            _provenance[image.Digest] = known;
        }

        return known;
    }

    /// <summary>The packages that differ between two manifests; null where one of them has no SBOM.</summary>
    public async Task<PackageChanges?> PackageChangesAsync(string running, string update, CancellationToken cancellationToken)
    {
        if (_withoutSbom.Contains(running)) return null;
        // The update first: one that the tag filter leaves out often has none, and then the running image's need not be parsed at each check.
        if (await PackagesOfAsync(update, cancellationToken) is not { } after) return null;
        return (await PackagesOfAsync(running, cancellationToken))?.ChangesTo(after);
    }

    private async Task<ImagePackages?> PackagesOfAsync(string subject, CancellationToken cancellationToken)
    {
        if (results is null || _withoutSbom.Contains(subject) || !Digest.TryParse(subject, out var digest)) return null;
        if (_packages.Find(subject) is { } known) return known;
        if (await results.FindSbomAsync(digest, cancellationToken) is not { } found)
        {
            _withoutSbom.Add(subject);
            return null;
        }

        known = ImagePackages.Of(found.Value);
        _packages.Set(subject, known);
        return known;
    }
}
