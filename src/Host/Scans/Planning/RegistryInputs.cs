using System.Security.Cryptography;
using System.Text;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Workloads;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Scans.Planning;

/// <summary>What a result over all images depends on, beside its identity.</summary>
/// <param name="Content">A hash of images, of the workloads that run them and of the results of other scanners about them.</param>
/// <param name="Tags">A hash of all tags; empty where the list is not at hand, or not whole: what was found then does not hold for the whole one.</param>
internal sealed record RegistryInputs(string Content, string Tags)
{
    private const int HashLength = 32;

    /// <summary>Hashes.</summary>
    /// <param name="request">What the scanner is told.</param>
    /// <param name="results">The results of other scanners that it may read.</param>
    public static RegistryInputs Of(RegistryScanRequest request, IEnumerable<Report> results)
    {
        var content = new StringBuilder();
        foreach (var image in request.Images)
        {
            content.Append(image.Tag).Append(' ').Append(image.Digest);
            foreach (var platform in image.Platforms) content.Append(' ').Append(platform.Platform).Append('=').Append(platform.Digest);
            foreach (var earlier in image.History) content.Append(' ').Append(earlier.Digest);
            content.Append('\n');
        }

        // Where nobody asks for workloads, results are kept that were made before there were any.
        WorkloadFingerprint.Append(content, request.Workloads ?? []);
        var made = results.Select(report => $"{report.Key} {report.Created.UtcTicks}").Order(StringComparer.Ordinal);
        foreach (var line in made) content.Append(line).Append('\n');
        // The same tags in another order are the same tags.
        var tags = request.IsTagListComplete ? Hash(string.Join('\n', request.Tags.Order(StringComparer.Ordinal))) : "";
        return new RegistryInputs(Hash(content.ToString()), tags);
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..HashLength];
}
