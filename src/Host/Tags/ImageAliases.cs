using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Host.Images;

namespace RegistryOperator.Host.Tags;

/// <summary>Tags that name one image are one image: who asks for three wants three.</summary>
internal sealed class ImageAliases
{
    /// <summary>So many other tags of an image are kept.</summary>
    public const int MostOtherTags = 20;

    private readonly HashSet<Digest> _seen = [];

    /// <summary>Each digest once, under the tag that comes first. What has no digest stands alone.</summary>
    public static IEnumerable<InspectedImage> Join(IEnumerable<InspectedImage> images)
    {
        var aliases = new ImageAliases();
        return images.Where(aliases.IsNew);
    }

    /// <summary>True for the first tag of an image, in the order in which they are asked about.</summary>
    public bool IsNew(InspectedImage image) => DigestOf(image) is not { } digest || _seen.Add(digest);

    /// <summary>The images with the other tags that name them.</summary>
    /// <param name="chosen">Of different digests.</param>
    /// <param name="read">All that were read.</param>
    public static IEnumerable<InspectedImage> WithOtherTags(IEnumerable<InspectedImage> chosen, IEnumerable<InspectedImage> read)
    {
        var tags = read.Where(image => image.Reason is null && image.Digest is not null).ToLookup(image => image.Digest!.Value, image => image.Tag);
        return chosen.Select(image => image.Digest is not { } digest ? image : image with
        {
            OtherTags =
            [
                .. tags[digest].Where(tag => tag.Tag != image.Tag.Tag).Order(TagPreference.HighestFirst)
                    .Select(tag => tag.Tag).Distinct(StringComparer.Ordinal).Take(MostOtherTags),
            ],
        });
    }

    private static Digest? DigestOf(InspectedImage image) => image.Digest ?? image.LastKnown?.Digest;
}
