using RegistryOperator.Abstractions.Attachments;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Attachments;

/// <summary>What is attached to one image, for all its scanners in a round: looked for when the first one asks.</summary>
/// <param name="manifests">The repository's manifests.</param>
/// <param name="walks">The walks under way in the repository.</param>
/// <param name="image">What the tag names.</param>
/// <param name="walk">Makes a walk over the places.</param>
internal sealed class ImageAttachments(
    ManifestCache manifests, SingleFlight<Digest, ImageAttachmentList> walks, Digest image, Func<AttachmentWalk> walk) : IImageAttachments
{
    private volatile ImageAttachmentList? _list;

    public async Task<ImageAttachmentList> ListAsync(CancellationToken cancellationToken) =>
        _list ?? await walks.RunAsync(image, async ends => _list ??= await walk().RunAsync(ends), cancellationToken);

    public Task<Manifest> ReadManifestAsync(ImageAttachment attachment, CancellationToken cancellationToken) =>
        manifests.ReadAsync(attachment.Descriptor.Digest, cancellationToken);
}
