using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Images;

/// <summary>Turns an image's configuration into what the status shows of it. Values of environment variables are left out.</summary>
internal static class ImageConfigReader
{
    public static ImageConfigStatus Read(ImageManifest manifest, ImageConfiguration configuration)
    {
        var container = configuration.Config;
        return new ImageConfigStatus
        {
            BaseImage = Find(manifest, container, AnnotationKeys.BaseName),
            Author = DetailLimits.CutOptional(configuration.Author) ?? Find(manifest, container, AnnotationKeys.Authors),
            User = DetailLimits.CutOptional(container?.User),
            WorkDir = DetailLimits.CutOptional(container?.WorkingDirectory),
            Entrypoint = DetailLimits.Cut(container?.Entrypoint),
            Cmd = DetailLimits.Cut(container?.Command),
            ExposedPorts = DetailLimits.Cut(container?.ExposedPorts?.Keys.Order(StringComparer.Ordinal), DetailLimits.NameLength),
            EnvVars = DetailLimits.Cut(container?.Environment?.Select(NameOf).Where(name => name.Length > 0), DetailLimits.NameLength),
            Labels = DetailLimits.Cut(container?.Labels),
            LayerCount = manifest.Layers?.Count ?? 0,
        };
    }

    /// <summary>When the image was created: by its configuration, else by its annotation; null where neither says a credible time.</summary>
    public static DateTimeOffset? Created(ImageManifest manifest, ImageConfiguration configuration) =>
        CreationTime.Credible(configuration.Created) ?? IndexTime.Of(manifest.Annotations);

    private static string? Find(ImageManifest manifest, ContainerConfiguration? container, string key) =>
        DetailLimits.CutOptional(container?.Labels?.GetValueOrDefault(key)) ?? DetailLimits.CutOptional(manifest.Annotations?.GetValueOrDefault(key));

    /// <summary>True for labels that are shown by their key, whichever other labels there are.</summary>
    internal static bool IsShownByKey(string label) => label is AnnotationKeys.BaseName or AnnotationKeys.Authors;

    internal static string NameOf(string variable)
    {
        var equals = variable.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? variable : variable[..equals];
    }
}
