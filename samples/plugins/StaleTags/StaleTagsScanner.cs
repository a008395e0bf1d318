using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Vulnerabilities;

namespace StaleTags;

public sealed record StaleTagsOptions
{
    /// <summary>Images that were made longer ago than this are stale.</summary>
    [Range(1, 3650)]
    public int MaximumAgeDays { get; init; } = 365;
}

/// <summary>A scanner of a kind of its own, which looks at all images of a resource: those that are old and still offered.</summary>
public sealed class StaleTagsScanner(TimeProvider time) : IRegistryScanner
{
    public ScannerDescriptor Descriptor { get; } = new("stale-tags", new ScannerKind("hygiene"), "1.0.0")
    {
        Description = "Images that are old and still offered.",
        OptionsType = typeof(StaleTagsOptions),
    };

    public ValueTask<ScannerReadiness> CheckReadinessAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(ScannerReadiness.Ready());
    }

    public async Task<RegistryScanResult> ScanAsync(RegistryScanRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        var options = request.Options as StaleTagsOptions ?? new StaleTagsOptions();
        var oldest = time.GetUtcNow().AddDays(-options.MaximumAgeDays);
        var stale = request.Images.Where(image => SinceOf(image) < oldest).ToArray();
        var critical = 0;
        foreach (var image in stale) critical += await CountCriticalAsync(request, image, cancellationToken);

        return new RegistryScanResult
        {
            Result = stale.Length == 0 ? "Fresh" : "Stale",
            Verdict = stale.Length == 0 ? ScanVerdict.Passed : ScanVerdict.Failed,
            Summary = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["images"] = request.Images.Count.ToString(CultureInfo.InvariantCulture),
                // Of a part of the list nothing may be concluded but that these tags are there.
                ["tags"] = request.IsTagListComplete ? request.Tags.Count.ToString(CultureInfo.InvariantCulture) : $"at least {request.Tags.Count}",
                ["before"] = request.Last is { } last ? last.Value.Result : "nothing",
            },
            Figures = new Dictionary<string, double>(StringComparer.Ordinal) { ["stale"] = stale.Length, ["critical"] = critical },
            Documents = [new ReportDocument("application/json", JsonSerializer.SerializeToUtf8Bytes(stale.Select(image => image.Tag)))],
        };
    }

    // Reproducible builds date an image to 1970 or so: it is as old as its tag has named it.
    private static DateTimeOffset? SinceOf(TaggedImage image) =>
        image.Created is { Year: > 1980 } created ? created : image.History is [var now, ..] ? now.From : image.FirstSeen;

    // Null is no result, and not that nothing was found.
    private static async Task<int> CountCriticalAsync(RegistryScanRequest request, TaggedImage image, CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var platform in image.Platforms)
        {
            var found = request.Results is { } results ? await results.FindVulnerabilitiesAsync(platform.Digest, cancellationToken) : null;
            count += found?.Value.Count(vulnerability => vulnerability.Severity == Severity.Critical) ?? 0;
        }

        return count;
    }
}
