using RegistryOperator.Abstractions.Drift;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Provenance;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Plugins.Drift.Images;

namespace RegistryOperator.Plugins.Drift.Advice;

/// <summary>What is stored of images: each is read once in a check, however many workloads run it.</summary>
internal sealed class KnownResults(IStoredResults? results)
{
    private readonly Dictionary<string, ImageVulnerabilities?> _vulnerabilities = new(StringComparer.Ordinal);
    private readonly Dictionary<string, BuildProvenance?> _provenance = new(StringComparer.Ordinal);

    /// <summary>The packages of one image alone: those of all are too many to be held.</summary>
    private (string Subject, ImagePackages? Packages)? _packages;

    /// <summary>The vulnerabilities of an image; null where they are not known.</summary>
    public async Task<ImageVulnerabilities?> VulnerabilitiesOfAsync(ImageFacts? image, CancellationToken cancellationToken)
    {
        if (results is null || image?.Subject is not { } subject || !Digest.TryParse(subject, out var digest)) return null;
        if (!_vulnerabilities.TryGetValue(subject, out var known))
        {
            var found = await results.FindVulnerabilitiesAsync(digest, cancellationToken);
            _vulnerabilities[subject] = known = found is null ? null : ImageVulnerabilities.Of(found);
        }

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
        // One image runs with several updates, one after the other.
        if (_packages?.Subject != running) _packages = (running, await PackagesOfAsync(running, cancellationToken));
        if (_packages is not { Packages: { } before } || await PackagesOfAsync(update, cancellationToken) is not { } after) return null;
        return before.ChangesTo(after);
    }

    private async Task<ImagePackages?> PackagesOfAsync(string subject, CancellationToken cancellationToken) =>
        results is not null && Digest.TryParse(subject, out var digest) && await results.FindSbomAsync(digest, cancellationToken) is { } found
            ? ImagePackages.Of(found.Value)
            : null;
}
