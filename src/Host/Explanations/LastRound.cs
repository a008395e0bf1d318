using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Explanations;

/// <summary>What the last round has left of a resource's images: its status, where that is given, and what the report store has.</summary>
/// <param name="Status">The status; null where it is not given.</param>
/// <param name="Records">The images in the report store.</param>
internal sealed record LastRound(RegistryStatus? Status, IReadOnlyList<StoredImage> Records)
{
    /// <summary>The images that were chosen, in order; null where that is not known.</summary>
    public IReadOnlyList<string>? ChosenInOrder =>
        Status is { Images.Count: > 0, Truncated: null } status ? [.. status.Images.Select(image => image.Tag)] : null;

    public ImageStatus? StatusOf(string tag) => Status?.Images.FirstOrDefault(image => image.Tag == tag);

    /// <summary>The chosen tag of the same image; null where the tag is not known as another one of a chosen image.</summary>
    public string? StandInOf(string tag) =>
        StatusOf(tag) is null ? Status?.Images.FirstOrDefault(image => image.OtherTags.Contains(tag, StringComparer.Ordinal))?.Tag : null;

    public StoredImage? RecordOf(string tag) => Records.FirstOrDefault(image => image.Tag == tag);

    /// <summary>True where the tag was chosen; null where nothing is known.</summary>
    public bool? WasChosen(string tag) =>
        StatusOf(tag) is not null || RecordOf(tag) is not null ? true
        : Status is { Images.Count: > 0, Truncated: null } || Records.Count > 0 ? false
        : null;

    /// <summary>Tags of images that have such a digest, or one that begins so, themselves or as a platform's manifest.</summary>
    public IReadOnlyList<(string Tag, string Digest, string? Image)> Named(string digestPrefix)
    {
        var named =
            from image in Status?.Images ?? []
            from digest in image.PlatformDigests.Select(platform => platform.Digest).Prepend(image.Digest)
            select (image.Tag, Digest: digest, Image: image.Digest);
        var recorded =
            from image in Records
            from digest in image.Platforms.Values.Prepend(image.Digest)
            select (image.Tag, Digest: (string?)digest.ToString(), Image: (string?)image.Digest.ToString());
        return
        [
            .. named.Concat(recorded).Where(one => one.Digest?.StartsWith(digestPrefix, StringComparison.Ordinal) is true)
                .Select(one => (one.Tag, one.Digest!, one.Image)),
        ];
    }
}
