using System.Collections.Concurrent;
using RegistryOperator.Abstractions.Attachments;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Attachments;

/// <summary>What is attached to the images of one round. Asks for nothing until a scanner does.</summary>
/// <param name="client">The repository.</param>
/// <param name="tags">All its tags; null where there is no complete list.</param>
internal sealed class RoundAttachments(IRegistryClient client, IReadOnlyCollection<string>? tags)
{
    private readonly RepositoryTags _tags = new(tags);
    private readonly ManifestCache _manifests = new(client);
    private readonly SingleFlight<Digest, ImageAttachmentList> _walks = new();
    private readonly ConcurrentDictionary<Digest, IImageAttachments> _images = new();

    /// <summary>The attachments of an image: the same for all that ask.</summary>
    /// <param name="image">What the tag names.</param>
    /// <param name="platforms">The manifests of its platforms that are scanned.</param>
    public IImageAttachments Of(Digest image, IReadOnlyList<Digest> platforms) =>
        _images.GetOrAdd(image, _ => new ImageAttachments(_manifests, _walks, image, () => new AttachmentWalk(client, _manifests, _tags, image, platforms)));
}
