using System.Text.Json;
using System.Text.Json.Serialization;
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
            .OrderBy(one => one.Order)
            .DistinctBy(one => one.attachment.Descriptor.Digest);
        foreach (var (index, (attachment, order)) in known.Index())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var isUnknown = order == AttachedMediaTypes.Unknown;
            if (index < AttachedLimits.Attachments && _read < AttachedLimits.Items) await ReadAsync(attachment, isUnknown, cancellationToken);
            else if (!isUnknown) _found.Add(Unread(attachment));
        }

        return _found;
    }

    /// <param name="attachment">The attachment.</param>
    /// <param name="isUnknown">True where nothing says that it is an attestation: then only what is in it counts.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    private async Task ReadAsync(ImageAttachment attachment, bool isUnknown, CancellationToken cancellationToken)
    {
        if (AttachedMediaTypes.NameOf(attachment.ArtifactType) is { } named)
        {
            Add([Named(attachment, named)]);
            return;
        }

        var content = await contents.ReadManifestAsync(attachment, cancellationToken);
        if (content.Problem is not null)
        {
            if (!isUnknown) Add([Broken(attachment, content.Problem) with { IsUnread = content.IsUnread }]);
            return;
        }

        var before = _read;
        foreach (var layer in LayersOf(attachment.Descriptor, content.Bytes).DistinctBy(IdOf))
        {
            if (isUnknown && !AttachedMediaTypes.IsRead(layer.MediaType)) continue;
            if (_read < AttachedLimits.Items)
            {
                Add(await ReadAsync(attachment, layer, cancellationToken));
                continue;
            }

            _found.Add(Unread(attachment));
            return;
        }

        if (_read == before && !isUnknown) Add([Broken(attachment, Problems.InvalidManifest)]);
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

    /// <summary>What a layer says: one that is listed again says nothing new, but a signature of its own in its annotations.</summary>
    private static string IdOf(Descriptor layer)
    {
        var annotations = (layer.Annotations ?? new Dictionary<string, string>()).OrderBy(one => one.Key, StringComparer.Ordinal);
        return JsonSerializer.Serialize(
            [layer.Digest.ToString(), layer.MediaType, .. annotations.SelectMany(one => (string[])[one.Key, one.Value])], LayerIdJson.Default.StringArray);
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
        Subjects = [attachment.Subject],
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

[JsonSerializable(typeof(string[]))]
internal sealed partial class LayerIdJson : JsonSerializerContext;
