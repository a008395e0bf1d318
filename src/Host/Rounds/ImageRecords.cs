using Microsoft.Extensions.Logging;
using RegistryOperator.Abstractions.Registries;
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
    public async Task<IReadOnlyDictionary<string, KnownImage>> ReadAsync(RegistryResource resource, CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, KnownImage>(StringComparer.Ordinal);
        if (store is null) return known;
        try
        {
            foreach (var image in await store.GetImagesAsync(NameOf(resource.Metadata.Key), cancellationToken))
                known[image.Tag] = new KnownImage(image.Digest, image.FirstSeen, null);
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
    /// <param name="repository">Its repository.</param>
    /// <param name="images">What the round found.</param>
    /// <param name="tags">All tags of the repository, the whole list.</param>
    /// <param name="now">The time of the round.</param>
    /// <param name="cancellationToken">Ends the wait for the store.</param>
    public async Task WriteTagsAsync(
        RegistryResource resource, RepositoryReference repository, IReadOnlyList<InspectedImage> images, IReadOnlyCollection<string> tags, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        if (store is null) return;
        // Of a tag whose digest could not be asked for this time, nothing new is known.
        var named = images.Where(image => image.Digest is not null).ToDictionary(image => image.Tag.Tag, image => image.Digest!.Value, StringComparer.Ordinal);
        var seen = new SeenTags(NameOf(resource.Metadata.Key), repository.Name, now, named, tags);
        await TryAsync(resource.Metadata.Key, () => store.RecordTagsAsync(seen, cancellationToken));
    }

    /// <summary>Forgets a resource.</summary>
    public Task ForgetAsync(ResourceKey key, CancellationToken cancellationToken) =>
        store is null ? Task.CompletedTask : TryAsync(key, async () =>
        {
            await store.SetImagesAsync(NameOf(key), [], cancellationToken);
            await store.ForgetAsync(NameOf(key), cancellationToken);
        });

    /// <summary>The name of a resource in the store.</summary>
    internal static ResourceName NameOf(ResourceKey key) => new(key.Namespace, key.Name);

    private static StoredImage ToStored(RepositoryReference repository, InspectedImage image, ImageStatus status, RegistrySpec spec)
    {
        var digest = Abstractions.Oci.Digest.Parse(status.Digest!);
        var details = image.IsRead ? image.Details : ImageDetails.FromStatus(status);
        var platforms = details is null ? PlatformChoices.None : PlatformChooser.Choose(spec.Platforms, digest, details);
        var digests = platforms.Chosen.ToDictionary(platform => platform.Name, platform => platform.Digest, StringComparer.Ordinal);
        return new StoredImage(repository.Name, status.Tag, digest, digests)
        {
            IsRead = image.IsRead,
            FirstSeen = status.Timestamps?.FirstSeen,
            Workloads = [.. (status.Usage?.Workloads ?? []).Select(workload => $"{workload.Kind}/{workload.Namespace}/{workload.Name}")],
        };
    }

    private async Task TryAsync(ResourceKey key, Func<Task> write)
    {
        try
        {
            await write();
        }
        catch (ReportStoreException failure)
        {
            LogFailed(key, failure.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Registry}: {Failure}")]
    private partial void LogFailed(ResourceKey registry, string failure);
}
