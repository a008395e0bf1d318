using Microsoft.Extensions.Logging;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Scans.Planning;
using RegistryOperator.Kubernetes;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Rounds;

/// <summary>
/// Keeps the images of each resource in the report store: which digests are still referred to, what a search answers, and when images were
/// first seen that did not fit in the status. Does nothing without a store, and never makes a round fail.
/// </summary>
internal sealed partial class ImageRecords(IReportStore? store, ILogger<ImageRecords> logger)
{
    /// <summary>The images recorded of a resource, by tag.</summary>
    public async Task<IReadOnlyDictionary<string, KnownImage>> ReadAsync(
        RegistryResource resource, OpenedRegistry registry, CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, KnownImage>(StringComparer.Ordinal);
        if (store is null) return known;
        try
        {
            var tags = await ReadTagsAsync(resource, registry, cancellationToken);
            foreach (var image in await store.GetImagesAsync(NameOf(resource.Metadata.Key), cancellationToken))
            {
                known[image.Tag] = tags.GetValueOrDefault(image.Tag) is { } tag && tag.Digest == image.Digest
                    ? tag with { FirstSeen = image.FirstSeen }
                    : new KnownImage(image.Digest, image.FirstSeen, null);
            }
        }
        catch (ReportStoreException failure)
        {
            LogFailed(resource.Metadata.Key, failure.Message);
        }

        return known;
    }

    /// <summary>All that is remembered of a resource's tags, by tag, also of those that were looked at and not chosen.</summary>
    public async Task<IReadOnlyDictionary<string, KnownImage>> ReadTagsAsync(
        RegistryResource resource, OpenedRegistry registry, CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, KnownImage>(StringComparer.Ordinal);
        if (store is null) return known;
        try
        {
            var name = NameOf(resource.Metadata.Key);
            foreach (var tag in await store.ReadTagsAsync(name, registry.Client.Repository.Name, ChannelOf(registry), cancellationToken))
            {
                var image = new KnownImage(tag.Digest, tag.FirstSeen, null);
                known[tag.Tag] = tag.Image is not { } read
                    ? image
                    : image with { Created = read.Created, IsImage = read.IsImage, IsUndated = read.Created is null };
            }
        }
        catch (ReportStoreException failure)
        {
            LogFailed(resource.Metadata.Key, failure.Message);
        }

        return known;
    }

    /// <summary>Records what a round found.</summary>
    public async Task WriteAsync(
        RegistryResource resource, RepositoryReference repository, IReadOnlyList<InspectedImage> images, IReadOnlyList<ImageStatus> statuses,
        CancellationToken cancellationToken)
    {
        if (store is null) return;
        // An image that could not be read this time still exists: leaving it out would have its reports deleted.
        var recorded = images.Zip(statuses)
            .Where(pair => pair.Second.Digest is not null)
            .Select(pair => ToStored(repository, pair.First, pair.Second, resource.Spec));
        await TryAsync(resource.Metadata.Key, async () =>
        {
            // First, so that a new resource's images are shown with no report until its own access has shown that it can read them.
            await store.SetUsesAsync(NameOf(resource.Metadata.Key), ReportUses.None, cancellationToken);
            await store.SetImagesAsync(NameOf(resource.Metadata.Key), [.. recorded], cancellationToken);
        });
    }

