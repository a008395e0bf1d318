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
    public required TagList List { get; init; }

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

    /// <summary>All that were looked at, of one tag the best last.</summary>
    public required IReadOnlyCollection<InspectedImage> Looked { get; init; }

    /// <summary>Those that could not be read.</summary>
    public required IReadOnlyList<InspectedImage> Failed { get; init; }

    /// <summary>How many are shown without their configuration.</summary>
    public required int Cut { get; init; }

    /// <summary>Why reading stopped before its end; null where it did not.</summary>
    public required RegistryException? Outage { get; init; }

    public UnreadTags Unread => field ??= new UnreadTags(Images, Failed, Choice.Unread, Choice.LeftOut);

    /// <summary>Sentences for the message of a success; null for none.</summary>
    public IReadOnlyList<string?> Notes => [EmptyRound.Note(List, Selection, Images), List.Note, CutNote(Cut)];

    private static string? CutNote(int images) => images == 0
        ? null
        : $"{images} images are shown without their configuration: those of all take more than {ImageInspector.MaximumHeldBytes >> 20} MiB.";
}

/// <summary>Lists the tags of a resource's repository, chooses, and reads the images. What it holds beyond its result ends with it.</summary>
internal sealed class RoundReading(ScanKinds kinds, ImageCache cache, ImageRecords records, ReadingBudget budget, TimeProvider time, ILogger logger)
{
    /// <summary>Reads; in a second pass of the same round, what has turned out to matter since, and nothing twice.</summary>
    /// <param name="resource">The resource, with its last status.</param>
    /// <param name="shared">Its repository, and what an earlier pass has read of it.</param>
    /// <param name="memory">What is remembered of it.</param>
    /// <param name="running">The workloads that run images of it; null where none are known, or asked for.</param>
    /// <param name="documents">Given what was read; null where nobody will want it.</param>
    /// <param name="progress">Receives the progress; may be null.</param>
    /// <param name="deadline">Ends the reading.</param>
    /// <param name="cancellationToken">Ends the round.</param>
    public async Task<ReadImages> ReadAsync(
        RegistryResource resource, SharedReading shared, RoundMemory.Entry memory, IReadOnlyList<Workload>? running, ImageDocuments? documents,
        IRoundProgress? progress, ReadDeadline deadline, CancellationToken cancellationToken)
    {
        var (spec, registry, before) = (resource.Spec, shared.Registry, shared.Read);
        var list = before?.List ?? await ListAsync(registry.Client, shared.Share, deadline);
        var selection = before?.Selection
            ?? await deadline.RunAsync(() => Task.FromResult(TagFilter.Of(spec.TagFilter).Select(list.Tags, time, deadline.Token)));
        // What is read in a second pass is a part of its scans.
        if (before is not null) progress = null;
        progress?.TagsListed(selection.Tags.Count);

        await RestoreAsync(resource, registry, memory, cancellationToken);
        var known = memory.KnownImages(resource.Status);
        using var pool = new InspectionPool(registry, cache, known, spec.EffectiveConcurrency, logger, progress is null ? null : progress.ImageRead, documents,
            deadline, budget, shared.Share, before is null ? null : shared.Client);
        var failed = new List<InspectedImage>(before?.Failed ?? []);
        var reads = new ImageReads(
            async wanted => Note(await pool.InspectAsync(wanted, cancellationToken)),
            async wanted => Note(await pool.DateAsync(wanted, cancellationToken)));
        var hash = before is null ? ChoiceRecord.HashOf(resource, selection.Tags) : before.Hash;
        var earlier = ChoiceRecord.Earlier(resource.Status, known, hash, time.GetUtcNow());
        var choice = before is null
            ? await ImageSelector.SelectAsync(selection.Tags, spec.EffectiveSortBy, spec.EffectiveTagLimit, reads, earlier)
            : before.Choice with { IsEarlier = true };
        var also = before?.Images.Skip(choice.Images.Count).ToArray() ?? [];
        var others = running is null ? [] : await OthersAsync(choice.Images.Concat(also), running, kinds.TagsOf(spec, resource.Status), list.Tags, reads);
        InspectedImage[] images = [.. choice.Images, .. also.Concat(others).OrderBy(image => image.Tag.Tag, StringComparer.Ordinal)];
        return shared.Read = new ReadImages
        {
            List = list,
            Selection = selection,
            Choice = choice,
            Hash = hash,
            Earlier = earlier,
            Known = known,
            Images = images,
            Looked = before is null ? [.. choice.Read, .. images] : others,
            Failed = failed,
            Cut = (before?.Cut ?? 0) + pool.Cut,
            Outage = pool.Outage,
        };

        InspectedImage[] Note(InspectedImage[] found)
        {
            failed.AddRange(found.Where(image => !image.IsRead && !image.IsGlance));
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
        if (!ResourceRound.IsAnothers(resource)) memory.RestoreLooked(await records.ReadTagsAsync(resource, registry, cancellationToken));
    }

    /// <summary>What runs, and what may take its place, is looked at whatever the filter and the limit say.</summary>
    private static async Task<InspectedImage[]> OthersAsync(
        IEnumerable<InspectedImage> read, IReadOnlyList<Workload> running, IEnumerable<string> others, IReadOnlyList<string> tags, ImageReads reads)
    {
        var wanted = WorkloadUsage.TagsOf(running).Concat(others).ToHashSet(StringComparer.Ordinal);
        wanted.IntersectWith(tags);
        wanted.ExceptWith(read.Select(image => image.Tag.Tag));
        return wanted.Count == 0 ? [] : await reads.InspectAsync([.. wanted.Order(StringComparer.Ordinal).Select(VersionedTag.Read)]);
    }
}
