using System.Text.Json;
using RegistryOperator.Abstractions.Attachments;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Plugins.Provenance.Documents;

namespace RegistryOperator.Plugins.Provenance.Attached;

/// <summary>Reads the signatures and statements in an image's attachments, within <see cref="AttachedLimits"/>, signatures and provenance first.</summary>
internal sealed class EvidenceReader(ContentReader contents, IReadOnlyList<Digest> image, IReadOnlyList<PlatformManifest> others)
{
    private readonly LayerReader _layers = new(image, others);
    private readonly List<Evidence> _found = [];
    private int _read;

    public async Task<IReadOnlyList<Evidence>> ReadAsync(IReadOnlyList<ImageAttachment> attachments, CancellationToken cancellationToken)
    {
        var known = attachments
            .Select(attachment => (attachment, Order: AttachedMediaTypes.OrderOf(attachment)))
            .Where(one => one.Order is not null)
            .OrderBy(one => one.Order)
            .Select(one => one.attachment)
            .DistinctBy(attachment => attachment.Descriptor.Digest);
        foreach (var (index, attachment) in known.Index())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (index < AttachedLimits.Attachments && _read < AttachedLimits.Items) await ReadAsync(attachment, cancellationToken);
            else _found.Add(Unread(attachment));
        }

        return _found;
    }

    private async Task ReadAsync(ImageAttachment attachment, CancellationToken cancellationToken)
    {
        if (AttachedMediaTypes.NameOf(attachment.ArtifactType) is { } named)
        {
            Add([Named(attachment, named)]);
            return;
        }

        var content = await contents.ReadManifestAsync(attachment, cancellationToken);
        if (content.Problem is not null)
        {
            Add([Broken(attachment, content.Problem) with { IsUnread = content.IsUnread }]);
            return;
        }

        var before = _read;
        foreach (var layer in LayersOf(attachment.Descriptor, content.Bytes))
        {
            if (_read < AttachedLimits.Items)
            {
                Add(await ReadAsync(attachment, layer, cancellationToken));
                continue;
            }

            _found.Add(Unread(attachment));
            return;
        }

        if (_read == before) Add([Broken(attachment, Problems.InvalidManifest)]);
    }

    private void Add(IReadOnlyList<Evidence> read)
    {
        var most = AttachedLimits.Items - _read;
        _found.AddRange(read.Take(most));
        if (read.Count > most) _found.Add(Unread(read[0].Attachment));
        _read += Math.Min(read.Count, most);
    }

    /// <summary>What is in a layer; nothing where it is none that is known.</summary>
    private async Task<IReadOnlyList<Evidence>> ReadAsync(ImageAttachment attachment, Descriptor layer, CancellationToken cancellationToken)
    {
        var predicateType = LayerReader.PredicateTypeOf(layer);
        // What BuildKit puts into an index is never signed, and its SBOMs are large.
        if (attachment.Source == AttachmentSource.IndexEntry && predicateType is not null
            && PredicateTypes.TypeOf(predicateType) != AttestationTypes.Provenance)
        {
            return [Named(attachment, PredicateTypes.TypeOf(predicateType)) with { PredicateType = predicateType }];
        }

        if (AttachedMediaTypes.NameOf(layer.MediaType) is { } named) return [Named(attachment, named)];
        // Of an attachment that says it is an attestation, all is read: tools give the file any type.
        if (!AttachedMediaTypes.IsRead(layer.MediaType) && !AttachedMediaTypes.IsRead(attachment.ArtifactType)) return [];
        var content = await contents.ReadBlobAsync(layer, cancellationToken);
        return content.Problem is { } problem
            ? [Broken(attachment, problem) with { Type = LayerReader.TypeOf(layer), PredicateType = predicateType, IsUnread = content.IsUnread }]
            : _layers.Read(attachment, layer, content.Bytes);
    }

    /// <summary>None where it is no manifest, or an index, which has no place here.</summary>
    private static IReadOnlyList<Descriptor> LayersOf(Descriptor descriptor, ReadOnlyMemory<byte> content)
    {
        try
        {
            return new Manifest { MediaType = descriptor.MediaType, Digest = descriptor.Digest, Content = content }.ReadImageManifest().Layers ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    /// <summary>Counted, though nothing of it is verified.</summary>
    private static Evidence Named(ImageAttachment attachment, string type) => new(attachment, type)
    {
        Subject = attachment.Subject,
        Problem = type == AttestationTypes.Notation ? Problems.Notation : Problems.Unsigned,
    };

    private static Evidence Unread(ImageAttachment attachment) =>
        Broken(attachment, Problems.NotRead) with
        {
            Type = AttachedMediaTypes.NameOf(attachment.ArtifactType) ?? AttestationTypes.Attestation,
            IsUnread = true,
        };

    private static Evidence Broken(ImageAttachment attachment, ContentProblem problem) => new(
        attachment,
        attachment.Tag?.EndsWith(".sig", StringComparison.Ordinal) is true ? AttestationTypes.Signature : AttestationTypes.Attestation)
    {
        Problem = problem,
    };
}