    /// <summary>Records what the tags name that a round has looked at, for their history.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="registry">Its repository.</param>
    /// <param name="images">What the round found, of one tag the best last.</param>
    /// <param name="tags">All tags of the repository, the whole list.</param>
    /// <param name="now">The time of the round.</param>
    /// <param name="cancellationToken">Ends the wait for the store.</param>
    /// <returns>True where it is recorded.</returns>
    public async Task<bool> WriteTagsAsync(
        RegistryResource resource, OpenedRegistry registry, IEnumerable<InspectedImage> images, IReadOnlyCollection<string> tags, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        if (store is null) return false;
        var named = new Dictionary<string, Digest>(StringComparer.Ordinal);
        var read = new Dictionary<Digest, SeenImage>();
        foreach (var image in images)
        {
            // Of a tag whose digest could not be asked for this time, nothing new is known.
            if (image.Digest is not { } digest) continue;
            named[image.Tag.Tag] = digest;
            if (SeenOf(image) is { } seenImage) read[digest] = seenImage;
        }

        var seen = new SeenTags(NameOf(resource.Metadata.Key), registry.Client.Repository.Name, now, named, tags)
        {
            Registry = ChannelOf(registry),
            Images = read,
        };
        return await TryAsync(resource.Metadata.Key, () => store.RecordTagsAsync(seen, cancellationToken));
    }

    /// <summary>What the tags have named, as it is once this round's are recorded; null where it can't be read.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<TagHistoryEntry>>?> ReadHistoryAsync(
        RegistryResource resource, OpenedRegistry registry, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, IReadOnlyList<TagHistoryEntry>>? history = null;
        if (store is null) return history;
        await TryAsync(resource.Metadata.Key, async () =>
            history = await store.ReadTagHistoryAsync(NameOf(resource.Metadata.Key), registry.Client.Repository.Name, cancellationToken));
        return history;
    }

    /// <summary>Forgets a resource.</summary>
    public Task ForgetAsync(ResourceKey key, CancellationToken cancellationToken) =>
        store is null ? Task.CompletedTask : TryAsync(key, async () =>
        {
            await store.SetImagesAsync(NameOf(key), [], cancellationToken);
            await store.ForgetAsync(NameOf(key), cancellationToken);
        });

    /// <summary>What was read of an image, now or before; null where only its digest is known.</summary>
    private static SeenImage? SeenOf(InspectedImage image) => image switch
    {
        { IsRead: true, Details: { } details } => new SeenImage(details.Created, details.Reason is null),
        { IsGlance: true, LastKnown: { } known } when known.Digest == image.Digest && (known.Created is not null || known.IsUndated) =>
            new SeenImage(known.Created, known.IsImage),
        _ => null,
    };

    /// <summary>What was learnt where anybody may have answered is not believed once the registry's certificate is verified.</summary>
    private static string ChannelOf(OpenedRegistry registry) =>
        (registry.Security.InsecureSkipVerify ? "unverified " : "") + registry.Client.Repository.Registry.AbsoluteUri;

    /// <summary>The name of a resource in the store.</summary>
    internal static ResourceName NameOf(ResourceKey key) => new(key.Namespace, key.Name);

    private static StoredImage ToStored(RepositoryReference repository, InspectedImage image, ImageStatus status, RegistrySpec spec)
    {
        var digest = Digest.Parse(status.Digest!);
        var details = image.IsRead ? image.Details : ImageDetails.FromStatus(status);
        var platforms = details is null ? PlatformChoices.None : PlatformChooser.Choose(spec.Platforms, digest, details);
        var digests = platforms.Chosen.ToDictionary(platform => platform.Name, platform => platform.Digest, StringComparer.Ordinal);
        return new StoredImage(repository.Name, status.Tag, digest, digests)
        {
            IsRead = image.IsRead,
            FirstSeen = status.Timestamps?.FirstSeen,
            Workloads = [.. (status.Usage?.Workloads ?? []).Select(workload => WorkloadDriftStatus.NameOf(workload.Kind, workload.Namespace, workload.Name))],
        };
    }

    /// <summary>False where the store has failed, which is logged.</summary>
    private async Task<bool> TryAsync(ResourceKey key, Func<Task> use)
    {
        try
        {
            await use();
            return true;
        }
        catch (ReportStoreException failure)
        {
            LogFailed(key, failure.Message);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Registry}: {Failure}")]
    private partial void LogFailed(ResourceKey registry, string failure);
}
