using System.Text.Json;
using Microsoft.Extensions.Logging;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Decisions;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Plugins.Guards;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Host.Scans.Planning;
using RegistryOperator.Reports;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Scans.Execution;

/// <summary>
/// Runs scans for all resources, within limits of the process and of each scanner, and stores their reports. A scan that several resources
/// ask for at the same time runs once. One failing scan never ends another.
/// </summary>
internal sealed partial class ScanExecutor(
    ScanKinds kinds, ScannerDirectory scanners, IReportStore store, ScanSettings settings, TimeProvider time, ILogger<ScanExecutor> logger) : IAsyncDisposable
{
    private readonly SingleFlight<(ReportKey Key, (string Namespace, string Access)? Whose), WorkOutcome> _flights = new();
    private readonly ScanBackoff<ResultIdentity> _backoff = new(time);

    /// <summary>Scans that one resource may queue at a time: as many as there are places, so that resources take turns.</summary>
    public int Concurrency => settings.Concurrency;

    /// <summary>The places for scans, also those over all images of a resource.</summary>
    public ScanLanes Lanes { get; } = new(settings, time);

    /// <summary>Runs a scan, or waits for the same one that is running (single flight).</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the scan goes on only where another resource waits for it.</exception>
    public async Task<WorkOutcome> RunAsync(ScanWork work, bool isAsked, CancellationToken cancellationToken)
    {
        if (!isAsked && _backoff.ProblemWithin(work.Identity.Attempt, work.Scanner.Versions) is { } held) return new WorkOutcome(null, held);
        var outcome = await ShareAsync(whose: null);
        var own = (work.Scanner.Namespace, work.Identity.Access);
        if (outcome.Whose == own) return outcome;
        // The scan under way was another resource's, whose registry may be away, whose credentials wrong, or whose circuit breaker open; what it was told
        // is not for others.
        if (await ResultRights.ProblemAsync(work.Scanner.Registry, work.Manifests, cancellationToken) is { } denied) return new WorkOutcome(null, denied);
        return outcome.Problem is null ? outcome : await ShareAsync(own);

        // The second time with those of the same namespace and access alone, or it would meet the next one's failure.
        Task<WorkOutcome> ShareAsync((string Namespace, string Access)? whose) =>
            _flights.RunAsync((work.Key, whose), token => ScanAsync(work, token), cancellationToken);
    }

    /// <summary>Says what keeps a scan from being tried.</summary>
    public IReadOnlyList<DecisionStep> Explain(ScanWork work) =>
    [
        new("backoff", _backoff.Explain(work.Identity.Attempt, work.Scanner.Versions)),
        new("circuit breaker", Lanes.ExplainCircuit(work.Scanner.Scanner!, ScanOwner.Of(work.Scanner))),
    ];

    public async ValueTask DisposeAsync()
    {
        if (!await _flights.StopAsync(ScanLanes.StopDeadline, time)) LogLeft(ScanLanes.StopDeadline.TotalSeconds);
    }

    private async Task<WorkOutcome> ScanAsync(ScanWork work, CancellationToken cancellationToken)
    {
        var (report, problem) = await _backoff.TryAsync(
            work.Identity.Attempt,
            work.Scanner.Versions!,
            () => ScanAndSaveAsync(work, cancellationToken),
            failure => ProblemOf(failure, work),
            cancellationToken);
        return new WorkOutcome(report, problem) { Whose = (work.Scanner.Namespace, work.Identity.Access) };
    }

    private async Task<Report> ScanAndSaveAsync(ScanWork work, CancellationToken cancellationToken)
    {
        var result = await FindOrScanAsync(work, cancellationToken);
        var versions = await scanners.VersionsOfResultAsync(work.Scanner, cancellationToken);
        var report = ReportBuilder.Build(work, kinds.Of(work.Key.Kind), result, versions, time.GetUtcNow(), cancellationToken);
        await store.SaveAsync(report, cancellationToken);
        return report.Report;
    }

    private ScanProblem ProblemOf(Exception failure, ScanWork work)
    {
        if (ScanFault.ProblemOf(failure) is { } known) return known;
        // A plugin's result may cause any exception; it must not cost the other images their results.
        LogFault(ScanFault.Loggable(failure, work.Scanner), work.Key.Scanner, work.Key.Digest.ToString());
        return ScanFault.Unusable(failure, work.Scanner);
    }

    private async Task<ImageScanResult> FindOrScanAsync(ScanWork work, CancellationToken cancellationToken)
    {
        var registry = work.Scanner.Registry;
        var scanner = (GuardedImageScanner)work.Scanner.Scanner!;
        var kind = kinds.Of(work.Key.Kind);
        var request = kind.Prepare(new ImageScanRequest
        {
            Repository = registry.Client.Repository,
            Digest = work.Subject.Digest,
            Platform = work.Subject.ToPlatform(),
            Platforms = [.. work.Platforms.Select(platform => new PlatformManifest(platform.ToPlatform(), platform.Digest))],
            OtherPlatforms = [.. work.OtherPlatforms.Select(platform => new PlatformManifest(platform.ToPlatform(), platform.Digest))],
            Client = registry.Client,
            Credential = registry.Credential,
            Attachments = work.Attachments,
            Security = registry.Security,
            Options = work.Scanner.Options,
            Secrets = work.Scanner.Secrets,
            StoredSince = StoredSince(work),
            Reports = new StoredImageReports(store, registry, [.. work.Manifests], KeysOf(work), time),
        }, work.Scanner.Use);
        var whose = ScanOwner.Of(work.Scanner);
        if (work.Scanner.Use.TakesAttached && await FindAttachedAsync(kind, request, whose, cancellationToken) is { } attached) return attached;
        // What serves all repositories of a registry must not depend on what one of them has attached.
        if (scanner.Descriptor.Scope is ScanScope.Registry) request = request with { Attachments = null };
        return await Lanes.RunAsync(scanner, whose, async token =>
        {
            await registry.CheckAddressAsync(token);
            var complete = await DocumentHandover.CompleteAsync(request, work.Documents, scanner.Descriptor.NeedsManifest, token);
            return await scanner.ScanAsync(complete, token);
        }, cancellationToken);
    }

    /// <summary>
    /// What it made for this resource before serves, with other options too: what others' options and Secrets have given does not, but for what a
    /// repository has
    /// attached, which is there for all who may read the image in it.
    /// </summary>
    private static StoredKeys KeysOf(ScanWork work) => new(
        // What serves all repositories of a registry must not depend on what one of them has attached.
        key => (key.Repository.Length == 0 || work.Key.Repository.Length > 0) && work.Scanners.Any(scanner => scanner.Uses(key)),
        key => key.Kind == work.Key.Kind && key.Scanner == work.Key.Scanner && (key.Repository.Length > 0 || work.Used.Contains(key)));

    private DateTimeOffset StoredSince(ScanWork work)
    {
        var since = time.GetUtcNow() - work.Scanner.Use.Interval;
        return work.Asked > since ? work.Asked.Value : since;
    }

    /// <summary>Within the same limits as a scan: documents are large, and registries slow.</summary>
    private Task<ImageScanResult?> FindAttachedAsync(
        IScanKind kind, ImageScanRequest request, ScanOwner whose, CancellationToken cancellationToken) =>
        Lanes.RunAsync(whose, token => ReadAttachedAsync(kind, request, token), cancellationToken);

    private async Task<ImageScanResult?> ReadAttachedAsync(IScanKind kind, ImageScanRequest request, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(settings.Timeout, time);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await LookForAttachedAsync(kind, request, ends.Token);
        }
        catch (Exception late) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ScanException(
                ScanReasons.TimedOut,
                $"Attached SBOMs were not read within {settings.Timeout.TotalSeconds:0} s. Raise Scanning:TimeoutSeconds if the registry needs longer.",
                late);
        }
    }

    private async Task<ImageScanResult?> LookForAttachedAsync(IScanKind kind, ImageScanRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await kind.FindAttachedAsync(
                request,
                (digest, reason) => LogUnreadable(request.Repository, request.Digest.ToString(), digest.ToString(), reason),
                cancellationToken);
        }
        catch (RegistryException failure)
        {
            throw new ScanException(ScanReasons.Of(failure.Kind), $"Attached SBOMs could not be looked for: {failure.Message}", failure);
        }
        catch (OperationCanceledException failure) when (!cancellationToken.IsCancellationRequested)
        {
            // A client let its own timeout through as a cancellation.
            throw new ScanException(ScanReasons.TimedOut, "Attached SBOMs could not be looked for: the registry's client gave up waiting.", failure);
        }
        catch (JsonException failure)
        {
            throw new ScanException(ScanReasons.InvalidContent, $"A referrer's manifest can't be read: {failure.Message}", failure);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Scans had not ended {Seconds} s after they were cancelled; their processes may go on")]
    private partial void LogLeft(double seconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "The result of {Scanner} on {Digest} can't be used")]
    private partial void LogFault(Exception? fault, string scanner, string digest);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Repository}@{Image}: the attached SBOM {Digest} can't be read and is passed over: {Reason}")]
    private partial void LogUnreadable(RepositoryReference repository, string image, string digest, string reason);
}
