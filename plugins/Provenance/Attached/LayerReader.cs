using System.Text.Json;
using RegistryOperator.Abstractions.Attachments;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Plugins.Provenance.Documents;
using RegistryOperator.Sigstore.Bundles;

namespace RegistryOperator.Plugins.Provenance.Attached;

/// <summary>
/// Reads a layer by what it contains, since tools use the same media type for bare statements and for envelopes: Sigstore bundles, DSSE envelopes, cosign's
/// simple signing, in-toto statements; one, or one in each line.
/// </summary>
/// <param name="image">The digests of the image and its platforms, of which a statement has to name one.</param>
/// <param name="others">The image's platforms that are not scanned.</param>
internal sealed class LayerReader(IReadOnlyList<Digest> image, IReadOnlyList<PlatformManifest> others)
{
    private static readonly string[] PredicateTypeKeys = ["predicateType", "in-toto.io/predicate-type", "dev.sigstore.bundle.predicateType"];

    /// <summary>The predicate's type, as the layer's annotations tell it; null where they don't.</summary>
    public static string? PredicateTypeOf(Descriptor layer) =>
        PredicateTypeKeys.Select(key => layer.Annotations?.GetValueOrDefault(key)).FirstOrDefault(value => !string.IsNullOrEmpty(value));

    /// <summary>What a layer seems to be, before it is read.</summary>
    public static string TypeOf(Descriptor layer) => layer.MediaType == AttachedMediaTypes.SimpleSigning
        ? AttestationTypes.Signature
        : PredicateTypes.TypeOf(PredicateTypeOf(layer));

    public IReadOnlyList<Evidence> Read(ImageAttachment attachment, Descriptor layer, ReadOnlyMemory<byte> content)
    {
        if (layer.MediaType == AttachedMediaTypes.SimpleSigning) return [ReadSimpleSigning(attachment, layer, content)];
        var documents = DocumentsOf(content, out var isCut);
        if (documents.Count == 0) return [Broken(attachment, layer, "It is no valid JSON, is nested too deeply, or has a name twice.")];
        var read = documents.Select(document => ReadDocument(attachment, layer, document));
        return isCut ? [.. read, new Evidence(attachment, TypeOf(layer)) { Problem = Problems.NotRead, IsUnread = true }] : [.. read];
    }

    /// <summary>The documents in it: itself, or its lines.</summary>
    private static IReadOnlyList<ReadOnlyMemory<byte>> DocumentsOf(ReadOnlyMemory<byte> content, out bool isCut)
    {
        isCut = false;
        using (var whole = StrictJson.TryParse(content))
        {
            if (whole is not null) return [content];
        }

        var lines = new List<ReadOnlyMemory<byte>>();
        while (content.Length > 0 && lines.Count < AttachedLimits.Lines)
        {
            var end = content.Span.IndexOf((byte)'\n');
            var line = end < 0 ? content : content[..end];
            content = end < 0 ? default : content[(end + 1)..];
            if (line.Span.Trim(" \t\r"u8).Length > 0) lines.Add(line);
        }

        isCut = content.Span.Trim(" \t\r\n"u8).Length > 0;
        return lines.Count > 1 ? lines : [];
    }

    private Evidence ReadDocument(ImageAttachment attachment, Descriptor layer, ReadOnlyMemory<byte> json)
    {
        using var document = StrictJson.TryParse(json);
        if (document is not { RootElement: { ValueKind: JsonValueKind.Object } root })
            return Broken(attachment, layer, "It is no JSON object, is nested too deeply, or has a name twice.");
        var mediaType = root.Get("mediaType").Text();
        if (root.Get("verificationMaterial") is not null || mediaType?.StartsWith(AttachedMediaTypes.Bundle, StringComparison.Ordinal) is true)
            return ReadSigned(attachment, layer, SigstoreBundle.Read(json));
        if (root.Get("payloadType") is not null || root.Get("payload") is not null)
            return ReadSigned(attachment, layer, SigstoreBundle.ReadEnvelope(json, AnnotationsOf(layer)));
        if (root.Get("_type") is not null) return ReadStatement(new Evidence(attachment, TypeOf(layer)) { Problem = Problems.Unsigned }, json);
        return Broken(attachment, layer, "It is no Sigstore bundle, no DSSE envelope and no in-toto statement.");
    }

    private Evidence ReadSimpleSigning(ImageAttachment attachment, Descriptor layer, ReadOnlyMemory<byte> content)
    {
        using var document = StrictJson.TryParse(content);
        if (document is null) return Broken(attachment, layer, "The signed payload is no valid JSON.");
        var named = document.RootElement.Get("critical").Get("image").Text("docker-manifest-digest");
        var evidence = new Evidence(attachment, AttestationTypes.Signature) { Bundle = SigstoreBundle.ReadSimpleSigning(content, AnnotationsOf(layer)) };
        return Digest.TryParse(named, out var digest) ? About(evidence, [digest]) : evidence;
    }

    private Evidence ReadSigned(ImageAttachment attachment, Descriptor layer, SigstoreBundle bundle)
    {
        var evidence = new Evidence(attachment, TypeOf(layer)) { Bundle = bundle, PredicateType = PredicateTypeOf(layer) };
        if (bundle.Problem is not null) return evidence;
        if (bundle.UnverifiedPayload is not { } payload)
        {
            // A signature over the manifest itself. What it is attached to, anyone may have listed: which it is for, it says itself.
            var subject = Digest.TryParse(bundle.UnverifiedDigest, out var said) && image.Contains(said) ? said : attachment.Subject;
            return evidence with { Type = AttestationTypes.Signature, Subjects = [subject] };
        }

        if (payload.Type.Contains("in-toto", StringComparison.Ordinal)) return ReadStatement(evidence, payload.Bytes);
        return evidence with { Problem = Problems.Invalid("The envelope contains no in-toto statement, so it is about no artifact.") };
    }

    private Evidence ReadStatement(Evidence evidence, ReadOnlyMemory<byte> json)
    {
        try
        {
            var statement = Statement.Read(json);
            return About(evidence, statement.Subjects) with
            {
                Type = PredicateTypes.TypeOf(statement.PredicateType),
                PredicateType = statement.PredicateType,
                Build = statement.Build,
            };
        }
        catch (InvalidDocumentException invalid)
        {
            return evidence with { Problem = Problems.Invalid(invalid.Message) };
        }
    }

    /// <summary>What it is about: the image, some of its platforms, one of those that are not scanned, or something else.</summary>
    private Evidence About(Evidence evidence, IEnumerable<Digest> named)
    {
        var subjects = named.ToHashSet();
        Digest[] own = [.. image.Where(subjects.Contains)];
        if (own.Length > 0) return evidence with { Subjects = own };
        return others.FirstOrDefault(one => subjects.Contains(one.Digest)) is { } other
            ? evidence with { OtherPlatform = other, Problem = Problems.OtherPlatform(other.Platform) }
            : evidence with { Problem = Problems.OtherSubject };
    }

    private static CosignAnnotations AnnotationsOf(Descriptor layer) =>
        CosignAnnotations.Of(layer.Annotations ?? new Dictionary<string, string>(StringComparer.Ordinal));

    private static Evidence Broken(ImageAttachment attachment, Descriptor layer, string message) =>
        new(attachment, TypeOf(layer)) { PredicateType = PredicateTypeOf(layer), Problem = Problems.Invalid(message) };
}
