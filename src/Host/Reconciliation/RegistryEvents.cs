using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Kubernetes;
using RegistryOperator.Kubernetes.Resources;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Reconciliation;

/// <summary>
/// Tells once of what has happened between two statuses of a resource. The earlier one is read from where statuses are kept, so that a restart repeats nothing
/// and loses nothing.
/// </summary>
internal sealed partial class RegistryEvents : IDisposable
{
    public const string MeterName = "RegistryOperator";

    private readonly IResourceStore _store;
    private readonly ScanKinds _kinds;
    private readonly ILogger<RegistryEvents> _logger;
    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _counter;

    public RegistryEvents(IResourceStore store, ScanKinds kinds, ILogger<RegistryEvents> logger)
    {
        (_store, _kinds, _logger) = (store, kinds, logger);
        _counter = _meter.CreateCounter<long>("registry_operator.registry.events", "{event}", "What has happened to registries, such as rewritten tags.");
    }

    /// <summary>Tells what is new in a status that was written.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="before">Its status before; null for none.</param>
    /// <param name="after">The status that was written.</param>
    /// <param name="cancellationToken">Ends the telling.</param>
    public async Task TellAsync(RegistryResource resource, RegistryStatus? before, RegistryStatus after, CancellationToken cancellationToken)
    {
        foreach (var told in _kinds.All.SelectMany(kind => kind.EventsOf(before, after))) await TellAsync(resource, told, cancellationToken);
    }

    /// <summary>Tells that a repository is gone as a whole: once, and not of each workload that runs an image of it.</summary>
    /// <param name="resource">The resource, with its status before.</param>
    /// <param name="failure">Why the round failed; null where it did not.</param>
    /// <param name="cancellationToken">Ends the telling.</param>
    public async Task TellOfRepositoryAsync(RegistryResource resource, RoundFailure? failure, CancellationToken cancellationToken)
    {
        if (failure?.Cause != RoundFailure.RepositoryNotFound) return;
        // It was told when the condition was set; and what never was is not gone.
        if (resource.Status is not { Images.Count: > 0 } before || before.Conditions.Find(ResourceConditions.RepositoryFound) is not null) return;
        await TellAsync(resource, new RegistryEvent(RoundFailure.RepositoryNotFound, failure.Message), cancellationToken);
    }

    public void Dispose() => _meter.Dispose();

    private async Task TellAsync(RegistryResource resource, RegistryEvent told, CancellationToken cancellationToken)
    {
        LogEvent(resource.Metadata.Key, told.Reason, told.Message);
        _counter.Add(1, new("namespace", resource.Metadata.Namespace), new("name", resource.Metadata.Name), new("reason", told.Reason));
        try
        {
            await _store.WriteEventAsync(resource, told, cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // It stands in the status, and in the log: the rest of the reconcile does not depend on it.
            LogNotWritten(resource.Metadata.Key, told.Reason, OutsideText.Of(failure.Message));
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Registry}: {Reason}: {Told}")]
    private partial void LogEvent(ResourceKey registry, string reason, string told);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Registry}: the event {Reason} was not written: {Message}")]
    private partial void LogNotWritten(ResourceKey registry, string reason, string message);
}
