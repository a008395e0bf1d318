using Microsoft.Extensions.Logging;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Registry.Validation;
using RegistryOperator.Host.Scans;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Host.Tags;
using RegistryOperator.Kubernetes;

namespace RegistryOperator.Host.Rounds;

/// <summary>The outcome of a round: the status to write and, where it failed, why.</summary>
/// <param name="Status">The status, within its budget.</param>
/// <param name="Failure">Null after success.</param>
internal sealed record RoundOutcome(RegistryStatus Status, RoundFailure? Failure);

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
    TimeProvider time,
    ILogger<ResourceRound> logger)
{
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
        try
        {
            Validate(resource);
            var named = new ResourceSecrets(resource, secrets);
            var registry = await access.OpenAsync(resource, named, cancellationToken);
            var outcome = await RunAsync(resource, registry, named, memory, progress, publish, cancellationToken);
            if (outcome.Failure is null) memory.Asked = null;
            return outcome;
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // Unexpected exceptions too: without a reason in the status, the resource would look as if it were never scanned.
            return Failed(resource, Explain(resource, failure));
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
            var named = new ResourceSecrets(resource, secrets);
            var registry = await access.OpenAsync(resource, named, cancellationToken);
            var scans = new RoundScans
            {
                Resource = resource,
                Name = ImageRecords.NameOf(resource.Metadata.Key),
                Registry = registry,
                Secrets = named,
                Images = [.. status.Images.Select(InspectedImage.FromStatus)],
                Statuses = status.Images,
                Tags = memory.Tags,
            };
            var results = await scanning.RunAsync(scans, cancellationToken);
            return budget.Fit(kinds.ShowRegistry(status, results.OverAll) with
            {
                Images = results.Images,
                Conditions = ResourceConditions.With(status.Conditions, resource, results.Condition, time.GetUtcNow()),
            });
        }
        catch (Exception failure) when (failure is RoundFailedException or RegistryException or CredentialException)
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
    public Task ForgetAsync(ResourceKey key, CancellationToken cancellationToken) => records.ForgetAsync(key, cancellationToken);

    private async Task<RoundOutcome> RunAsync(
        RegistryResource resource, OpenedRegistry registry, ResourceSecrets secrets, RoundMemory.Entry memory,
        IRoundProgress? progress, Func<RegistryStatus, Task>? publish, CancellationToken cancellationToken)
    {
        var spec = resource.Spec;
        var client = registry.Client;
        var tags = new List<string>();
        await foreach (var tag in client.ListTagsAsync(cancellationToken)) tags.Add(tag);
        var selection = new TagFilter(spec.TagFilter?.Include, spec.TagFilter?.Exclude, spec.TagFilter?.Versions).Select(tags);
        progress?.TagsListed(selection.Tags.Count);

        if (resource.Status?.Truncated is not null && !memory.HasAllImages) memory.Restore(await records.ReadAsync(resource, cancellationToken));
        var known = memory.KnownImages(resource.Status);
        var documents = new ImageDocuments(client);
        // Where no scanner is asked for, nobody will want what was read.
        var kept = scanning is null || kinds.UsesOf(spec).Count == 0 ? null : documents;
        var pool = new InspectionPool(client, cache, known, spec.EffectiveConcurrency, logger, progress is null ? null : progress.ImageRead, kept);
        var unread = new List<InspectedImage>();
        var reads = new ImageReads(
            async wanted => Note(await pool.InspectAsync(wanted, cancellationToken)),
            async wanted => Note(await pool.DateAsync(wanted, cancellationToken)));
        var hash = ChoiceRecord.HashOf(resource, selection.Tags);
        var earlier = ChoiceRecord.Earlier(resource.Status, known, hash, time.GetUtcNow());
        var choice = await ImageSelector.SelectAsync(selection.Tags, spec.EffectiveSortBy, spec.EffectiveTagLimit, reads, earlier);
        var images = choice.Images;

        InspectedImage[] Note(InspectedImage[] found)
        {
            unread.AddRange(found.Where(image => !image.IsRead && !image.IsGlance));
            return found;
        }

        var now = time.GetUtcNow();
        var builder = new StatusBuilder(resource.Status, known, now);
        IReadOnlyList<ImageStatus> statuses = images.Select(builder.Build).ToArray();
        var counts = new TagCountsStatus
        {
            Found = selection.Found,
            Excluded = selection.Excluded,
            SkippedSignatures = selection.Signatures,
            Limited = selection.Tags.Count - images.Count,
            Scanned = images.Count,
        };
        await records.WriteAsync(resource, client.Repository, images, statuses, cancellationToken);
        await records.WriteTagsAsync(resource, client.Repository, images, tags, now, cancellationToken);
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
        var chosen = spec.EffectiveTagLimit <= 0 ? null : ChoiceRecord.Of(choice, before.Choice, hash, earlier, now);
        var found = kinds.ShowRegistry(
            before with { Images = statuses, Tags = counts, Choice = chosen, Truncated = null, NextScanTime = null }, results?.OverAll ?? []);
        var outcome = Finish(resource, found, new UnreadTags(images, unread, choice.Unread), pool.Outage, results?.Condition);
        if (spec.EffectiveTagLimit > 0) memory.Look(choice.Read, tags, now);
        memory.Remember(statuses, cut: outcome.Status.Truncated is not null);
        return outcome;
    }

    private static void Validate(RegistryResource resource)
    {
        var problems = RegistrySpecValidator.Validate(resource.Spec);
        if (problems.Count == 0) return;
        var message = string.Join(" ", problems.Select(problem => $"{problem.Path}: {problem.Message}"));
        throw new RoundFailedException(new RoundFailure(RoundFailure.InvalidSpec, message));
    }

    private RoundFailure Explain(RegistryResource resource, Exception failure)
    {
        switch (failure)
        {
            case RoundFailedException failed:
                return failed.Failure;
            case RegistryException registry:
                return RoundFailure.From(registry);
            case CredentialException credential:
                return RoundFailure.From(credential);
            default:
                LogFault(failure, resource.Metadata.Key);
                return RoundFailure.From(failure);
        }
    }

    private RoundOutcome Finish(
        RegistryResource resource, RegistryStatus found, UnreadTags unread, RegistryException? outage, ScannersCondition? scanners)
    {
        var now = time.GetUtcNow();
        var failure = unread.FailureOf(outage);
        var note = failure is null ? unread.Note : null;
        var count = found.Images.Count == 1 ? "1 image." : $"{found.Images.Count} images.";
        var conditions = failure is null ? ResourceConditions.Succeeded(resource, note ?? count, now) : ResourceConditions.Failed(resource, failure, now);
        var status = Stamp(resource, found, now) with
        {
            LastScanStatus = failure is null ? ScanStatuses.Success : ScanStatuses.Failed,
            Message = failure?.Message ?? note,
            Conditions = ResourceConditions.With(conditions, resource, scanners, now),
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
        var status = Stamp(resource, resource.Status ?? new RegistryStatus(), now) with
        {
            LastScanStatus = ScanStatuses.Failed,
            Message = failure.Message,
            Conditions = conditions,
        };
        return new RoundOutcome(status, failure);
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
    private partial void LogFault(Exception fault, ResourceKey registry);
}
