using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Shared;

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

    /// <summary>Bytes of details that one round holds: more than a status can show by far. Beyond it, images are kept without their configuration.</summary>
    public const long MaximumHeldBytes = 16 * 1024 * 1024;

    /// <summary>Bytes of a manifest that is large. Usual ones have some KiB; once a repository has shown one, its images are read one at a time.</summary>
    public const int LargeManifest = 256 * 1024;

    private readonly string _host = client.Repository.Registry.ToString();
    private readonly ImageDetailsReader _reader = new(client, documents);
    private readonly ConcurrentDictionary<Digest, DigestRead> _reads = new();
    private readonly FairGate _oneAtATime = new(1);
    private volatile bool _hasLarge;
    private long _held;
    private int _cut;

    /// <summary>How many images are without their configuration.</summary>
    public int Cut => Volatile.Read(ref _cut);

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
            Manifest? manifest = null;
            if (before is null) manifest = await GetManifestAsync(tag.Tag, cancellationToken);
            digest = manifest?.Digest ?? (await client.ResolveAsync(tag.Tag, cancellationToken)).Digest;
            var details = FindDetails(digest.Value, before) ?? await ReadOnceAsync(digest.Value, manifest, cancellationToken);
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

    private async Task<Manifest> GetManifestAsync(string reference, CancellationToken cancellationToken)
    {
        var manifest = await client.GetManifestAsync(reference, cancellationToken);
        if (manifest.Content.Length > LargeManifest) _hasLarge = true;
        return manifest;
    }

    private ImageDetails Hold(ImageDetails details)
    {
        if (Interlocked.Add(ref _held, DetailLimits.SizeOf(details)) <= MaximumHeldBytes) return details;
        Interlocked.Increment(ref _cut);
        return DetailLimits.WithoutLists(details);
    }

    private ImageDetails? FindDetails(Digest digest, KnownImage? before)
    {
        if (before?.Details is null || before.Digest != digest) return cache.Find(_host, digest);
        cache.Add(_host, digest, before.Details);
        return before.Details;
    }

    /// <summary>
    /// Reads a digest's details once: tags that share a digest wait for the one that reads it. Each that has to read does so by itself, so
    /// that no caller gets another's cancellation.
    /// </summary>
    private async Task<ImageDetails> ReadOnceAsync(Digest digest, Manifest? manifest, CancellationToken cancellationToken)
    {
        var read = _reads.GetOrAdd(digest, _ => new DigestRead());
        await read.Turn.WaitAsync(cancellationToken);
        try
        {
            if (cache.Find(_host, digest) is { } details) return details;
            if (read.Failures >= MaximumReadsOfADigest) throw read.Failure!;
            details = await _reader.ReadAsync(manifest ?? await GetManifestAsync(digest.ToString(), cancellationToken), cancellationToken);
            cache.Add(_host, digest, details);
            _reads.TryRemove(digest, out _);
            return details;
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
