using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Budgets;
using RegistryOperator.Oci.Client;
using RegistryOperator.Oci.Reading;

namespace RegistryOperator.Host.Images;

/// <summary>
/// Resolves what tags name, for one round over one repository. A known tag costs one HEAD while its digest is unchanged; a new
/// one costs its manifest, and each new digest its configuration, once however many tags share it.
/// </summary>
/// <param name="client">Reads the repository.</param>
/// <param name="registry">The access with which it does.</param>
/// <param name="cache">The details of images by digest.</param>
/// <param name="known">What earlier rounds know, by tag.</param>
/// <param name="logger">Logs exceptions that are not the registry's.</param>
/// <param name="documents">Given the documents that were read; may be null.</param>
/// <param name="budget">The memory that all rounds share; null for one of its own.</param>
/// <param name="share">What this round holds of it; null for as much as its own limits allow.</param>
internal sealed partial class ImageInspector(
    IRegistryClient client, OpenedRegistry registry, ImageCache cache, IReadOnlyDictionary<string, KnownImage> known, ILogger logger,
    ImageDocuments? documents = null, ReadingBudget? budget = null, MemoryShare? share = null) : IDisposable
{
    /// <summary>A digest that could not be read is retried once, for the next tag that names it; further tags get that failure.</summary>
    public const int MaximumReadsOfADigest = 2;

    /// <summary>Bytes of details that one round holds: more than a status can show by far. Beyond it, images are kept without their configuration.</summary>
    public const long MaximumHeldBytes = 16 * 1024 * 1024;

    private readonly DigestReads _reads = new();
    // Its own: nobody needs them once all is read, while scans may run for hours.
    private readonly Glances _glances = new(MaximumHeldBytes, budget?.Open(registry.Group));
    private readonly HeldDetails _held = new(MaximumHeldBytes, share);
    private readonly ReadingBudget _budget = budget ?? new ReadingBudget();

    /// <summary>What tags were found to name in this round: no tag is asked for twice.</summary>
    private readonly ConcurrentDictionary<string, Digest> _named = new(StringComparer.Ordinal);

    /// <summary>How many images are without their configuration.</summary>
    public int Cut => _held.Cut;

    /// <summary>What the resource's own status says. It may have been written by others, and is shown to no other resource.</summary>
    private readonly Lazy<IReadOnlyDictionary<Digest, ImageDetails>> _own = new(() => known.Values.Where(image => image.Details is not null)
        .DistinctBy(image => image.Digest).ToDictionary(image => image.Digest, image => image.Details!));

    /// <param name="tag">The tag.</param>
    /// <param name="digest">What it names.</param>
    /// <param name="manifest">That, where it was read already.</param>
    /// <param name="limit">Bytes of a document; null for the usual limits.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    private delegate Task<InspectedImage> TagRead(
        VersionedTag tag, Digest digest, VerifiedManifest? manifest, long? limit, CancellationToken cancellationToken);

    /// <summary>Gives back what was held for further reading.</summary>
    public void Dispose() => _glances.Dispose();

    /// <summary>Inspects one tag. Any failure becomes the tag's reason; only the caller's own cancellation is thrown.</summary>
    public Task<InspectedImage> InspectAsync(VersionedTag tag, CancellationToken cancellationToken) =>
        InTurnAsync(tag, headFirst: false, ReadDetailsAsync, cancellationToken);

    /// <summary>Finds out what a tag names and when that was created, which takes an index alone where its descriptors say so. Fails as
    /// <see cref="InspectAsync"/> does.</summary>
    public Task<InspectedImage> DateAsync(WantedTag wanted, CancellationToken cancellationToken) =>
        InTurnAsync(wanted.Tag, wanted.MayBeAlias, GlanceAsync, cancellationToken);

    private async Task<InspectedImage> InTurnAsync(VersionedTag tag, bool headFirst, TagRead read, CancellationToken cancellationToken)
    {
        var before = known.GetValueOrDefault(tag.Tag);
        Digest? digest = null;
        try
        {
            // Without a place: this holds nothing, and a registry that hangs takes no place from the others of its namespace.
            digest = await ResolveAsync(tag.Tag, before, headFirst, cancellationToken);
            if (digest is { } named && (_own.Value.GetValueOrDefault(named) ?? await FindDetailsAsync(named, cancellationToken)) is { } details)
                return With(tag, named, details);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return Failed(tag, before, digest, exception, cancellationToken);
        }

        // Nothing that was read outlives its place, but details.
        for (var isLarge = false; ; isLarge = true)
        {
            using var place = await _budget.EnterAsync(registry.Group, isLarge, cancellationToken);
            if (await TryAsync(tag, before, read, isLarge ? null : ReadingBudget.SmallDocument, cancellationToken) is { } image) return image;
        }
    }

    /// <summary>Reads one tag; null where a document of its image is larger than the limit, and has to wait for the place of a large one.</summary>
    private async Task<InspectedImage?> TryAsync(VersionedTag tag, KnownImage? before, TagRead read, long? limit, CancellationToken cancellationToken)
    {
        Digest? digest = null;
        try
        {
            var (named, manifest) = await ReadTagAsync(tag.Tag, limit, cancellationToken);
            digest = named;
            registry.Rights.Add(named);
            return await read(tag, named, manifest, limit, cancellationToken);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return IsAboveLimit(exception, limit) ? null : Failed(tag, before, digest, exception, cancellationToken);
        }
    }

    private InspectedImage Failed(VersionedTag tag, KnownImage? before, Digest? digest, Exception exception, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (exception is not (RegistryException or JsonException)) LogFault(exception, tag.Tag, client.Repository);
        var unread = Unread(tag, before, digest, exception);
        // Its time is known: an image that can't be read further keeps its place.
        return digest is { } value && _glances.Find(value) is { } glance ? unread with { LastKnown = unread.LastKnown ?? glance } : unread;
    }

    private static bool IsAboveLimit(Exception exception, long? limit) =>
        limit is not null && exception is RegistryException { Kind: RegistryErrorKind.TooLarge };

    private async Task<InspectedImage> ReadDetailsAsync(
        VersionedTag tag, Digest digest, VerifiedManifest? manifest, long? limit, CancellationToken cancellationToken) =>
        With(tag, digest, _own.Value.GetValueOrDefault(digest)
            ?? await FindDetailsAsync(digest, cancellationToken)
            ?? await _reads.OnceAsync(
                digest, () => ReadDetailsAsync(digest, manifest, limit, cancellationToken), failure => IsAboveLimit(failure, limit), cancellationToken));

    private async Task<InspectedImage> GlanceAsync(
        VersionedTag tag, Digest digest, VerifiedManifest? manifest, long? limit, CancellationToken cancellationToken)
    {
        if ((_own.Value.GetValueOrDefault(digest) ?? await FindDetailsAsync(digest, cancellationToken)) is { } details) return With(tag, digest, details);
        if (known.GetValueOrDefault(tag.Tag) is { } before && before.Digest == digest && (before.Created is not null || before.IsUndated))
            return new InspectedImage(tag) { Digest = digest, LastKnown = before };
        return await _reads.OnceAsync(digest, async () =>
        {
            if (_glances.Find(digest) is { } glance) return new InspectedImage(tag) { Digest = digest, LastKnown = glance };
            if (await FindDetailsAsync(digest, cancellationToken) is { } found) return With(tag, digest, found);
            manifest ??= _glances.FindManifest(digest) ?? await client.ReadVerifiedAsync(digest, limit, cancellationToken);
            return _glances.Add(manifest) is { } added
                ? new InspectedImage(tag) { Digest = digest, LastKnown = added }
                : With(tag, digest, await ReadDetailsAsync(digest, manifest, limit, cancellationToken));
        }, failure => IsAboveLimit(failure, limit), cancellationToken);
    }

    private InspectedImage With(VersionedTag tag, Digest digest, ImageDetails details) =>
        _held.Hold(tag.Tag, digest, details) is { } held ? new InspectedImage(tag) { Digest = digest, Details = held } : new InspectedImage(tag)
        {
            Digest = digest,
            Reason = RoundFailure.Busy,
            Message = $"'{tag.Tag}' was read, but the scans of its namespace take all the memory that they may. {RoundFailure.BusyAdvice}",
            LastKnown = known.GetValueOrDefault(tag.Tag) is { } before && before.Digest == digest ? before : null,
        };

    private static InspectedImage Unread(VersionedTag tag, KnownImage? before, Digest? digest, Exception exception)
    {
        // A transient failure changes nothing: the tag keeps what it had. Other failures are about what the tag names now.
        if (exception is RegistryException { IsTransient: true }) digest = null;
        var isGone = digest is null && exception is RegistryException { Kind: RegistryErrorKind.NotFound };
        var isMoved = digest is not null && digest != before?.Digest;
        return new InspectedImage(tag)
        {
            Digest = digest,
            Reason = ImageReasons.Of(exception),
            Message = ImageReasons.Sentence(exception, tag.Tag),
            LastKnown = isGone || isMoved ? null : before,
        };
    }

    /// <summary>
    /// What a tag names: asked for by HEAD where it is known, or likely to be an alias. Null where it has to be read: nothing can be read by the digest that
    /// goes with schema 1.
    /// </summary>
    private async Task<Digest?> ResolveAsync(string tag, KnownImage? before, bool headFirst, CancellationToken cancellationToken)
    {
        if (_named.TryGetValue(tag, out var known)) return known;
        if (before is null && !headFirst) return null;
        var named = await client.ResolveAsync(tag, cancellationToken);
        if (MediaTypes.IsSchema1(named.MediaType) && named.Digest != before?.Digest) return null;
        _named[tag] = named.Digest;
        registry.Rights.Add(named.Digest);
        return named.Digest;
    }

    private async Task<(Digest Digest, VerifiedManifest? Manifest)> ReadTagAsync(string tag, long? limit, CancellationToken cancellationToken)
    {
        if (_named.TryGetValue(tag, out var known)) return (known, null);
        var manifest = await client.ReadVerifiedAsync(tag, limit, cancellationToken);
        if (!MediaTypes.IsSchema1(manifest.MediaType)) _named[tag] = manifest.Digest;
        return (manifest.Digest, manifest);
    }

    /// <summary>
    /// What another access may have read, once this one has shown that it can read it, too. That it was told the index's digest does not show it for the
    /// platform's manifest: an index may be pushed to a repository without what it names.
    /// </summary>
    private async Task<ImageDetails?> FindDetailsAsync(Digest digest, CancellationToken cancellationToken)
    {
        if (cache.Find(registry.Domain, digest) is not { } found) return null;
        if (found.Shown != digest) await registry.Rights.ProveAsync(client, found.Shown, cancellationToken);
        return found.Details;
    }

    private async Task<ImageDetails> ReadDetailsAsync(Digest digest, VerifiedManifest? manifest, long? limit, CancellationToken cancellationToken)
    {
        if (await FindDetailsAsync(digest, cancellationToken) is { } found) return found;
        manifest ??= _glances.FindManifest(digest) ?? await client.ReadVerifiedAsync(digest, limit, cancellationToken);
        var reader = new ImageDetailsReader(client, documents, registry.Rights, _glances);
        var details = await reader.ReadAsync(manifest, limit, cancellationToken);
        cache.Add(registry.Domain, details);
        return details.Details;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Tag} of {Repository} could not be read, by a fault")]
    private partial void LogFault(Exception fault, string tag, RepositoryReference repository);
}
