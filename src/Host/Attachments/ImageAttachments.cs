using RegistryOperator.Abstractions.Attachments;
using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Host.Attachments;

/// <summary>What is attached to one image, for all its scanners in a round: looked for when the first one asks.</summary>
/// <param name="manifests">The repository's manifests.</param>
/// <param name="walk">Makes a walk over the places.</param>
internal sealed class ImageAttachments(ManifestCache manifests, Func<AttachmentWalk> walk) : IImageAttachments
{
    private readonly Once<ImageAttachmentList> _list = new();

    public Task<ImageAttachmentList> ListAsync(CancellationToken cancellationToken) => _list.GetAsync(token => walk().RunAsync(token), cancellationToken);

    public Task<Manifest> ReadManifestAsync(ImageAttachment attachment, CancellationToken cancellationToken) =>
        manifests.ReadAsync(attachment.Descriptor.Digest, cancellationToken);
}
