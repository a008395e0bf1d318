using RegistryOperator.Abstractions.Attachments;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Testing.Attachments;

/// <summary>
/// What is attached to an image of an <see cref="InMemoryRegistry"/>, as the host hands it to scanners, for tests of a scanner that looks at it. It
/// looks at the same places, but lists referrers as found by the API, and has neither bounds nor a memory: the first failure is thrown.
/// </summary>
/// <param name="client">Reads the registry.</param>
/// <param name="image">The digest of the image, index or manifest.</param>
/// <param name="platforms">The manifests of its platforms, for an index.</param>
public sealed class RegistryAttachments(IRegistryClient client, Digest image, params IReadOnlyList<Digest> platforms) : IImageAttachments
{
    private static readonly string[] CosignSuffixes = [".sig", ".att", ".sbom"];

    /// <inheritdoc/>
    public async Task<ImageAttachmentList> ListAsync(CancellationToken cancellationToken)
    {
        var attachments = new List<ImageAttachment>();
        Digest[] subjects = [.. platforms.Prepend(image).Distinct()];
        foreach (var subject in subjects)
        {
            await foreach (var referrer in client.ListReferrersAsync(subject, artifactType: null, cancellationToken))
                attachments.Add(await AttachmentAsync(referrer, subject, AttachmentSource.ReferrersApi, cancellationToken));
        }

        foreach (var (subject, suffix) in subjects.SelectMany(subject => CosignSuffixes.Select(suffix => (subject, suffix))))
        {
            var tag = $"{subject.Algorithm}-{subject.Encoded}{suffix}";
            if (await FindAsync(tag, cancellationToken) is not { } manifest) continue;
            attachments.Add(await AttachmentAsync(manifest.ToDescriptor(), subject, AttachmentSource.CosignTag, cancellationToken) with { Tag = tag });
        }

        foreach (var entry in await ReadEntriesAsync(cancellationToken))
        {
            var subject = Digest.TryParse(entry.Annotations?.GetValueOrDefault(AnnotationKeys.DockerReferenceDigest), out var named) ? named : image;
            if (subjects.Contains(subject)) attachments.Add(await AttachmentAsync(entry, subject, AttachmentSource.IndexEntry, cancellationToken));
        }

        return new ImageAttachmentList { Attachments = [.. attachments.DistinctBy(attachment => (attachment.Descriptor.Digest, attachment.Subject))] };
    }

    /// <inheritdoc/>
    public Task<Manifest> ReadManifestAsync(ImageAttachment attachment, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(attachment);
        return ReadAsync(attachment.Descriptor.Digest.ToString(), cancellationToken);
    }

    private Task<Manifest> ReadAsync(string reference, CancellationToken cancellationToken) => client.GetManifestAsync(reference, cancellationToken);

    private async Task<Manifest?> FindAsync(string reference, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(reference, cancellationToken);
        }
        catch (RegistryException missing) when (missing.Kind is RegistryErrorKind.NotFound)
        {
            return null;
        }
    }

    /// <summary>The entries of the image's index that BuildKit has made for attestations.</summary>
    private async Task<IEnumerable<Descriptor>> ReadEntriesAsync(CancellationToken cancellationToken)
    {
        // The image may be missing, which is for the scanner to find out.
        var manifest = await FindAsync(image.ToString(), cancellationToken);
        if (!MediaTypes.IsIndex(manifest?.MediaType)) return [];
        return (manifest!.ReadIndex().Manifests ?? [])
            .Where(entry => entry.Annotations?.GetValueOrDefault(AnnotationKeys.DockerReferenceType) == AnnotationKeys.DockerAttestationManifest);
    }

    private async Task<ImageAttachment> AttachmentAsync(Descriptor descriptor, Digest subject, AttachmentSource source, CancellationToken cancellationToken)
    {
        // An index has the same properties, as far as they matter here.
        var manifest = (await ReadAsync(descriptor.Digest.ToString(), cancellationToken)).ReadImageManifest();
        var type = manifest.ArtifactType ?? manifest.Config?.MediaType ?? descriptor.MediaType;
        return new ImageAttachment { Descriptor = descriptor, ArtifactType = type, Subject = subject, Source = source };
    }
}
