using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Host.Access;
using RegistryOperator.Oci.Client;
using RegistryOperator.Oci.Reading;
using RegistryOperator.Shared;

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
internal sealed partial class ImageInspector(
    IRegistryClient client, OpenedRegistry registry, ImageCache cache, IReadOnlyDictionary<string, KnownImage> known, ILogger logger,
    ImageDocuments? documents = null)
{
    /// <summary>A digest that could not be read is retried once, for the next tag that names it; further tags get that failure.</summary>
    public const int MaximumReadsOfADigest = 2;

    /// <summary>Bytes of details that one round holds: more than a status can show by far. Beyond it, images are kept without their configuration.</summary>
    public const long MaximumHeldBytes = 16 * 1024 * 1024;

    /// <summary>Bytes of a manifest that is large. Usual ones have some KiB; once a repository has shown one, its images are read one at a time.</summary>
    public const int LargeManifest = 256 * 1024;

    private readonly ImageDetailsReader _reader = new(client, documents, registry.Rights);
    private readonly ConcurrentDictionary<Digest, DigestRead> _reads = new();
    private readonly FairGate _oneAtATime = new(1);
    private volatile bool _hasLarge;
    private long _held;
    private int _cut;

    /// <summary>How many images are without their configuration.</summary>
    public int Cut => Volatile.Read(ref _cut);

    /// <summary>What the resource's own status says. It may have been written by others, and is shown to no other resource.</summary>
    private readonly Lazy<IReadOnlyDictionary<Digest, ImageDetails>> _own = new(() => known.Values.Where(image => image.Details is not null)
        .DistinctBy(image => image.Digest).ToDictionary(image => image.Digest, image => image.Details!));

    /// <summary>Inspects one tag. Any failure becomes the tag's reason; only the caller's own cancellation is thrown.</summary>
    public async Task<InspectedImage> InspectAsync(VersionedTag tag, CancellationToken cancellationToken)
    {
        if (!_hasLarge) return await InspectNowAsync(tag, cancellationToken);
        using var turn = await _oneAtATime.EnterAsync("", cancellationToken);
        return await InspectNowAsync(tag, cancellationToken);
    }

    private async Task<InspectedImage> InspectNowAsync(VersionedTag tag, CancellationToken cancellationToken)
    {
        var before = known.GetValueOrDefault(tag.Tag);
        Digest? digest = null;
        try
        {
            var (named, manifest) = await ReadTagAsync(tag.Tag, before, cancellationToken);
            digest = named;
            registry.Rights.Add(named);
            var details = _own.Value.GetValueOrDefault(named)
                ?? await FindDetailsAsync(named, cancellationToken)
                ?? await ReadOnceAsync(named, manifest, cancellationToken);
            return new InspectedImage(tag) { Digest = digest, Details = Hold(details) };
        }
        catch (Exception exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (exception is not (RegistryException or JsonException)) LogFault(exception, tag.Tag, client.Repository);
            return Unread(tag, before, digest, exception);
        }
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

    private VerifiedManifest Noted(VerifiedManifest manifest)
    {
        if (manifest.Manifest.Content.Length > LargeManifest) _hasLarge = true;
        return manifest;
    }

    private ImageDetails Hold(ImageDetails details)
    {
        if (Interlocked.Add(ref _held, DetailLimits.SizeOf(details)) <= MaximumHeldBytes) return details;
        Interlocked.Increment(ref _cut);
        return DetailLimits.WithoutLists(details);
    }

    /// <summary>What a tag names: asked for by HEAD where it is known, else read. Nothing can be read by the digest that goes with schema 1.</summary>
    private async Task<(Digest Digest, VerifiedManifest? Manifest)> ReadTagAsync(string tag, KnownImage? before, CancellationToken cancellationToken)
    {
        if (before is not null)
        {
            var named = await client.ResolveAsync(tag, cancellationToken);
            if (!MediaTypes.IsSchema1(named.MediaType) || named.Digest == before.Digest) return (named.Digest, null);
        }

        var manifest = Noted(await client.ReadVerifiedAsync(tag, cancellationToken));
        return (manifest.Digest, manifest);
    }

    /// <summary>
    /// What another access may have read, once this one has shown that it can read it, too. That it was told the index's digest does not show it for the
    /// platform's
    /// manifest: an index may be pushed to a repository without what it names.
    /// </summary>
    private async Task<ImageDetails?> FindDetailsAsync(Digest digest, CancellationToken cancellationToken)
    {
        if (cache.Find(registry.Domain, digest) is not { } found) return null;
        if (found.Shown != digest) await registry.Rights.ProveAsync(client, found.Shown, cancellationToken);
        return found.Details;
    }

    /// <summary>
    /// Reads a digest's details once: tags that share a digest wait for the one that reads it. Each that has to read does so by itself, so
    /// that no caller gets another's cancellation.
    /// </summary>
    private async Task<ImageDetails> ReadOnceAsync(Digest digest, VerifiedManifest? manifest, CancellationToken cancellationToken)
    {
        var read = _reads.GetOrAdd(digest, _ => new DigestRead());
        await read.Turn.WaitAsync(cancellationToken);
        try
        {
            if (read.Failures >= MaximumReadsOfADigest) throw read.Failure!;
            if (await FindDetailsAsync(digest, cancellationToken) is { } found) return found;
            var details = await _reader.ReadAsync(manifest ?? Noted(await client.ReadVerifiedAsync(digest, cancellationToken)), cancellationToken);
            cache.Add(registry.Domain, details);
            _reads.TryRemove(digest, out _);
            return details.Details;
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
