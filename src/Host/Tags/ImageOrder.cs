using RegistryOperator.Host.Images;

namespace RegistryOperator.Host.Tags;

/// <summary>
/// The order of images by creation time. An image without a credible time takes that of its neighbour in version order, so that version
/// order decides where times are missing or equal. An image that could not be read keeps its last place: a registry that throttles
/// does not move older images up. Tags that are not images, or were never read, come last.
/// </summary>
internal static class ImageOrder
{
    public static IEnumerable<InspectedImage> Sort(IEnumerable<InspectedImage> images, bool newestFirst)
    {
        var byVersion = images.OrderBy(image => image.Tag, TagOrder.ByVersion).ToArray();
        var times = EffectiveTimes(byVersion);
        var ascending = Enumerable.Range(0, byVersion.Length).OrderBy(index => times[index]).ThenBy(index => index).Select(index => byVersion[index]);
        return (newestFirst ? ascending.Reverse() : ascending).OrderBy(image => image.IsImage ? 0 : 1);
    }

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
