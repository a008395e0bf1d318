using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Tags;
using RegistryOperator.Host.Text;

namespace RegistryOperator.Host.Rounds;

/// <summary>Why a round that has read all there was has no image: a success that shows nothing would look like a mistake, or hide one.</summary>
internal static class EmptyRound
{
    /// <summary>The sentence; null where there is an image, or where one could not be read.</summary>
    public static string? Note(TagList list, TagSelection selection, IReadOnlyList<InspectedImage> images)
    {
        if (list.Tags.Count == 0) return "The repository has no tags.";
        if (selection.Tags.Count == 0)
        {
            List<string> why = [.. selection.ExcludedBy.Select(by => $"{by.Tags} by {by.Field}")];
            if (selection.Signatures > 0) why.Add($"{selection.Signatures} for they hold signatures or referrers of images");
            // What runs is read whatever the filter says.
            return images.Count > 0
                ? $"{Counted.Of(selection.Found, "tag")} {(selection.Found == 1 ? "is" : "are")} left out, {Listed.And(why)}; shown is what runs."
                : $"The repository has no images: {All(selection.Found)} left out, {Listed.And(why)}.";
        }

        if (images.Count == 0 || images.Any(image => image.Details is not { Reason: not null } || !image.IsRead)) return null;
        var reason = images.GroupBy(image => image.Details!.Reason!, StringComparer.Ordinal).MaxBy(same => same.Count())!;
        return reason.Key == ScanReasons.NotAnImage && images.Count == 1
            ? $"The repository has no images. {images[0].Tag.Tag}: {images[0].Message ?? images[0].Details!.Message}"
            : $"The repository has no images: none of {Counted.Of(images.Count, "tag")} names one, each has its reason in status.images.";
    }

    private static string All(int tags) => tags == 1 ? "its only tag is" : $"all {tags} tags are";
}
