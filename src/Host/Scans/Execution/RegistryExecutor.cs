using Microsoft.Extensions.Logging;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Decisions;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Plugins.Guards;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Host.Scans.Planning;
using RegistryOperator.Host.Scans.Redaction;
using RegistryOperator.Reports;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Scans.Execution;

/// <summary>
/// Runs scans over all images of a resource, in the lanes of all scans, and stores their reports. A failed scan is retried with backoff, and leaves
/// the last result as it is.
/// </summary>
internal sealed partial class RegistryExecutor(
    ScanKinds kinds, ScannerDirectory scanners, IReportStore store, ScanLanes lanes, TimeProvider time, ILogger<RegistryExecutor> logger) : IAsyncDisposable
{
    /// <summary>A scan over a resource has one caller; single flight lets it return on cancellation while the scanner still runs.</summary>
    private readonly SingleFlight<ResourceReportKey, RegistryOutcome> _flights = new();
    private readonly ScanBackoff<ResourceResultIdentity> _backoff = new(time);

    /// <summary>Runs a scan.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<RegistryOutcome> RunAsync(RegistryWork work, bool isAsked, CancellationToken cancellationToken)
    {
        if (!isAsked && _backoff.ProblemWithin(work.Identity.Attempt, work.Scanner.Versions) is { } held) return new RegistryOutcome(null, held);
        return await _flights.RunAsync(work.Key, token => ScanAsync(work, token), cancellationToken);
    }

    /// <summary>Says what keeps a scan from being tried.</summary>
    public IReadOnlyList<DecisionStep> Explain(ResourceResultIdentity identity, BoundScanner scanner) =>
    [
        new("backoff", _backoff.Explain(identity.Attempt, scanner.Versions)),
        new("circuit breaker", lanes.ExplainCircuit(scanner.Scanner!, ScanOwner.Of(scanner))),
    ];

    public async ValueTask DisposeAsync()
    {
        if (!await _flights.StopAsync(ScanLanes.StopDeadline, time)) LogLeft(ScanLanes.StopDeadline.TotalSeconds);
    }

    private async Task<RegistryOutcome> ScanAsync(RegistryWork work, CancellationToken cancellationToken)
    {
        var (report, problem) = await _backoff.TryAsync(
            work.Identity.Attempt,
            work.Scanner.Versions!,
            () => ScanAndSaveAsync(work, cancellationToken),
            failure => ProblemOf(failure, work),
            cancellationToken);
        return new RegistryOutcome(report, problem);
    }

    private async Task<ResourceReport> ScanAndSaveAsync(RegistryWork work, CancellationToken cancellationToken)
    {
        var scanner = (GuardedRegistryScanner)work.Scanner.Scanner!;
        var request = await CompleteAsync(work, cancellationToken);
        var result = await lanes.RunAsync(scanner, ScanOwner.Of(work.Scanner), token => scanner.ScanAsync(request, token), cancellationToken);
        var report = Build(work, result, await scanners.VersionsOfResultAsync(work.Scanner, cancellationToken));
        ReportDocument[] documents = [.. result.Documents.Select(document => DocumentRedaction.Apply(document, cancellationToken))];
        return await store.SaveAsync(report, documents, cancellationToken);
    }

    /// <summary>Read when the scan begins: documents may be large, and many scans wait for a place.</summary>
    private async Task<RegistryScanRequest> CompleteAsync(RegistryWork work, CancellationToken cancellationToken) => work.Request with
    {
        Options = work.Scanner.Options,
        Secrets = work.Scanner.Secrets,
        Last = work.Last is { } last ? await ReadAsync(last, cancellationToken) : null,
    };

    private async Task<StoredResult<RegistryScanResult>> ReadAsync(ResourceReport report, CancellationToken cancellationToken)
    {
        var documents = await store.ReadDocumentsAsync(report.Key, cancellationToken);
        return new(RegistryResultJson.Read(report.Content).ToResult() with { Documents = documents }, report.Key.Scanner, report.Created);
    }

    private ResourceReport Build(RegistryWork work, RegistryScanResult result, ReportVersions versions)
    {
        var stored = kinds.Of(work.Key.Kind).Summarize(result, work.Key.Scanner);
        return new ResourceReport
        {
            Key = work.Key,
            Subject = work.Identity.Subject,
            Options = work.Identity.Options,
            Versions = versions,
            Inputs = work.Inputs.Content,
            Tags = work.Inputs.Tags,
            Created = time.GetUtcNow(),
            Result = stored.Result,
            Content = RegistryResultJson.Write(stored),
        };
    }

    private ScanProblem ProblemOf(Exception failure, RegistryWork work)
    {
        if (ScanFault.ProblemOf(failure) is { } known) return known;
        LogFault(ScanFault.Loggable(failure, work.Scanner), work.Key.Scanner, work.Key.Resource);
        return ScanFault.Unusable(failure, work.Scanner);
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Scans over all images of a resource had not ended {Seconds} s after they were cancelled; their processes may go on")]
    private partial void LogLeft(double seconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "The result of {Scanner} over all images of {Registry} can't be used")]
    private partial void LogFault(Exception? fault, string scanner, ResourceName registry);
}
