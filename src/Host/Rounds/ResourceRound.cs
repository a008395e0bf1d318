using Microsoft.Extensions.Logging;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Workloads;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Budgets;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Registry.Validation;
using RegistryOperator.Host.Scans;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Host.Workloads;
using RegistryOperator.Kubernetes;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Rounds;

/// <summary>
/// Brings what is known of one resource up to date: credentials, tags, filter, image details, status. The same with and without a cluster. Never loses
/// data: whatever fails, what earlier rounds found stays in the status, with the reason beside it.
/// </summary>
internal sealed partial class ResourceRound(
    ScanKinds kinds,
    RegistryAccess access,
    ImageCache cache,
    ImageScanning? scanning,
    ImageRecords records,
    StatusBudget budget,
    SecretRules rules,
    TimeProvider time,
    ILogger<ResourceRound> logger,
    ReadingSettings? settings = null,
    ReadingBudget? memoryBudget = null,
    WorkloadIndex? workloads = null)
{
    private readonly ReadingSettings _settings = settings ?? new ReadingSettings();
    private readonly ReadingBudget _memoryBudget = memoryBudget ?? new ReadingBudget();
    private readonly RoundOutcomes _outcomes = new(kinds, budget, time);

    /// <summary>Lists, chooses, reads and scans.</summary>
    /// <param name="resource">The resource, with its last status.</param>
    /// <param name="secrets">Where its Secrets are.</param>
    /// <param name="memory">What is remembered of it.</param>
    /// <param name="progress">Receives the round's progress; may be null.</param>
    /// <param name="publish">Called with interim statuses while scanners run; may be null.</param>
    /// <param name="cancellationToken">Ends the round without an outcome.</param>
    public async Task<RoundOutcome> RunAsync(
        RegistryResource resource, ISecretSource secrets, RoundMemory.Entry memory, IRoundProgress? progress, Func<RegistryStatus, Task>? publish,
        CancellationToken cancellationToken)
    {
        // Before anything can fail, else a round that does would be due at once for ever; what changes from now on makes the scanners due again.
        memory.AreWorkloadsChanged = false;
        var now = time.GetUtcNow();
        memory.Asked = RoundSchedule.AskedAt(resource, now) ?? (memory.Asked is { } asked ? StoredTime.Believed(asked, now) ?? now : null);
        var named = new ResourceSecrets(resource, secrets, rules);
        using var deadline = new ReadDeadline(_settings.Timeout, time, cancellationToken);
        IRegistryClient? client = null;
        try
        {
            Validate(resource);
            var registry = await deadline.RunAsync(() => access.OpenAsync(resource, named, deadline.Token));
            client = registry.Client;
            using var share = _memoryBudget.Open(registry.Group);
            var shared = new SharedReading(registry, share);
            Func<RegistryStatus, Task>? masked = publish is null ? null : status => publish(StatusMask.Apply(status, named.CreateMask()));
            var outcome = await RunAsync(resource, shared, named, memory, progress, masked, deadline, cancellationToken);
            // What an update fixes is known once it is scanned: now, not one interval later.
            if (HasNewTags(resource, outcome)) outcome = await PassOnceMoreAsync(outcome);
            if (outcome.Failure is null) memory.Asked = null;
            return outcome.Mask(named);

            async Task<RoundOutcome> PassOnceMoreAsync(RoundOutcome first)
            {
                try
                {
                    // Scans of the updates may take long, and what was found need not wait for them.
                    if (masked is not null) await masked(first.Status);
                    // Its own deadline: the scans before may have taken longer than the registry may be read.
                    using var more = new ReadDeadline(_settings.Timeout, time, cancellationToken);
                    // After an interval it is another check: what was missing in the list before may be there.
                    var isOld = time.GetUtcNow() - now >= kinds.UsesOf(resource.Spec).Min(use => use.Interval);
                    var second = await RunAsync(
                        resource with { Status = first.Status }, isOld ? new SharedReading(registry, share) : shared, named, memory, progress, publish: null,
                        more, cancellationToken);
                    return second.Failure is null ? second : first;
                }
                catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
                {
                    // What the first pass has found stands; the next round looks at the updates.
                    LogUpdatesLeft(resource.Metadata.Key, Explain(resource, failure, named).Message);
                    return first;
                }
            }
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // Unexpected exceptions too: without a reason in the status, the resource would look as if it were never scanned.
            return _outcomes.Failed(resource, Explain(resource, failure, named), client).Mask(named);
        }
    }

    /// <summary>Runs the scanners that are due over the images of the last round, without listing tags or reading images.</summary>
    /// <returns>The status, or null where there is nothing to say.</returns>
    public async Task<RegistryStatus?> RunScannersAsync(
        RegistryResource resource, ISecretSource secrets, RoundMemory.Entry memory, CancellationToken cancellationToken)
    {
        memory.AreWorkloadsChanged = false;
        if (scanning is null || resource.Status is not { } status) return null;
        try
        {
            Validate(resource);
            var named = new ResourceSecrets(resource, secrets, rules);
            using var deadline = new ReadDeadline(_settings.Timeout, time, cancellationToken);
            var registry = await deadline.RunAsync(() => access.OpenAsync(resource, named, deadline.Token));
            using var share = _memoryBudget.Open(registry.Group);
            var running = await WorkloadsOfAsync(resource, registry, cancellationToken);
            var scans = new RoundScans
            {
                Resource = resource,
                Name = ImageRecords.NameOf(resource.Metadata.Key),
                Registry = registry,
                Secrets = named,
                Images = [.. status.Images.Select(InspectedImage.FromStatus)],
                Statuses = ShowUsage(resource, status.Images, running),
                Tags = memory.Tags,
                Workloads = running,
                WorkloadsProblem = workloads?.Problem,
                NoWorkloads = workloads?.ExplainNone(resource.Metadata.Key),
                Documents = new ImageDocuments(registry.Client, share: share),
            };
            var results = await scanning.RunAsync(scans, cancellationToken);
            memory.NeedsTags = results.OverAll.Any(findings => findings.NeedsTags);
            var shown = budget.Fit(kinds.ShowRegistry(status, results.OverAll) with
            {
                Images = results.Images,
                Conditions = _outcomes.WithScans(status.Conditions, resource, results, time.GetUtcNow()),
            });
            return StatusMask.Apply(shown, named.CreateMask());
        }
        catch (Exception failure) when (failure is RoundFailedException or RegistryException or CredentialException or OutOfMemoryException)
        {
            // The next round fails for the same reason and reports it.
            return null;
        }
        finally
        {
            memory.ScannersRun = time.GetUtcNow();
        }
    }

    /// <summary>
    /// Removes a deleted resource's results over all images and its images, whose reports are deleted when no other resource has them.
    /// </summary>
    public Task ForgetAsync(ResourceKey key, CancellationToken cancellationToken)
    {
        workloads?.Forget(key);
        return records.ForgetAsync(key, cancellationToken);
    }

    private async Task<RoundOutcome> RunAsync(
        RegistryResource resource, SharedReading shared, ResourceSecrets secrets, RoundMemory.Entry memory,
        IRoundProgress? progress, Func<RegistryStatus, Task>? publish, ReadDeadline deadline, CancellationToken cancellationToken)
    {
        var (registry, client) = (shared.Registry, shared.Registry.Client);
        // Where no scanner is asked for, nobody will want what was read.
        var kept = scanning is null || kinds.UsesOf(resource.Spec).Count == 0 ? null : shared.Documents;
        var running = await WorkloadsOfAsync(resource, registry, cancellationToken);
        var read = await new RoundReading(kinds, cache, records, _memoryBudget, time, logger)
            .ReadAsync(resource, shared, memory, running, kept, progress, deadline, cancellationToken);
        var (tags, selection, images, choice) = (read.List.Tags, read.Selection, read.Images, read.Choice);
        var now = time.GetUtcNow();
        var keepsClocks = kinds.WorkloadsOf(resource.Spec) is not null;
        var builder = new StatusBuilder(resource.Status, read.Known, now, keepsClocks);
        // Where there is a limit, what the report store remembers of the tags is known already.
        var wantsHistory = keepsClocks || (resource.Spec.EffectiveTagLimit <= 0 && images.Any(image => builder.LacksClock(image.Tag.Tag)));
        // Recorded before it is read: what was learnt over another channel is forgotten by that.
        var history = await records.WriteTagsAsync(resource, registry, read.Looked, tags, now, cancellationToken) && wantsHistory
            ? await records.ReadHistoryAsync(resource, registry, cancellationToken)
            : null;
        if (!IsAnothers(resource)) builder.History = history;
        var statuses = ShowUsage(resource, [.. images.Select(builder.Build)], running);
        var counts = new TagCountsStatus
        {
            Found = selection.Found,
            Excluded = selection.Excluded,
            Invalid = read.List.Invalid > 0 ? read.List.Invalid : null,
            SkippedSignatures = selection.Signatures,
            Limited = selection.Tags.Count - choice.Images.Count,
            Scanned = images.Count,
        };
        await records.WriteAsync(resource, client.Repository, images, statuses, cancellationToken);
        RoundScanResults? results = null;
        if (scanning is not null)
        {
            results = await scanning.RunAsync(new RoundScans
            {
                Resource = resource,
                Name = ImageRecords.NameOf(resource.Metadata.Key),
                Registry = registry,
                Secrets = secrets,
                Images = images,
                Statuses = statuses,
                Tags = tags,
                IsTagListComplete = true,
                History = history,
                Workloads = running,
                WorkloadsProblem = workloads?.Problem,
                NoWorkloads = workloads?.ExplainNone(resource.Metadata.Key),
                Documents = shared.Documents,
                Client = shared.Client,
                Asked = memory.Asked,
                Progress = progress,
                Publish = publish is null ? null : soFar => publish(_outcomes.Unfinished(resource, soFar, counts)),
            }, cancellationToken);
            statuses = results.Images;
            // Taken at the end: the next run is due one interval after the results were made.
            memory.ScannersRun = time.GetUtcNow();
            memory.Tags = results.OverAll.Count > 0 ? tags : [];
        }

        var before = resource.Status ?? new RegistryStatus();
        var chosen = ChoiceRecord.Of(choice, before.Choice, read.Hash, read.Earlier, now);
        var found = kinds.ShowRegistry(
            before with { Images = statuses, Tags = counts, Choice = chosen, Truncated = null, NextScanTime = null }, results?.OverAll ?? []);
        var outcome = _outcomes.Finish(resource, found, read, results, client);
        if (resource.Spec.EffectiveTagLimit > 0) memory.Look(choice.Read, tags, now);
        memory.Remember(statuses, cut: outcome.Status.Truncated is not null);
        return outcome;
    }

    /// <summary>True where the clocks in the report store may be of a resource of the same name that was deleted while no operator ran.</summary>
    internal static bool IsAnothers(RegistryResource resource) => resource is { Status: null, Metadata.Uid: not null };

    /// <summary>True where the round has found tags that matter and that it had no reason to look at. Those of the last status it has looked at.</summary>
    private bool HasNewTags(RegistryResource resource, RoundOutcome outcome) =>
        outcome is { Failure: null, Status.Truncated: null }
        && kinds.TagsOf(resource.Spec, outcome.Status).Except(kinds.TagsOf(resource.Spec, resource.Status), StringComparer.Ordinal)
            .Except(outcome.Status.Images.Select(image => image.Tag), StringComparer.Ordinal).Any();

    private async Task<IReadOnlyList<Workload>?> WorkloadsOfAsync(
        RegistryResource resource, OpenedRegistry registry, CancellationToken cancellationToken)
    {
        if (workloads is null) return null;
        if (kinds.WorkloadsOf(resource.Spec) is not { } selection)
        {
            workloads.Forget(resource.Metadata.Key);
            return null;
        }

        await workloads.WaitAsync(time, cancellationToken);
        return workloads.Find(resource.Metadata.Key, registry.Client.Repository, selection);
    }

    /// <summary>Who runs each image. Where that is not asked for any more, what was shown of it goes; where it is not known, it stays.</summary>
    private IReadOnlyList<ImageStatus> ShowUsage(RegistryResource resource, IReadOnlyList<ImageStatus> images, IReadOnlyList<Workload>? running)
    {
        if (running is not null) return WorkloadUsage.Show(images, running);
        return workloads is null || kinds.WorkloadsOf(resource.Spec) is not null ? images : WorkloadUsage.Show(images, []);
    }

    /// <summary>Refuses a resource with errors.</summary>
    /// <exception cref="RoundFailedException">It has some; the message tells all.</exception>
    internal static void Validate(RegistryResource resource)
    {
        var problems = RegistrySpecValidator.Validate(resource.Spec);
        if (problems.Count == 0) return;
        var message = string.Join(" ", problems.Select(problem => $"{problem.Path}: {problem.Message}"));
        throw new RoundFailedException(new RoundFailure(RoundFailure.InvalidSpec, message));
    }

    private RoundFailure Explain(RegistryResource resource, Exception failure, ResourceSecrets secrets)
    {
        if (RoundFailure.Known(failure) is { } known) return known;
        if (failure is SlowPatternException slow) return new RoundFailure(ScanReasons.TimedOut, slow.Message);
        LogFault(secrets.Quotes(failure) ? null : failure, resource.Metadata.Key);
        return RoundFailure.From(failure);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Registry}: updates are read by the next scan: {Reason}")]
    private partial void LogUpdatesLeft(ResourceKey registry, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Registry}: the scan ended by a fault")]
    private partial void LogFault(Exception? fault, ResourceKey registry);
}
