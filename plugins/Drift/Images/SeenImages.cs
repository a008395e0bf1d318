using RegistryOperator.Abstractions.Scanning;

namespace RegistryOperator.Plugins.Drift.Images;

/// <summary>What the registry itself was seen to have before this check, by earlier ones or by the host: what only a mirror has is none of it.</summary>
internal sealed class SeenImages(RegistryScanRequest request, ImageMemory memory)
{
    private readonly HashSet<string> _tags = request.Images.Select(image => image.Tag).Concat(request.EarlierTags.Keys).ToHashSet(StringComparer.Ordinal);
    private readonly Lazy<HashSet<string>> _digests = new(() => Digests(request, memory));

    public bool HasTag(string tag) => memory.Had.Contains(tag) || memory.Tags.ContainsKey(tag) || _tags.Contains(tag);

    public bool HasDigest(string digest) => memory.Had.Contains(digest) || memory.Images.ContainsKey(digest) || _digests.Value.Contains(digest);

    private static HashSet<string> Digests(RegistryScanRequest request, ImageMemory memory)
    {
        var platforms = request.Images.SelectMany(image => image.Platforms.Concat(image.OtherPlatforms)).Select(platform => platform.Digest);
        var histories = request.Images.Select(image => image.History).Concat(request.EarlierTags.Values).SelectMany(entries => entries);
        return request.Images.Select(image => image.Digest).Concat(platforms).Concat(histories.Select(entry => entry.Digest)).Distinct()
            .Select(digest => digest.ToString())
            .Concat(memory.Tags.Values.Select(seen => seen.Digest)).Concat(memory.Images.Values.SelectMany(image => image.Platforms))
            .ToHashSet(StringComparer.Ordinal);
    }
}
