using System.Text.Json;
using Microsoft.Extensions.Logging;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Kubernetes;
using RegistryOperator.Kubernetes.Controllers;
using RegistryOperator.Kubernetes.Resources;

namespace RegistryOperator.Host.Reconciliation;

/// <summary>
/// Brings one resource up to date: deletion and finalizer, is it due, scan, status, when next. Nothing is kept between calls but
/// <see cref="RoundMemory"/>, so that a restart converges.
/// </summary>
internal sealed partial class ResourceReconciler(
    IResourceStore store, ScanKinds kinds, ResourceRound round, RoundMemory memory, RegistryEvents events, TimeProvider time,
    ILogger<ResourceReconciler> logger)
    : IReconciler<ResourceKey>
{
    private const int StatusWriteAttempts = 5;

    public async Task<ReconcileResult> ReconcileAsync(ResourceKey key, CancellationToken cancellationToken)
    {
        var resource = await store.GetAsync(key, cancellationToken);
        if (resource is null || resource.Metadata.DeletionTimestamp is not null)
        {
            memory.Forget(key);
            await round.ForgetAsync(key, cancellationToken);
            if (resource?.Metadata.HasFinalizer(RegistryGroup.Finalizer) == true)
                await store.RemoveFinalizerAsync(resource, cancellationToken);
            return default;
        }

        if (!resource.Metadata.HasFinalizer(RegistryGroup.Finalizer))
            resource = await store.AddFinalizerAsync(resource, cancellationToken);
        if (resource.Spec.IsSuspended) return await SuspendAsync(key, resource, cancellationToken);

        TimeSpan? untilDue = RoundSchedule.UntilDue(resource, time.GetUtcNow());
        if (untilDue <= TimeSpan.Zero) return await ScanAsync(key, resource, cancellationToken);
        var remembered = memory.For(resource);
        var untilScanners = RoundSchedule.UntilScannersDue(resource, kinds, remembered.ScannersDone, time.GetUtcNow());
        if (untilScanners <= TimeSpan.Zero)
        {
            remembered.NeedsTags = false;
            await RunScannersAsync(key, resource, cancellationToken);
            // A round that failed is repeated after its backoff, and lists the tags then.
            if (remembered.NeedsTags && resource.Status!.LastScanStatus != ScanStatuses.Failed)
                return await ScanAsync(key, await store.GetAsync(key, cancellationToken) ?? resource, cancellationToken);
            untilDue = RoundSchedule.UntilDue(resource, time.GetUtcNow());
            untilScanners = RoundSchedule.UntilScannersDue(resource, kinds, remembered.ScannersDone, time.GetUtcNow());
        }

        return new ReconcileResult(Earlier(untilDue, untilScanners));
    }

    /// <summary>Between two rounds: the images are unchanged, but results may change with a scanner's database.</summary>
    private async Task RunScannersAsync(ResourceKey key, RegistryResource resource, CancellationToken cancellationToken)
    {
        var status = await round.RunScannersAsync(resource, store, memory.For(resource), cancellationToken);
        if (status is null || IsSame(status, resource.Status!)) return;
        var before = resource.Status;
        if (await WriteStatusAsync(key, resource, written => WithOthersOf(resource, written, status), cancellationToken) is { Status: { } after })
            await events.TellAsync(resource, before, after, cancellationToken);
    }

    private static bool IsSame(RegistryStatus left, RegistryStatus right) =>
        JsonElement.DeepEquals(JsonSerializer.SerializeToElement(left, RegistryJson.Status), JsonSerializer.SerializeToElement(right, RegistryJson.Status));

    private static TimeSpan? Earlier(TimeSpan? left, TimeSpan? right) => left is null || right < left ? right : left;

    private async Task<ReconcileResult> ScanAsync(ResourceKey key, RegistryResource resource, CancellationToken cancellationToken)
    {
        var before = resource.Status;
        if (resource.Status?.ObservedGeneration != resource.Metadata.Generation)
        {
            var announced = await WriteStatusAsync(
                key, resource, status => status with { Conditions = OnTopOf(status, ResourceConditions.Scanning(resource, time.GetUtcNow())) },
                cancellationToken);
            // Deleted, or replaced by another of the same name, for which the source raises an event.
            if (announced is null) return default;
            resource = announced;
        }

        var started = time.GetTimestamp();
        var remembered = memory.For(resource);
        var latest = resource;
        var outcome = await round.RunAsync(resource, store, remembered, progress: null, PublishAsync, cancellationToken);
        remembered.FailuresInARow = outcome.Failure is null ? 0 : remembered.FailuresInARow + 1;
        var delay = outcome.Failure is null
            ? RoundSchedule.AfterSuccess(resource, Random.Shared.NextDouble())
            : RoundSchedule.AfterFailure(resource, outcome.Failure, remembered.FailuresInARow, Random.Shared.NextDouble());
        var status = outcome.Status with { NextScanTime = delay is { } next ? time.GetUtcNow() + next : null };
        // Sections of other controllers may have been written since the round began: theirs are newer.
        var stored = await WriteStatusAsync(key, latest, written => WithOthersOf(resource, written, status), cancellationToken);
        if (stored?.Status is { } after)
        {
            await events.TellAsync(resource, before, after, cancellationToken);
            await events.TellOfRepositoryAsync(resource with { Status = before }, outcome.Failure, cancellationToken);
        }

        if (outcome.Failure is null) LogScanned(key, status.Images.Count, time.GetElapsedTime(started).TotalSeconds);
        else LogFailed(key, outcome.Failure.Reason, outcome.Failure.Message);
        var untilScanners = RoundSchedule.UntilScannersDue(resource with { Status = status }, kinds, remembered.ScannersDone, time.GetUtcNow());
        return new ReconcileResult(Earlier(delay, untilScanners));

        async Task PublishAsync(RegistryStatus soFar)
        {
            try
            {
                latest = await WriteStatusAsync(key, latest, written => WithOthersOf(resource, written, soFar), cancellationToken) ?? latest;
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                // An interim status may be lost; where the final one can't be written either, the reconcile fails and is retried.
                LogNotPublished(key, failure.Message);
            }
        }
    }

    private RegistryStatus WithOthersOf(RegistryResource resource, RegistryStatus written, RegistryStatus status) =>
        OthersSections.Keep(kinds, resource.Spec, written, status) with { Conditions = OnTopOf(written, status.Conditions) };

    private IReadOnlyList<Condition> OnTopOf(RegistryStatus written, IReadOnlyList<Condition> conditions) =>
        ResourceConditions.OnTopOf(written.Conditions, conditions, time.GetUtcNow(), kinds.ConditionTypes);

    private async Task<ReconcileResult> SuspendAsync(ResourceKey key, RegistryResource resource, CancellationToken cancellationToken)
    {
        if (resource.Status?.ObservedGeneration != resource.Metadata.Generation)
        {
            await WriteStatusAsync(key, resource, status => status with
            {
                ObservedGeneration = resource.Metadata.Generation,
                NextScanTime = null,
                Conditions = OnTopOf(status, ResourceConditions.Suspended(resource, time.GetUtcNow())),
            }, cancellationToken);
        }

        return default;
    }

    /// <summary>
    /// Writes the status. Where the resource has changed meanwhile, it is read again and the write repeated on top of it: the status is this
    /// operator's, and its <c>observedGeneration</c> says which spec it is about.
    /// </summary>
    /// <returns>The resource as written, or null where it is gone.</returns>
    private async Task<RegistryResource?> WriteStatusAsync(
        ResourceKey key, RegistryResource resource, Func<RegistryStatus, RegistryStatus> change, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await store.ReplaceStatusAsync(resource with { Status = change(resource.Status ?? new RegistryStatus()) }, cancellationToken);
            }
            catch (StatusConflictException) when (attempt < StatusWriteAttempts)
            {
                var latest = await store.GetAsync(key, cancellationToken);
                if (latest is null || latest.Metadata.Uid != resource.Metadata.Uid) return null;
                resource = latest;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Registry}: what is known so far could not be written: {Failure}")]
    private partial void LogNotPublished(ResourceKey registry, string failure);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Registry}: {Images} images in {Seconds:0.00} s")]
    private partial void LogScanned(ResourceKey registry, int images, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Registry}: {Reason}: {Failure}")]
    private partial void LogFailed(ResourceKey registry, string reason, string failure);
}
