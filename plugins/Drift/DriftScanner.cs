using RegistryOperator.Abstractions.Drift;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Workloads;
using RegistryOperator.Plugins.Drift.Advice;
using RegistryOperator.Plugins.Drift.Comparing;
using RegistryOperator.Plugins.Drift.Images;
using RegistryOperator.Plugins.Drift.Options;
using RegistryOperator.Plugins.Drift.Versions;
using RegistryOperator.Shared;

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
            cancellationToken.ThrowIfCancellationRequested();
            throw ScanException.From(failure);
        }
    }

    private async Task<RegistryScanResult> CompareAsync(
        RegistryScanRequest request, IReadOnlyList<Workload> workloads, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var memory = ImageMemory.Of(request.Last);
        Workload[] running = [.. workloads.Where(workload => workload.Containers.Count > 0)];
        var turns = new RegistryTurns(running.Select(workload => workload.Namespace).Distinct(StringComparer.Ordinal).Count());
        var images = new ImageReader(request, memory, turns, now);
        var seen = new SeenImages(request, memory);
        var results = new KnownResults(request.Results);
        var advice = new AdviceDocument(request.Last is { } last ? DriftAdvice.Of(last.Value.Documents) : null, results);
        var candidates = new Candidates(request.Tags, time);
        var floating = new FloatingTags(candidates, request.Images, images, now);
        var comparer = new WorkloadComparer(
            candidates, floating, images,
            new TagChanges(images, seen, results, now), new MissingImages(request, images, seen, memory, now), results,
            new UpdateAdvisor(results, now), advice, new KeptResults(request.Last, images, floating), request.Repository, now);
        var policies = new PolicyReader(request.Options as DriftOptions ?? new DriftOptions());
        var compared = new ComparedWorkload[running.Length];
        foreach (var index in InTurns(running))
        {
            cancellationToken.ThrowIfCancellationRequested();
            turns.Begin(running[index].Namespace);
            compared[index] = await comparer.CompareAsync(running[index], policies.Of(running[index]), cancellationToken);
        }

        // Where nothing could be checked, the check fails as a whole. A failure of one workload is told with that one.
        var failures = compared.Select(one => one.Failure).OfType<Exception>().ToArray();
        if (failures.Length == compared.Length && failures.OfType<RegistryException>().FirstOrDefault() is { } first) throw first;
        floating.Settle();
        images.KeepClocks();
        return new DriftScanResult
        {
            Result = compared.Length == 0 ? "NothingRuns" : Array.TrueForAll(compared, IsUpToDate) ? "UpToDate" : "Drifted",
            Workloads = [.. compared.Select(one => one.Drift)],
            Summary = request.WorkloadsProblem is { } problem
                ? new Dictionary<string, string>(StringComparer.Ordinal) { ["workloads"] = problem }
                : new Dictionary<string, string>(StringComparer.Ordinal),
            Documents = [.. advice.ToDocuments(), images.Next.ToDocument()],
        };
    }

    private static bool IsUpToDate(ComparedWorkload workload) =>
        workload is { Failure: null, Drift: { State: DriftState.Latest, Recommendation: DriftRecommendation.NoAction } };

    /// <summary>The namespaces in turns: what one asks for comes after the first workload of each other.</summary>
    private static IEnumerable<int> InTurns(IReadOnlyList<Workload> workloads)
    {
        var queue = new FairQueue<int>();
        for (var index = 0; index < workloads.Count; index++) queue.Add(workloads[index].Namespace, index);
        while (queue.TryTake((_, _) => true, out var next)) yield return next;
    }
}
