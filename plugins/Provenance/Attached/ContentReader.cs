using RegistryOperator.Abstractions.Attachments;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;

namespace RegistryOperator.Plugins.Provenance.Attached;

/// <summary>
/// Reads manifests and blobs of attachments, each once: from the last report, else from the registry. What can't be read has a problem, which fails
/// nothing but its own attestation; only a registry that is down fails the scan, so that the last result stays.
/// </summary>
internal sealed class ContentReader(ImageScanRequest request, StoredEvidence stored, FoundAttachments found)
{
    private readonly Dictionary<Digest, ReportDocument> _read = [];
    private readonly Dictionary<string, ContentProblem> _problems = new(StringComparer.Ordinal);
    private long _bytes;

    /// <summary>All that was read, for the report.</summary>
    public IEnumerable<ReportDocument> Contents => _read.Values;

    public IReadOnlyDictionary<string, ContentProblem> Problems => _problems;

    /// <summary>Reads an attachment's manifest.</summary>
    public Task<Content> ReadManifestAsync(ImageAttachment attachment, CancellationToken cancellationToken) =>
        ReadAsync(attachment.Descriptor, async () =>
        {
            var manifest = await request.Attachments!.ReadManifestAsync(attachment, cancellationToken);
            return new ReportDocument(manifest.MediaType, manifest.Content);
        }, cancellationToken);

    /// <summary>Reads a layer.</summary>
    public Task<Content> ReadBlobAsync(Descriptor layer, CancellationToken cancellationToken) =>
        ReadAsync(layer, async () => new ReportDocument(
            layer.MediaType, await request.Client.ReadBlobAsync(layer, AttachedLimits.BlobBytes, cancellationToken)), cancellationToken);

    private async Task<Content> ReadAsync(Descriptor descriptor, Func<Task<ReportDocument>> fetch, CancellationToken cancellationToken)
    {
        var digest = descriptor.Digest;
        if (_read.TryGetValue(digest, out var before)) return new Content(before.Content, null);
        if (_problems.TryGetValue(digest.ToString(), out var problem)) return new Content(default, problem);
        try
        {
            var document = stored.Find(digest) ?? await FetchAsync(descriptor, fetch);
            _bytes += document.Content.Length;
            _read.Add(digest, document);
            return new Content(document.Content, null);
        }
        catch (RegistryException failure) when (!cancellationToken.IsCancellationRequested && !IsOutage(failure))
        {
            problem = new ContentProblem(ScanReasons.Of(failure.Kind), failure.Message);
        }
        catch (NotReadException refused)
        {
            problem = refused.Problem;
        }

        _problems[digest.ToString()] = problem;
        return new Content(default, problem);
    }

    private async Task<ReportDocument> FetchAsync(Descriptor descriptor, Func<Task<ReportDocument>> fetch)
    {
        if (descriptor.Size is < 0 or > AttachedLimits.BlobBytes)
            throw TooLarge($"It has {descriptor.Size} bytes; up to {AttachedLimits.BlobBytes} are read.");
        if (_bytes + descriptor.Size > AttachedLimits.ImageBytes)
            throw TooLarge($"All that is attached to the image has more than {AttachedLimits.ImageBytes} bytes.");
        if (!found.IsStored) return await fetch();
        throw new NotReadException(found.Listing.Problems.GetValueOrDefault(descriptor.Digest.ToString())
            ?? new ContentProblem(ScanReasons.NotFound, "It was not read when the registry was asked last."));
    }

    /// <summary>A 500 is an answer about what was asked for; 502 to 504, and none at all, are about the registry.</summary>
    private static bool IsOutage(RegistryException failure) =>
        failure.Kind is RegistryErrorKind.TlsFailure
        || (failure.IsTransient && failure.StatusCode is not System.Net.HttpStatusCode.InternalServerError);

    private static NotReadException TooLarge(string message) => new(new ContentProblem(ScanReasons.TooLarge, message));

    private sealed class NotReadException(ContentProblem problem) : Exception(problem.Message)
    {
        public ContentProblem Problem => problem;
    }
}

/// <summary>A manifest's or a blob's bytes, or why they are not there.</summary>
internal readonly record struct Content(ReadOnlyMemory<byte> Bytes, ContentProblem? Problem)
{
    /// <summary>True where there may be something: not where it is gone, or is not what its digest says.</summary>
    public bool IsUnread => Problem is { Reason: not (ScanReasons.NotFound or ScanReasons.InvalidContent) };
}
