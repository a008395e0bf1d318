using System.Globalization;
using RegistryOperator.Abstractions.Scanning;

namespace Fixtures.Policies;

/// <summary>Judges a repository by its tags: one that has named another image is not what was tested under it.</summary>
public sealed class MovedTagsScanner : IRegistryScanner
{
    public ScannerDescriptor Descriptor { get; } = new("moved-tags", new ScannerKind("policy"), "1.0.0") { Description = "Tags that have moved." };

    public ValueTask<ScannerReadiness> CheckReadinessAsync(CancellationToken cancellationToken) => ValueTask.FromResult(ScannerReadiness.Ready());

    public Task<RegistryScanResult> ScanAsync(RegistryScanRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        var summary = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var image in request.Images)
        {
            // The newest is what the tag names now.
            if (image.History is [var now, var before, ..])
                summary[image.Tag] = string.Create(CultureInfo.InvariantCulture, $"{before.Digest} until {before.To:u}, {now.Digest} since {now.From:u}");
        }

        return Task.FromResult(new RegistryScanResult
        {
            Result = summary.Count == 0 ? "None moved" : $"{summary.Count} moved",
            Verdict = summary.Count == 0 ? ScanVerdict.Passed : ScanVerdict.Failed,
            Summary = summary,
        });
    }
}
