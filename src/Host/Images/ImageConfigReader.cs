using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Host.Registry.Status;

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
            Author = NullIfEmpty(configuration.Author) ?? Find(manifest, container, AnnotationKeys.Authors),
            User = NullIfEmpty(container?.User),
            WorkDir = NullIfEmpty(container?.WorkingDirectory),
            Entrypoint = container?.Entrypoint ?? [],
            Cmd = container?.Command ?? [],
            ExposedPorts = container?.ExposedPorts is { } ports ? [.. ports.Keys.Order(StringComparer.Ordinal)] : [],
            EnvVars = container?.Environment is { } variables ? [.. variables.Select(NameOf).Where(name => name.Length > 0)] : [],
            Labels = container?.Labels ?? new Dictionary<string, string>(StringComparer.Ordinal),
            LayerCount = manifest.Layers?.Count ?? 0,
        };
    }

    /// <summary>When the image was created: by its configuration, else by its annotation; null where neither says a credible time.</summary>
    public static DateTimeOffset? Created(ImageManifest manifest, ImageConfiguration configuration) =>
        CreationTime.Credible(configuration.Created) ?? IndexTime.Of(manifest.Annotations);

    private static string? Find(ImageManifest manifest, ContainerConfiguration? container, string key) =>
        NullIfEmpty(container?.Labels?.GetValueOrDefault(key)) ?? NullIfEmpty(manifest.Annotations?.GetValueOrDefault(key));

    private static string NameOf(string variable)
    {
        var equals = variable.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? variable : variable[..equals];
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
