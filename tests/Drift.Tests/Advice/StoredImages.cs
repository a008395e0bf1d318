using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Provenance;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Plugins.Drift.Images;

namespace RegistryOperator.Drift.Tests.Advice;

/// <summary>Results of images by number, and how often each was read.</summary>
internal sealed class StoredImages : IStoredResults
{
    /// <summary>The packages of each image that has an SBOM.</summary>
    public Dictionary<string, int> Packages { get; } = new(StringComparer.Ordinal);

    /// <summary>The vulnerabilities of each image that has a report.</summary>
    public Dictionary<string, int> Vulnerabilities { get; } = new(StringComparer.Ordinal);

    /// <summary>What was read, in order.</summary>
    public List<string> Reads { get; } = [];

    public static string DigestOf(int number) => $"sha256:{number:x64}";

    public static ImageFacts Facts(int number) => new() { Digest = DigestOf(number), Subject = DigestOf(number) };

    public Task<StoredResult<IReadOnlyList<Vulnerability>>?> FindVulnerabilitiesAsync(Digest image, CancellationToken cancellationToken) =>
        Task.FromResult<StoredResult<IReadOnlyList<Vulnerability>>?>(
            Read(Vulnerabilities, image) is { } count ? Of<IReadOnlyList<Vulnerability>>([.. Enumerable.Range(0, count).Select(Vulnerability)]) : null);

    public Task<StoredResult<Sbom>?> FindSbomAsync(Digest image, CancellationToken cancellationToken) => Task.FromResult<StoredResult<Sbom>?>(
        Read(Packages, image) is { } count
            ? Of(new Sbom { Format = SbomFormat.CycloneDxJson, Packages = [.. Enumerable.Range(0, count).Select(Package)] })
            : null);

    public Task<StoredResult<BuildProvenance>?> FindProvenanceAsync(Digest image, CancellationToken cancellationToken) =>
        Task.FromResult<StoredResult<BuildProvenance>?>(null);

    private int? Read(Dictionary<string, int> results, Digest image)
    {
        Reads.Add(image.ToString());
        return results.TryGetValue(image.ToString(), out var count) ? count : null;
    }

    private static StoredResult<T> Of<T>(T value) => new(value, "any", DateTimeOffset.UnixEpoch);

    private static Vulnerability Vulnerability(int number) => new() { Id = $"CVE-{number}", Severity = Severity.Low, Package = "p" };

    private static SbomPackage Package(int number) => new() { Id = $"{number}", Type = "deb", Name = $"p{number}", Version = "1" };
}
