using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;

namespace RegistryOperator.Plugins.Drift.Images;

/// <summary>Which tags name a digest, or are remembered to have named it, as far as that is known without asking the registry.</summary>
internal sealed class TagsByDigest(IReadOnlyList<TaggedImage> images, ImageMemory memory)
{
    private readonly Lazy<ILookup<Digest, string>> _now = new(() => Now(images));
    private readonly Lazy<ILookup<Digest, string>> _before = new(() => Before(images, memory));

    /// <summary>The tags that name it now; where none does, those that have named it.</summary>
    public IEnumerable<string> Of(Digest digest) => _now.Value[digest] is var named && named.Any() ? named : _before.Value[digest];

    private static ILookup<Digest, string> Now(IReadOnlyList<TaggedImage> images) => (
        from image in images
        from digest in image.Platforms.Concat(image.OtherPlatforms).Select(platform => platform.Digest).Append(image.Digest).Distinct()
        select (digest, image.Tag)).ToLookup(pair => pair.digest, pair => pair.Tag);

    private static ILookup<Digest, string> Before(IReadOnlyList<TaggedImage> images, ImageMemory memory)
    {
        var told = images.SelectMany(image => image.History.Select(entry => (entry.Digest, image.Tag)));
        var seen =
            from pair in memory.Tags
            where Digest.TryParse(pair.Value.Digest, out _)
            select (Digest.Parse(pair.Value.Digest), pair.Key);
        return told.Concat(seen).Distinct().ToLookup(pair => pair.Item1, pair => pair.Item2);
    }
}
