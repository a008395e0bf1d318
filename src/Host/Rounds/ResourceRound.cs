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
using RegistryOperator.Host.Tags;
using RegistryOperator.Host.Workloads;
using RegistryOperator.Kubernetes;
using RegistryOperator.Kubernetes.Resources;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Rounds;

/// <summary>The outcome of a round: the status to write and, where it failed, why.</summary>
/// <param name="Status">The status, within its budget.</param>
/// <param name="Failure">Null after success.</param>
internal sealed record RoundOutcome(RegistryStatus Status, RoundFailure? Failure)
{
    /// <summary>The same without what its messages repeat of the resource's Secrets.</summary>
    public RoundOutcome Mask(ResourceSecrets secrets) => new(StatusMask.Apply(Status, secrets.CreateMask()), Failure?.Mask(secrets));
}

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
            Func<RegistryStatus, Task>? masked = publish is null ? null : status => publish(StatusMask.Apply(status, named.CreateMask()));
            using var share = _memoryBudget.Open(registry.Group);
            var outcome = await RunAsync(resource, registry, named, memory, progress, masked, deadline, share, cancellationToken);
            if (outcome.Failure is null) memory.Asked = null;
            return Reaching(resource, outcome, client).Mask(named);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // Unexpected exceptions too: without a reason in the status, the resource would look as if it were never scanned.
            return Reaching(resource, Failed(resource, Explain(resource, failure, named)), client).Mask(named);
        }
    }

    /// <summary>Runs the scanners that are due over the images of the last round, without listing tags or reading images.</summary>
    /// <returns>The status, or null where there is nothing to say.</returns>
    public async Task<RegistryStatus?> RunScannersAsync(
        RegistryResource resource, ISecretSource secrets, RoundMemory.Entry memory, CancellationToken cancellationToken)
    {
        if (scanning is null || resource.Status is not { } status) return null;
        try
        {
            Validate(resource);
            var named = new ResourceSecrets(resource, secrets, rules);
            using var deadline = new ReadDeadline(_settings.Timeout, time, cancellationToken);
            var registry = await deadline.RunAsync(() => access.OpenAsync(resource, named, deadline.Token));
            var running = await WorkloadsOfAsync(resource, registry, memory, cancellationToken);
            var scans = new RoundScans
            {
                Resource = resource,
                Name = ImageRecords.NameOf(resource.Metadata.Key),
                Registry = registry,
                Secrets = named,
                Images = [.. status.Images.Select(InspectedImage.FromStatus)],
                Statuses = status.Images,
                Tags = memory.Tags,
                Workloads = running,
                WorkloadsProblem = workloads?.Problem,
                NoWorkloads = workloads?.ExplainNone(resource.Metadata.Key),
            };
            if (running is not null) scans = scans with { Statuses = WorkloadUsage.Show(scans.Statuses, running) };
            var results = await scanning.RunAsync(scans, cancellationToken);
            memory.NeedsTags = results.OverAll.Any(findings => findings.NeedsTags);
            var shown = budget.Fit(kinds.ShowRegistry(status, results.OverAll) with
            {
                Images = results.Images,
                Conditions = WithScans(status.Conditions, resource, results, time.GetUtcNow()),
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
        RegistryResource resource, OpenedRegistry registry, ResourceSecrets secrets, RoundMemory.Entry memory,
        IRoundProgress? progress, Func<RegistryStatus, Task>? publish, ReadDeadline deadline, MemoryShare share, CancellationToken cancellationToken)
    {
        var spec = resource.Spec;
        var client = registry.Client;
        var list = await deadline.RunAsync(() => TagList.ReadAsync(client, share, deadline.Token));
        var tags = list.Tags;
        var selection = await deadline.RunAsync(() => Task.FromResult(TagFilter.Of(spec.TagFilter).Select(tags, time, deadline.Token)));
        progress?.TagsListed(selection.Tags.Count);

        await RestoreAsync(resource, registry, memory, cancellationToken);
        var known = memory.KnownImages(resource.Status);
        var documents = new ImageDocuments(client, share: share);
        // Where no scanner is asked for, nobody will want what was read.
        var kept = scanning is null || kinds.UsesOf(spec).Count == 0 ? null : documents;
        var pool = new InspectionPool(registry, cache, known, spec.EffectiveConcurrency, logger, progress is null ? null : progress.ImageRead, kept,
            deadline, _memoryBudget, share);
        var unread = new List<InspectedImage>();
        var reads = new ImageReads(
            async wanted => Note(await pool.InspectAsync(wanted, cancellationToken)),
            async wanted => Note(await pool.DateAsync(wanted, cancellationToken)));
        var hash = ChoiceRecord.HashOf(resource, selection.Tags);
        var earlier = ChoiceRecord.Earlier(resource.Status, known, hash, time.GetUtcNow());
        var choice = await ImageSelector.SelectAsync(selection.Tags, spec.EffectiveSortBy, spec.EffectiveTagLimit, reads, earlier);
        var running = await WorkloadsOfAsync(resource, registry, memory, cancellationToken);
        var images = await WithRunningAsync(choice.Images, running, kinds.TagsOf(spec, resource.Status), tags, reads);

        InspectedImage[] Note(InspectedImage[] found)
        {
            unread.AddRange(found.Where(image => !image.IsRead && !image.IsGlance));
            return found;
        }

        var now = time.GetUtcNow();
        var builder = new StatusBuilder(resource.Status, known, now);
        IReadOnlyList<ImageStatus> statuses = images.Select(builder.Build).ToArray();
        if (running is not null) statuses = WorkloadUsage.Show(statuses, running);
        var counts = new TagCountsStatus
        {
            Found = selection.Found,
            Excluded = selection.Excluded,
            Invalid = list.Invalid > 0 ? list.Invalid : null,
            SkippedSignatures = selection.Signatures,
            Limited = selection.Tags.Count - choice.Images.Count,
            Scanned = images.Count,
        };
        await records.WriteAsync(resource, client.Repository, images, statuses, cancellationToken);
        await records.WriteTagsAsync(resource, registry, choice.Read.Concat(images), tags, now, cancellationToken);
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
                Workloads = running,
                WorkloadsProblem = workloads?.Problem,
                NoWorkloads = workloads?.ExplainNone(resource.Metadata.Key),
                Documents = documents,
                Asked = memory.Asked,
                Progress = progress,
                Publish = publish is null ? null : soFar => publish(Unfinished(resource, soFar, counts)),
            }, cancellationToken);
            statuses = results.Images;
            // Taken at the end: the next run is due one interval after the results were made.
            memory.ScannersRun = time.GetUtcNow();
            memory.Tags = results.OverAll.Count > 0 ? tags : [];
        }

        var before = resource.Status ?? new RegistryStatus();
        var chosen = ChoiceRecord.Of(choice, before.Choice, hash, earlier, now);
        var found = kinds.ShowRegistry(
            before with { Images = statuses, Tags = counts, Choice = chosen, Truncated = null, NextScanTime = null }, results?.OverAll ?? []);
        var left = new UnreadTags(images, unread, choice.Unread, choice.LeftOut);
        var outcome = Finish(resource, found, left, [EmptyRound.Note(list, selection, images), list.Note, CutNote(pool.Cut)], pool.Outage, results);
        if (spec.EffectiveTagLimit > 0) memory.Look(choice.Read, tags, now);
        memory.Remember(statuses, cut: outcome.Status.Truncated is not null);
        return outcome;
    }

    /// <summary>What an earlier process has recorded and the status does not tell.</summary>
    private async Task RestoreAsync(RegistryResource resource, OpenedRegistry registry, RoundMemory.Entry memory, CancellationToken cancellationToken)
    {
        if (resource.Status?.Truncated is not null && !memory.HasAllImages)
            memory.Restore(await records.ReadAsync(resource, registry, cancellationToken));
        if (memory.HasLooked || resource.Spec.EffectiveTagLimit <= 0) return;
        // What is recorded of a name may be another resource's, which was deleted while no operator ran.
        var isNew = resource.Status is null && resource.Metadata.Uid is not null;
        if (!isNew) memory.RestoreLooked(await records.ReadTagsAsync(resource, registry, cancellationToken));
    }

    private async Task<IReadOnlyList<Workload>?> WorkloadsOfAsync(
        RegistryResource resource, OpenedRegistry registry, RoundMemory.Entry memory, CancellationToken cancellationToken)
    {
        if (workloads is null) return null;
        if (kinds.WorkloadsOf(resource.Spec) is not { } selection)
        {
            workloads.Forget(resource.Metadata.Key);
            return null;
        }

        await workloads.WaitAsync(time, cancellationToken);
        // Before they are read: what changes from now on makes the scanners due again.
        memory.AreWorkloadsChanged = false;
        return workloads.Find(resource.Metadata.Key, registry.Client.Repository, selection);
    }

    /// <summary>What runs, and what may take its place, is looked at whatever the filter and the limit say.</summary>
    private static async Task<IReadOnlyList<InspectedImage>> WithRunningAsync(
        IReadOnlyList<InspectedImage> chosen, IReadOnlyList<Workload>? running, IEnumerable<string> others, IReadOnlyList<string> tags, ImageReads reads)
    {
        if (running is null) return chosen;
        var wanted = WorkloadUsage.TagsOf(running).Concat(others).ToHashSet(StringComparer.Ordinal);
        wanted.IntersectWith(tags);
        wanted.ExceptWith(chosen.Select(image => image.Tag.Tag));
        if (wanted.Count == 0) return chosen;
        return [.. chosen, .. await reads.InspectAsync([.. wanted.Order(StringComparer.Ordinal).Select(VersionedTag.Read)])];
    }

    private static string? CutNote(int images) => images == 0
        ? null
        : $"{images} images are shown without their configuration: those of all take more than {ImageInspector.MaximumHeldBytes >> 20} MiB.";

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

    private RoundOutcome Finish(
        RegistryResource resource, RegistryStatus found, UnreadTags unread, IEnumerable<string?> notes, RegistryException? outage,
        RoundScanResults? scans)
    {
        var now = time.GetUtcNow();
        var failure = unread.FailureOf(outage);
        var told = string.Join(' ', notes.Prepend(unread.Note).Where(sentence => sentence is not null));
        var note = failure is null && told.Length > 0 ? told : null;
        var count = found.Images.Count == 1 ? "1 image." : $"{found.Images.Count} images.";
        var conditions = failure is null ? ResourceConditions.Succeeded(resource, note ?? count, now) : ResourceConditions.Failed(resource, failure, now);
        var status = Stamp(resource, found, now) with
        {
            LastScanStatus = failure is null ? ScanStatuses.Success : ScanStatuses.Failed,
            Message = failure?.Message ?? note,
            Conditions = WithScans(conditions, resource, scans, now),
        };
        return new RoundOutcome(budget.Fit(status), failure);
    }

    /// <summary>The interim status while scanners run. It does not count as a round: after a restart the round starts over.</summary>
    private RegistryStatus Unfinished(RegistryResource resource, IReadOnlyList<ImageStatus> images, TagCountsStatus tags)
    {
        var last = resource.Status ?? new RegistryStatus();
        return budget.Fit(last with
        {
            Images = images,
            Tags = tags,
            Conditions = ResourceConditions.Scanning(resource, time.GetUtcNow()),
        });
    }

    private RoundOutcome Failed(RegistryResource resource, RoundFailure failure)
    {
        var now = time.GetUtcNow();
        var conditions = ResourceConditions.Failed(resource, failure, now);
        // Scanners were not asked for their readiness this time: the condition stays, unless the resource has no scanners any more.
        if (kinds.UsesOf(resource.Spec).Count == 0) conditions = ResourceConditions.With(conditions, resource, scanners: null, now);
        string[] gone = [.. kinds.All.Where(kind => !kind.UsesOf(resource.Spec).Any()).Select(kind => kind.ConditionType).OfType<string>()];
        conditions = ResourceConditions.With(conditions, resource, gone, [], now);
        var status = Stamp(resource, resource.Status ?? new RegistryStatus(), now) with
        {
            LastScanStatus = ScanStatuses.Failed,
            Message = failure.Message,
            Conditions = conditions,
        };
        return new RoundOutcome(status, failure);
    }

    private IReadOnlyList<Condition> WithScans(IReadOnlyList<Condition> conditions, RegistryResource resource, RoundScanResults? scans, DateTimeOffset now) =>
        ResourceConditions.With(
            ResourceConditions.With(conditions, resource, scans?.Condition, now), resource, kinds.ConditionTypes, scans?.KindConditions ?? [], now);

    private RoundOutcome Reaching(RegistryResource resource, RoundOutcome outcome, IRegistryClient? client)
    {
        var now = time.GetUtcNow();
        KindCondition[] told = RegistryReachability.Of(outcome.Failure, client, now) is { } condition ? [condition] : [];
        var conditions = ResourceConditions.With(outcome.Status.Conditions, resource, [RegistryReachability.ConditionType], told, now);
        return outcome with { Status = outcome.Status with { Conditions = conditions } };
    }

    /// <summary>What every outcome has: which version of the resource it is about, and what others wrote in the status.</summary>
    private RegistryStatus Stamp(RegistryResource resource, RegistryStatus status, DateTimeOffset now) =>
        OthersSections.Keep(kinds, resource.Spec, resource.Status, status) with
        {
            ObservedGeneration = resource.Metadata.Generation,
            LastScanTime = now,
            LastHandledScanRequest = RoundSchedule.ScanRequest(resource) ?? resource.Status?.LastHandledScanRequest,
        };

    [LoggerMessage(Level = LogLevel.Error, Message = "{Registry}: the scan ended by a fault")]
    private partial void LogFault(Exception? fault, ResourceKey registry);
}
