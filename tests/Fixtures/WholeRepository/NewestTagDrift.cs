using RegistryOperator.Abstractions.Drift;
using RegistryOperator.Abstractions.Scanning;

namespace Fixtures.WholeRepository;

/// <summary>A scanner of kind drift, to which each image is run by a workload of its tag's name, and the first image is the one to run.</summary>
public sealed class NewestTagDrift : IRegistryScanner
{
    public ScannerDescriptor Descriptor { get; } = new("drift", ScannerKind.Drift, "1.0.0");

    public ValueTask<ScannerReadiness> CheckReadinessAsync(CancellationToken cancellationToken) => ValueTask.FromResult(ScannerReadiness.Ready());

    public async Task<RegistryScanResult> ScanAsync(RegistryScanRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Images.Any(image => image.Tag == "broken")) throw new InvalidOperationException("There is a tag that breaks it.");
        if (request.Images.Any(image => image.Tag == "hangs")) await Task.Delay(Timeout.Infinite, cancellationToken);
        return new DriftScanResult { Result = "Compared", Workloads = [.. request.Images.Select(image => Compare(image, request.Images[0]))] };
    }

    private static WorkloadDrift Compare(TaggedImage runs, TaggedImage newest) => new()
    {
        Namespace = "shop",
        Kind = "Deployment",
        Name = runs.Tag,
        CurrentTag = runs.Tag,
        State = runs == newest ? DriftState.Latest : DriftState.Outdated,
        Recommendation = runs == newest ? DriftRecommendation.NoAction : DriftRecommendation.UpdateAvailable,
        AvailableUpdates = runs == newest ? [] : [new AvailableUpdate { Tag = newest.Tag, IsNewer = true, SizeDifference = newest.Size - runs.Size }],
    };
}
