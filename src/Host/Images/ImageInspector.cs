using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;

namespace RegistryOperator.Host.Images;

/// <summary>
/// Resolves what tags name, for one round over one repository. A known tag costs one HEAD while its digest is unchanged; a new
/// one costs its manifest, and each new digest its configuration, once however many tags share it.
/// </summary>
internal sealed partial class ImageInspector(
    IRegistryClient client, ImageCache cache, IReadOnlyDictionary<string, KnownImage> known, ILogger logger, ImageDocuments? documents = null)
{
    /// <summary>A digest that could not be read is retried once, for the next tag that names it; further tags get that failure.</summary>
    public const int MaximumReadsOfADigest = 2;

    private readonly string _host = client.Repository.Registry.ToString();
    private readonly ImageDetailsReader _reader = new(client, documents);
    private readonly ConcurrentDictionary<Digest, DigestRead> _reads = new();

    /// <summary>What tags were found to name in this round: no tag is asked for twice.</summary>
    private readonly ConcurrentDictionary<string, Digest> _named = new(StringComparer.Ordinal);

    /// <summary>Indexes that were read for their time alone. Few: choosing is bounded.</summary>
    private readonly ConcurrentDictionary<Digest, (KnownImage Image, Manifest Index)> _glances = new();

    /// <summary>Inspects one tag. Any failure becomes the tag's reason; only the caller's own cancellation is thrown.</summary>
    public Task<InspectedImage> InspectAsync(VersionedTag tag, CancellationToken cancellationToken) =>
        TryAsync(tag, headFirst: false, ReadDetailsAsync, cancellationToken);

    /// <summary>Finds out what a tag names and when that was created, which takes an index alone where its descriptors say so. Fails as
    /// <see cref="InspectAsync"/> does.</summary>
    public Task<InspectedImage> DateAsync(WantedTag wanted, CancellationToken cancellationToken) =>
        TryAsync(wanted.Tag, wanted.MayBeAlias, GlanceAsync, cancellationToken);

    private async Task<InspectedImage> TryAsync(
        VersionedTag tag, bool headFirst, Func<VersionedTag, Digest, Manifest?, CancellationToken, Task<InspectedImage>> read,
        CancellationToken cancellationToken)
    {
        var before = known.GetValueOrDefault(tag.Tag);
        Digest? digest = null;
        try
        {
            Manifest? manifest = null;
            if (_named.TryGetValue(tag.Tag, out var named)) digest = named;
            else if (before is null && !headFirst) digest = (manifest = await client.GetManifestAsync(tag.Tag, cancellationToken)).Digest;
            else digest = (await client.ResolveAsync(tag.Tag, cancellationToken)).Digest;
            _named[tag.Tag] = digest.Value;
            return await read(tag, digest.Value, manifest, cancellationToken);
        }
        catch (Exception exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (exception is not (RegistryException or JsonException)) LogFault(exception, tag.Tag, client.Repository);
            var unread = Unread(tag, before, digest, exception);
            // Its time is known: an image that can't be read further keeps its place.
            return digest is { } value && _glances.TryGetValue(value, out var glance) ? unread with { LastKnown = unread.LastKnown ?? glance.Image } : unread;
        }
    }

    private async Task<InspectedImage> ReadDetailsAsync(VersionedTag tag, Digest digest, Manifest? manifest, CancellationToken cancellationToken)
    {
        var before = known.GetValueOrDefault(tag.Tag);
        var details = FindDetails(digest, before) ?? await OnceAsync(digest, () => ReadDetailsAsync(digest, manifest, cancellationToken), cancellationToken);
        return new InspectedImage(tag) { Digest = digest, Details = details };
    }

    private async Task<InspectedImage> GlanceAsync(VersionedTag tag, Digest digest, Manifest? manifest, CancellationToken cancellationToken)
    {
        var before = known.GetValueOrDefault(tag.Tag);
        if (FindDetails(digest, before) is { } details) return new InspectedImage(tag) { Digest = digest, Details = details };
        if (before is { Created: not null } && before.Digest == digest) return new InspectedImage(tag) { Digest = digest, LastKnown = before };
        return await OnceAsync<InspectedImage>(digest, async () =>
        {
            if (!_glances.TryGetValue(digest, out var glance))
            {
                manifest ??= await client.GetManifestAsync(digest.ToString(), cancellationToken);
                if (IndexTime.Of(manifest) is not { } created)
                    return new InspectedImage(tag) { Digest = digest, Details = await ReadDetailsAsync(digest, manifest, cancellationToken) };
                glance = (new KnownImage(digest, null, null) { Created = created }, manifest);
                _glances[digest] = glance;
            }

            return new InspectedImage(tag) { Digest = digest, LastKnown = glance.Image };
        }, cancellationToken);
    }

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

    private ImageDetails? FindDetails(Digest digest, KnownImage? before)
    {
        if (before?.Details is null || before.Digest != digest) return cache.Find(_host, digest);
        cache.Add(_host, digest, before.Details);
        return before.Details;
    }

    private async Task<ImageDetails> ReadDetailsAsync(Digest digest, Manifest? manifest, CancellationToken cancellationToken)
    {
        if (cache.Find(_host, digest) is { } known) return known;
        manifest ??= _glances.TryGetValue(digest, out var glance) ? glance.Index : await client.GetManifestAsync(digest.ToString(), cancellationToken);
        var details = await _reader.ReadAsync(manifest, cancellationToken);
        cache.Add(_host, digest, details);
        return details;
    }

    /// <summary>
    /// Reads a digest once: tags that share it wait for the one that reads it. Each that has to read does so by itself, so that no caller gets
    /// another's cancellation.
    /// </summary>
    private async Task<T> OnceAsync<T>(Digest digest, Func<Task<T>> readAsync, CancellationToken cancellationToken)
    {
        var read = _reads.GetOrAdd(digest, _ => new DigestRead());
        await read.Turn.WaitAsync(cancellationToken);
        try
        {
            if (read.Failures >= MaximumReadsOfADigest && cache.Find(_host, digest) is null) throw read.Failure!;
            var result = await readAsync();
            _reads.TryRemove(digest, out _);
            return result;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            read.Failures++;
            read.Failure = exception;
            throw;
        }
        finally
        {
            read.Turn.Release();
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Tag} of {Repository} could not be read, by a fault")]
    private partial void LogFault(Exception fault, string tag, RepositoryReference repository);

    /// <summary>The outcome of one digest in this round.</summary>
    private sealed class DigestRead
    {
        public SemaphoreSlim Turn { get; } = new(1, 1);

        /// <summary>How often it could not be read.</summary>
        public int Failures { get; set; }

        /// <summary>Why, the last time.</summary>
        public Exception? Failure { get; set; }
    }
}
