using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Plugins.Loading;
using RegistryOperator.Host.Registry.Status;

namespace RegistryOperator.Host.Images;

/// <summary>
/// Reads what a manifest says about its image: one request for the configuration of a single image, two (the platform's manifest and its
/// configuration) for an index.
/// </summary>
/// <param name="client">The repository.</param>
/// <param name="documents">Given what was read; null where nobody wants it.</param>
internal sealed class ImageDetailsReader(IRegistryClient client, ImageDocuments? documents = null)
{
    /// <summary>Configurations are a few KiB; this is the largest accepted.</summary>
    public const long MaximumConfigSize = 4 * 1024 * 1024;

    /// <summary>An index may hold an index; no builder nests deeper.</summary>
    private const int MaximumIndexDepth = 3;

    public Task<ImageDetails> ReadAsync(Manifest manifest, CancellationToken cancellationToken) => ReadAsync(manifest, 0, cancellationToken);

    private async Task<ImageDetails> ReadAsync(Manifest manifest, int depth, CancellationToken cancellationToken)
    {
        if (MediaTypes.IsIndex(manifest.MediaType)) return await ReadIndexAsync(manifest, depth, cancellationToken);
        if (MediaTypes.IsManifest(manifest.MediaType)) return await ReadImageAsync(manifest, cancellationToken);
        return MediaTypes.IsSchema1(manifest.MediaType)
            ? Without(manifest, ScanReasons.UnsupportedManifest,
                "The image has a Docker schema 1 manifest, a format withdrawn since; pull and push it again with a current tool.")
            : Without(manifest, ScanReasons.NotAnImage, $"The manifest's media type is '{PluginFault.OneLine(manifest.MediaType)}', which is no image.");
    }

    private async Task<ImageDetails> ReadImageAsync(Manifest manifest, CancellationToken cancellationToken)
    {
        var image = manifest.ReadImageManifest();
        if (image.Config is null || !MediaTypes.IsImageConfig(image.Config.MediaType))
        {
            var type = PluginFault.OneLine(image.ArtifactType ?? image.Config?.MediaType ?? "unknown");
            return Without(manifest, ScanReasons.NotAnImage, $"The tag names an artifact of type '{type}', not a container image.");
        }

        var content = await client.ReadBlobAsync(image.Config, MaximumConfigSize, cancellationToken);
        var configuration = OciDocument.ReadImageConfiguration(content.Span);
        documents?.Keep(new ImageDocument(manifest, content));
        var platform = new Platform { Os = configuration.Os ?? "", Architecture = configuration.Architecture ?? "", Variant = configuration.Variant };
        return new ImageDetails
        {
            MediaType = manifest.MediaType,
            Size = image.TotalSize,
            Platforms = platform.IsUnknown ? [] : [platform.ToString()],
            Config = ImageConfigReader.Read(image, configuration),
            Created = ImageConfigReader.Created(image, configuration),
        };
    }

    private async Task<ImageDetails> ReadIndexAsync(Manifest manifest, int depth, CancellationToken cancellationToken)
    {
        var index = manifest.ReadIndex();
        var entries = (index.Manifests ?? []).Where(IsPlatform).ToList();
        if (depth >= MaximumIndexDepth)
            return Without(manifest, ScanReasons.NotAnImage, $"The tag names indexes inside of indexes, more than {MaximumIndexDepth} deep.");
        if (entries.Count == 0)
        {
            return Without(manifest, ScanReasons.NotAnImage, index.ArtifactType is { } type
                ? $"The tag names an index of artifacts of type '{PluginFault.OneLine(type)}', not a container image."
                : "The index lists no image for any platform.");
        }

        var shown = PreferredPlatforms.Choose(entries, entry => entry.Platform?.ToString());
        var details = await ReadAsync(await client.GetManifestAsync(shown.Digest.ToString(), cancellationToken), depth + 1, cancellationToken);
        if (details.Reason is not null) return details with { MediaType = manifest.MediaType };
        documents?.Keep(new ImageDocument(manifest, Configuration: null));

        // An entry need not name its platform; the configuration that was read does.
        string NameOf(Descriptor entry) => entry.Platform is { IsUnknown: false } platform
            ? platform.ToString()
            : entry == shown && details.Platforms is [var own, ..] ? own : "";

        var named = entries.Select(entry => new PlatformDigestStatus { Platform = NameOf(entry), Digest = entry.Digest.ToString() })
            .Where(entry => entry.Platform.Length > 0).ToList();
        return details with
        {
            MediaType = manifest.MediaType,
            Platforms = [.. named.Select(entry => entry.Platform).Distinct(StringComparer.Ordinal)],
            PlatformDigests = named,
            Created = details.Created ?? IndexTime.Of(shown.Annotations) ?? IndexTime.Of(index.Annotations),
        };
    }

    /// <summary>False for attestations and other entries that no container runs.</summary>
    internal static bool IsPlatform(Descriptor entry) =>
        (MediaTypes.IsManifest(entry.MediaType) || MediaTypes.IsIndex(entry.MediaType))
        && entry.Platform is not { IsUnknown: true }
        && entry.Annotations?.ContainsKey(AnnotationKeys.DockerReferenceType) != true;

    private static ImageDetails Without(Manifest manifest, string reason, string message) =>
        new() { MediaType = manifest.MediaType, Reason = reason, Message = message };
}
