using RegistryOperator.Host.Images;

namespace RegistryOperator.Host.Tags;

/// <summary>
/// The order of images by creation time. An image without a credible time takes that of its neighbour in version order, so that version
/// order decides where times are missing or equal; of one release the full version comes before a floating tag, the plain image before its variants.
/// An image that could not be read keeps its last place: a registry that throttles does not move older images up. Tags that are not images, or were
/// never read, come last.
/// </summary>
internal static class ImageOrder
{
    public static IEnumerable<InspectedImage> Sort(IEnumerable<InspectedImage> images, bool newestFirst)
    {
        var byVersion = images.OrderBy(image => image.Tag, TagOrder.ByVersion).ToArray();
        var times = EffectiveTimes(byVersion);
        var indexes = Enumerable.Range(0, byVersion.Length).OrderBy(index => byVersion[index].IsImage ? 0 : 1);
        var ordered = newestFirst ? indexes.ThenByDescending(index => times[index]) : indexes.ThenBy(index => times[index]);
        var preference = newestFirst ? TagPreference.HighestFirst : TagPreference.LowestFirst;
        return ordered.ThenBy(index => byVersion[index].Tag, preference).Select(index => byVersion[index]);
    }

    /// <summary>The first images, each digest once: under the tag that comes first, with the others beside it.</summary>
    public static IEnumerable<InspectedImage> Choose(IEnumerable<InspectedImage> images, bool newestFirst, int limit) =>
        ImageAliases.Join(Sort(images, newestFirst)).Take(limit);

    private static DateTimeOffset[] EffectiveTimes(InspectedImage[] byVersion)
    {
        var times = new DateTimeOffset[byVersion.Length];
        var before = Array.Find(byVersion, image => image.Created is not null)?.Created ?? default;
        for (var i = 0; i < byVersion.Length; i++)
        {
            before = byVersion[i].Created ?? before;
            times[i] = before;
        }

        return times;
    }
}
