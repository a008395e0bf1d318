using System.Globalization;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Oci.Reading;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Images;

/// <summary>
/// When the image of an index was created, as its descriptors say (<c>org.opencontainers.image.created</c>, as Docker's official images have it): no
/// manifest and no configuration need to be read to order by that.
/// </summary>
internal static class IndexTime
{
    /// <summary>The time of the platform that is shown; null where the index names none.</summary>
    public static DateTimeOffset? Of(VerifiedManifest manifest)
    {
        if (!MediaTypes.IsIndex(manifest.MediaType)) return null;
        var index = manifest.Manifest.ReadIndex();
        var entries = (index.Manifests ?? []).Where(ImageDetailsReader.IsPlatform).ToList();
        if (entries.Count == 0) return null;
        var shown = PreferredPlatforms.Choose(entries, entry => entry.Platform?.ToString());
        return MediaTypes.IsManifest(shown.MediaType) ? Of(shown.Annotations) : null;
    }

    /// <summary>The time in annotations; null where there is none that is credible.</summary>
    public static DateTimeOffset? Of(IReadOnlyDictionary<string, string>? annotations) =>
        annotations?.GetValueOrDefault(AnnotationKeys.Created) is { } text
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var created)
            ? CreationTime.Credible(created)
            : null;
}
