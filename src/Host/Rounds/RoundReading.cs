using Microsoft.Extensions.Logging;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Workloads;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Budgets;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Host.Tags;
using RegistryOperator.Host.Workloads;

namespace RegistryOperator.Host.Rounds;

/// <summary>What a round has read of its repository.</summary>
internal sealed record ReadImages
{
    /// <summary>All tags.</summary>
    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>How many entries of the list are no tags.</summary>
    public required int InvalidTags { get; init; }

    public required TagSelection Selection { get; init; }

    public required ImageChoice Choice { get; init; }

    /// <summary>Of what was chosen from.</summary>
    public required string? Hash { get; init; }

    /// <summary>What an earlier round has chosen from the same.</summary>
    public required EarlierChoice? Earlier { get; init; }

    /// <summary>What earlier rounds know, by tag.</summary>
    public required IReadOnlyDictionary<string, KnownImage> Known { get; init; }

    /// <summary>The images that the round is about: those chosen, and what runs.</summary>
    public required IReadOnlyList<InspectedImage> Images { get; init; }

    public required UnreadTags Unread { get; init; }

    /// <summary>Sentences for the message of a success; null for none.</summary>
    public required IReadOnlyList<string?> Notes { get; init; }

    /// <summary>Why reading stopped before its end; null where it did not.</summary>
    public required RegistryException? Outage { get; init; }
}

/// <summary>Lists the tags of a resource's repository, chooses, and reads the images. What it holds beyond its result ends with it.</summary>
internal sealed class RoundReading(ScanKinds kinds, ImageCache cache, ImageRecords records, ReadingBudget budget, TimeProvider time, ILogger logger)
{
    /// <param name="resource">The resource, with its last status.</param>
    /// <param name="registry">Its repository.</param>
    /// <param name="memory">What is remembered of it.</param>
    /// <param name="running">The workloads that run images of it; null where none are known, or asked for.</param>
    /// <param name="documents">Given what was read; null where nobody will want it.</param>
    /// <param name="progress">Receives the progress; may be null.</param>
    /// <param name="deadline">Ends the reading.</param>
    /// <param name="share">What the round holds.</param>
    /// <param name="cancellationToken">Ends the round.</param>
    public async Task<ReadImages> ReadAsync(
        RegistryResource resource, OpenedRegistry registry, RoundMemory.Entry memory, IReadOnlyList<Workload>? running, ImageDocuments? documents,
        IRoundProgress? progress, ReadDeadline deadline, MemoryShare share, CancellationToken cancellationToken)
    {
        var spec = resource.Spec;
        var list = await ListAsync(registry.Client, share, deadline);
        var selection = await deadline.RunAsync(() => Task.FromResult(TagFilter.Of(spec.TagFilter).Select(list.Tags, time, deadline.Token)));
        progress?.TagsListed(selection.Tags.Count);

        await RestoreAsync(resource, registry, memory, cancellationToken);
        var known = memory.KnownImages(resource.Status);
        using var pool = new InspectionPool(registry, cache, known, spec.EffectiveConcurrency, logger, progress is null ? null : progress.ImageRead, documents,
            deadline, budget, share);
        var unread = new List<InspectedImage>();
        var reads = new ImageReads(
            async wanted => Note(await pool.InspectAsync(wanted, cancellationToken)),
            async wanted => Note(await pool.DateAsync(wanted, cancellationToken)));
        var hash = ChoiceRecord.HashOf(resource, selection.Tags);
        var earlier = ChoiceRecord.Earlier(resource.Status, known, hash, time.GetUtcNow());
        var choice = await ImageSelector.SelectAsync(selection.Tags, spec.EffectiveSortBy, spec.EffectiveTagLimit, reads, earlier);
        var images = await WithRunningAsync(choice.Images, running, kinds.TagsOf(spec, resource.Status), list.Tags, reads);
        return new ReadImages
        {
            Tags = list.Tags,
            InvalidTags = list.Invalid,
            Selection = selection,
            Choice = choice,
            Hash = hash,
            Earlier = earlier,
            Known = known,
            Images = images,
            Unread = new UnreadTags(images, unread, choice.Unread, choice.LeftOut),
            Notes = [EmptyRound.Note(list, selection, images), list.Note, CutNote(pool.Cut)],
            Outage = pool.Outage,
        };

        InspectedImage[] Note(InspectedImage[] found)
        {
            unread.AddRange(found.Where(image => !image.IsRead && !image.IsGlance));
            return found;
        }
    }

    private static async Task<TagList> ListAsync(IRegistryClient client, MemoryShare share, ReadDeadline deadline)
    {
        try
        {
            return await deadline.RunAsync(() => TagList.ReadAsync(client, share, deadline.Token));
        }
        catch (RegistryException gone) when (gone.Kind == RegistryErrorKind.NotFound)
        {
            throw new RoundFailedException(RoundFailure.From(gone) with { Cause = RoundFailure.RepositoryNotFound });
        }
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
}
