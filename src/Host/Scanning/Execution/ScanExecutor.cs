using System.Collections.Concurrent;
using System.Text.Json;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Plugins.Guards;
using RegistryOperator.Host.Reconciliation;
using RegistryOperator.Host.Reports;
using RegistryOperator.Host.Scanning.Planning;
using RegistryOperator.Host.Scanning.Summaries;

namespace RegistryOperator.Host.Scanning.Execution;

/// <summary>A scan's end: a report in the store, or the problem that there is none.</summary>
internal sealed record WorkOutcome(Report? Report, ScanProblem? Problem);

/// <summary>
/// Runs scans for all resources, within limits of the process and of each scanner, and stores their reports. A scan that several resources
/// ask for at the same time runs once. One failing scan never ends another.
/// </summary>
internal sealed class ScanExecutor(ScannerDirectory scanners, IReportStore store, ScanSettings settings, TimeProvider time) : IDisposable
{
    private readonly SharedWork<ReportKey, WorkOutcome> _shared = new();
    private readonly ConcurrentDictionary<GuardedImageScanner, ScannerLane> _lanes = new();
    private readonly SemaphoreSlim _places = new(settings.Concurrency);
    private readonly ScanFailures _failures = new(time);

    /// <summary>Scans that one resource may have under way: as many as there are places, so that many resources take turns.</summary>
    public int Concurrency => settings.Concurrency;

    /// <summary>Runs a scan, or waits for the same one under way.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the scan goes on only where another resource waits for it.</exception>
    public async Task<WorkOutcome> RunAsync(ScanWork work, OpenedRegistry registry, bool isAsked, CancellationToken cancellationToken)
    {
        if (!isAsked && _failures.Holding(work.Key, work.Scanner.Versions) is { } held) return new WorkOutcome(null, held);
        return await _shared.RunAsync(work.Key, token => ScanAsync(work, registry, token), cancellationToken);
    }

    public void Dispose()
    {
        foreach (var lane in _lanes.Values) lane.Dispose();
        _places.Dispose();
    }

    private async Task<WorkOutcome> ScanAsync(ScanWork work, OpenedRegistry registry, CancellationToken cancellationToken)
    {
        try
        {
            var result = await ScanInLaneAsync(work, registry, cancellationToken);
            var report = ReportBuilder.Build(work, result, await VersionsAsync(work.Scanner, cancellationToken), time.GetUtcNow());
            await store.SaveAsync(report, cancellationToken);
            _failures.Forget(work.Key);
            return new WorkOutcome(report.Report, null);
        }
        catch (ScanException failure)
        {
            return Failed(work, ScanProblem.From(failure));
        }
        catch (ReportTooLargeException failure)
        {
            return Failed(work, new ScanProblem(ScanReasons.TooLarge, failure.Message));
        }
        catch (ReportStoreException failure)
        {
            return Failed(work, new ScanProblem(ScanReasons.Failed, failure.Message));
        }
    }

    private async Task<ImageScanResult> ScanInLaneAsync(ScanWork work, OpenedRegistry registry, CancellationToken cancellationToken)
    {
        var scanner = work.Scanner.Scanner!;
        var request = new ImageScanRequest
        {
            Repository = registry.Client.Repository,
            Digest = work.Platform.Digest,
            Platform = work.Platform.Name.Length == 0 ? new Platform() : Platform.Parse(work.Platform.Name),
            Client = registry.Client,
            Credential = registry.Credential,
            Security = registry.Security,
            Options = work.Scanner.Options,
            SbomFormat = work.Scanner.Use.SbomFormat ?? Abstractions.Sboms.SbomFormat.SyftJson,
            Reports = new StoredImageReports(store, work.Platform.Digest),
        };
        if (work.Scanner.Use.TakesAttached && await AttachedAsync(request, cancellationToken) is { } attached) return attached;
        var lane = _lanes.GetOrAdd(scanner, added => new ScannerLane(added, settings, time));
        return await lane.ScanAsync(request, _places, cancellationToken);
    }

    private static async Task<ImageScanResult?> AttachedAsync(ImageScanRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await AttachedSbom.FindAsync(request, cancellationToken);
        }
        catch (RegistryException failure)
        {
            throw new ScanException(ImageReasons.Of(failure.Kind), $"Attached SBOMs could not be looked for: {failure.Message}", failure);
        }
        catch (JsonException failure)
        {
            throw new ScanException(ScanReasons.InvalidContent, $"A referrer's manifest can't be read: {failure.Message}", failure);
        }
    }

    private async Task<ReportVersions> VersionsAsync(BoundScanner scanner, CancellationToken cancellationToken) =>
        scanner.Versions!.Database is null ? await scanners.RefreshAsync(scanner.Scanner!, cancellationToken) : scanner.Versions;

    private WorkOutcome Failed(ScanWork work, ScanProblem problem)
    {
        _failures.Remember(work.Key, work.Scanner.Versions!, problem);
        return new WorkOutcome(null, problem);
    }
}
