using RegistryOperator.Abstractions.Drift;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Plugins.Drift.Advice;
using RegistryOperator.Plugins.Drift.Comparing;
using RegistryOperator.Plugins.Drift.Images;
using RegistryOperator.Plugins.Drift.Options;
using RegistryOperator.Plugins.Drift.Versions;

namespace RegistryOperator.Plugins.Drift;

/// <summary>Compares what runs with what the registry has: by version, by digest, and by vulnerabilities where these are known.</summary>
public sealed class DriftScanner(TimeProvider time) : IRegistryScanner
{
    /// <inheritdoc/>
    public ScannerDescriptor Descriptor { get; } = new("drift", ScannerKind.Drift, "1")
    {
        Description = "Running workloads compared with the tags of their repository.",
        OptionsType = typeof(DriftOptions),
    };

    /// <inheritdoc/>
    public ValueTask<ScannerReadiness> CheckReadinessAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(ScannerReadiness.Ready());
    }

    /// <inheritdoc/>
    public async Task<RegistryScanResult> ScanAsync(RegistryScanRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        // Not knowing what runs is not the same as nothing running.
        if (request.Workloads is not { } workloads)
        {
            throw new ScanException(
                ScanReasons.WorkloadsUnknown, request.WorkloadsProblem ?? "No workloads are known: give them in the files, or run in a cluster.");
        }

        try
        {
            return await CompareAsync(request, workloads, cancellationToken);
        }
        catch (RegistryException failure)
        {
            throw ScanException.From(failure);
        }
    }

    private async Task<RegistryScanResult> CompareAsync(
        RegistryScanRequest request, IReadOnlyList<Abstractions.Workloads.Workload> workloads, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var memory = ImageMemory.Of(request.Last);
        var images = new ImageReader(request, memory, now);
        var seen = new SeenImages(request, memory);
        var results = new KnownResults(request.Results);
        var advice = new AdviceDocument(request.Last is { } last ? DriftAdvice.Of(last.Value.Documents) : null, results);
        var candidates = new Candidates(request.Tags, time);
        var floating = new FloatingTags(candidates, request.Images, images, now);
        var comparer = new WorkloadComparer(
            candidates, floating, images,
            new TagChanges(images, seen, results, now), new MissingImages(request, images, seen, memory, now), results,
            new UpdateAdvisor(results, now), advice, request.Repository, now);
        var policies = new PolicyReader(request.Options as DriftOptions ?? new DriftOptions());
        var compared = new List<WorkloadDrift>();
        foreach (var workload in workloads.Where(workload => workload.Containers.Count > 0))
        {
            cancellationToken.ThrowIfCancellationRequested();
            compared.Add(await comparer.CompareAsync(workload, policies.Of(workload), cancellationToken));
        }

        floating.Settle();
        images.KeepClocks();
        return new DriftScanResult
        {
            Result = compared.Count == 0 ? "NothingRuns" : compared.TrueForAll(IsUpToDate) ? "UpToDate" : "Drifted",
            Workloads = compared,
            Summary = request.WorkloadsProblem is { } problem
                ? new Dictionary<string, string>(StringComparer.Ordinal) { ["workloads"] = problem }
                : new Dictionary<string, string>(StringComparer.Ordinal),
            Documents = [.. advice.ToDocuments(), images.Next.ToDocument()],
        };
    }

    private static bool IsUpToDate(WorkloadDrift workload) => workload is { State: DriftState.Latest, Recommendation: DriftRecommendation.NoAction };
}
