using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Tags;
using RegistryOperator.Host.Text;

namespace RegistryOperator.Host.Rounds;

/// <summary>What a round reports about the tags that it could not read.</summary>
/// <param name="images">The images that the round is about.</param>
/// <param name="unread">All tags that could not be read, also those that <c>tagFilter.limit</c> leaves out: they may be newer than what is shown.</param>
/// <param name="unordered">How many tags were not read because there are too many that tell nothing of their age.</param>
/// <param name="leftOut">How many tags were not read because those that were name few images.</param>
internal sealed class UnreadTags(IReadOnlyList<InspectedImage> images, IReadOnlyList<InspectedImage> unread, int unordered = 0, int leftOut = 0)
{
    /// <summary>
    /// What these say is about the tag: it is gone, or can't be read by anybody. It is told with the tag, and to ask again changes nothing. Any other reason
    /// is the registry's or the operator's, and what was asked for is still to be read.
    /// </summary>
    private static readonly HashSet<string> OfTheTag = new(StringComparer.Ordinal)
    {
        ScanReasons.NotFound, ScanReasons.InvalidContent, ScanReasons.TooLarge, ScanReasons.UnsupportedManifest, ScanReasons.NotAnImage,
        ScanReasons.Unauthorized, ScanReasons.DestinationRefused,
    };

    private readonly InspectedImage[] _shown = [.. images.Where(image => !image.IsRead)];
    private readonly InspectedImage[] _leftOut =
    [
        .. unread
            .ExceptBy(images.Select(image => image.Tag.Tag), image => image.Tag.Tag)
            .DistinctBy(image => image.Tag.Tag)
            .OrderByDescending(image => image.Tag, TagOrder.ByVersion),
    ];

    /// <summary>The sentences for a round that succeeded; null where all was read.</summary>
    public string? Note
    {
        get
        {
            List<string> sentences = [];
            if (_shown.Length > 0) sentences.Add($"{_shown.Length} of {images.Count} tags could not be read; each has its reason in status.images.");
            if (_leftOut is [var first, ..])
            {
                var tags = _leftOut.Length == 1 ? "1 tag that could not be read is" : $"{_leftOut.Length} tags that could not be read are";
                sentences.Add($"{tags} left out by spec.tagFilter.limit and may be newer. {first.Tag.Tag}: {first.Message}");
            }

            if (unordered > 0)
            {
                sentences.Add($"{unordered} tags that spell no version or date were not read, since nothing tells which of them are new; newer images may be " +
                    "among them. Name the tags that matter in spec.tagFilter.include, or leave these out by exclude.");
            }

            if (leftOut > 0)
            {
                sentences.Add($"{leftOut} tags were not looked at: of those that were, many name one image, and fewer images were found than " +
                    "spec.tagFilter.limit asks for. Name the tags that matter in spec.tagFilter.include.");
            }

            return sentences.Count == 0 ? null : string.Join(' ', sentences);
        }
    }

    /// <summary>A round fails where the registry went down during it, where not one tag could be read, and where some are still to be read.</summary>
    public RoundFailure? FailureOf(RegistryException? outage)
    {
        var asked = images.Count + _leftOut.Length;
        if (outage is not null)
        {
            var failure = RoundFailure.From(outage);
            var more = _leftOut.Length == 0 ? "" : $", and {Counted.Of(_leftOut.Length, "tag")} that may be newer could not be read";
            return failure with
            {
                Message = $"{_shown.Length} of {images.Count} images were not read, their last good data is kept{more}: {failure.Message}",
            };
        }

        if (_shown.Length > 0 && _shown.Length == images.Count)
            return RoundFailure.Of(_shown[0].Reason!, $"None of the {images.Count} images could be read. {_shown[0].Tag.Tag}: {_shown[0].Message}");
        InspectedImage[] left = [.. _leftOut.Concat(_shown).Where(image => !OfTheTag.Contains(image.Reason!))];
        if (left.Length == 0) return null;
        var beyond = _leftOut.Count(image => !OfTheTag.Contains(image.Reason!));
        var newer = beyond > 0 ? $" {beyond} of them may be newer than what spec.tagFilter.limit leaves in." : "";
        return RoundFailure.Of(
            left[0].Reason!,
            $"{left.Length} of {Counted.Of(asked, "tag")} could not be read, what was known of them is kept.{newer} {left[0].Tag.Tag}: {left[0].Message}");
    }
}
