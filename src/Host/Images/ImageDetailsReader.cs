using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Plugins.Loading;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Oci.Client;
using RegistryOperator.Oci.Reading;

namespace RegistryOperator.Host.Images;

/// <summary>
/// Reads what a manifest says about its image: one request for the configuration of a single image, two (the platform's manifest and its
/// configuration) for an index.
/// </summary>
/// <param name="client">The repository.</param>
/// <param name="documents">Given what was read; null where nobody wants it.</param>
/// <param name="rights">Told which manifests were read; null where nobody asks.</param>
/// <param name="first">Keeps manifests of which a document is too large until that is read; null where nobody tries again.</param>
internal sealed class ImageDetailsReader(IRegistryClient client, ImageDocuments? documents = null, AccessRights? rights = null, Glances? first = null)
{
    /// <summary>Configurations are a few KiB; this is the largest accepted.</summary>
    public const long MaximumConfigSize = 4 * 1024 * 1024;

    /// <summary>An index may hold an index; no builder nests deeper.</summary>
    private const int MaximumIndexDepth = 3;

    /// <summary>What a manifest alone tells, without a request: which manifests its platforms have.</summary>
    /// <exception cref="System.Text.Json.JsonException">It can't be read.</exception>
    public static ImageDetails ReadManifest(VerifiedManifest verified)
    {
        var manifest = verified.Manifest;
        if (!MediaTypes.IsIndex(manifest.MediaType)) return new ImageDetails { MediaType = manifest.MediaType };
        PlatformDigestStatus[] platforms =
        [
            .. (manifest.ReadIndex().Manifests ?? []).Where(IsPlatform)
                .Select(entry => new PlatformDigestStatus { Platform = entry.Platform?.ToString() ?? "", Digest = entry.Digest.ToString() }),
        ];
        return new ImageDetails
        {
            MediaType = manifest.MediaType,
            Platforms = [.. platforms.Select(platform => platform.Platform).Where(name => name.Length > 0).Distinct(StringComparer.Ordinal)],
            PlatformDigests = platforms,
        };
    }

    /// <summary>Reads on from a manifest.</summary>
    /// <param name="manifest">What the tag names.</param>
    /// <param name="maximumSize">Bytes of a document; null for the usual limits.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <exception cref="RegistryException">A document can't be read, or is larger (<see cref="RegistryErrorKind.TooLarge"/>).</exception>
    public Task<VerifiedDetails> ReadAsync(VerifiedManifest manifest, long? maximumSize, CancellationToken cancellationToken) =>
        ReadAsync(manifest, maximumSize, 0, cancellationToken);

    private async Task<VerifiedDetails> ReadAsync(VerifiedManifest manifest, long? maximumSize, int depth, CancellationToken cancellationToken)
    {
        try
        {
            if (MediaTypes.IsIndex(manifest.MediaType)) return await ReadIndexAsync(manifest, maximumSize, depth, cancellationToken);
            return VerifiedDetails.Of(manifest, await ReadManifestAsync(manifest, maximumSize, cancellationToken));
        }
        catch (RegistryException failure) when (failure.Kind is RegistryErrorKind.TooLarge && maximumSize is not null)
        {
            first?.Keep(manifest);
            throw;
        }
    }

    private async Task<ImageDetails> ReadManifestAsync(VerifiedManifest manifest, long? maximumSize, CancellationToken cancellationToken)
    {
        if (MediaTypes.IsManifest(manifest.MediaType)) return await ReadImageAsync(manifest, maximumSize, cancellationToken);
        return MediaTypes.IsSchema1(manifest.MediaType)
            ? Without(manifest, ScanReasons.UnsupportedManifest,
                "The image has a Docker schema 1 manifest, a format withdrawn since; pull and push it again with a current tool.")
            : Without(manifest, ScanReasons.NotAnImage, $"The manifest's media type is '{PluginFault.OneLine(manifest.MediaType)}', which is no image.");
    }

    private async Task<ImageDetails> ReadImageAsync(VerifiedManifest manifest, long? maximumSize, CancellationToken cancellationToken)
    {
        var image = manifest.Manifest.ReadImageManifest();
        if (image.Config is null || !MediaTypes.IsImageConfig(image.Config.MediaType))
        {
            var type = PluginFault.OneLine(image.ArtifactType ?? image.Config?.MediaType ?? "unknown");
            return Without(manifest, ScanReasons.NotAnImage, $"The tag names an artifact of type '{type}', not a container image.");
        }

        var content = await client.ReadVerifiedAsync(image.Config, maximumSize ?? MaximumConfigSize, cancellationToken);
        content.CheckImageConfiguration();
        var configuration = ShownConfiguration.Read(content.Bytes.Span);
        documents?.Keep(new ImageDocument(manifest, content));
        var platform = new Platform { Os = configuration.Os ?? "", Architecture = configuration.Architecture ?? "", Variant = configuration.Variant };
        return new ImageDetails
        {
            MediaType = manifest.MediaType,
            Size = image.TotalSize,
            Platforms = platform.IsUnknown ? [] : [DetailLimits.Cut(platform.ToString(), DetailLimits.NameLength)],
            Config = ImageConfigReader.Read(image, configuration),
            Created = ImageConfigReader.Created(image, configuration),
        };
    }

    private async Task<VerifiedDetails> ReadIndexAsync(VerifiedManifest manifest, long? maximumSize, int depth, CancellationToken cancellationToken)
    {
        var index = manifest.Manifest.ReadIndex();
        var entries = (index.Manifests ?? []).Where(IsPlatform).ToList();
        if (depth >= MaximumIndexDepth)
            return Nothing($"The tag names indexes inside of indexes, more than {MaximumIndexDepth} deep.");
        if (entries.Count == 0)
        {
            return Nothing(index.ArtifactType is { } type
                ? $"The tag names an index of artifacts of type '{PluginFault.OneLine(type)}', not a container image."
                : "The index lists no image for any platform.");
        }

        var shown = PreferredPlatforms.Choose(entries, entry => entry.Platform?.ToString());
        // Its descriptor says so: no request is needed to find out.
        if (shown.Size > maximumSize)
            throw new RegistryException(RegistryErrorKind.TooLarge, $"{shown.Digest} in {client.Repository} has {shown.Size} bytes, above the limit.");
        var platform = first?.FindManifest(shown.Digest) ?? await client.ReadVerifiedAsync(shown.Digest, maximumSize, cancellationToken);
        rights?.Add(platform.Digest);
        var read = await ReadAsync(platform, maximumSize, depth + 1, cancellationToken);
        var details = read.Details;
        if (details.Reason is not null) return VerifiedDetails.Of(manifest, read, details with { MediaType = manifest.MediaType });
        documents?.Keep(new ImageDocument(manifest, Configuration: null));

        // An entry need not name its platform; the configuration that was read does.
        string NameOf(Descriptor entry) => entry.Platform is { IsUnknown: false } named
            ? DetailLimits.Cut(named.ToString(), DetailLimits.NameLength)
            : entry == shown && details.Platforms is [var own, ..] ? own : "";

        var digests = entries.Select(entry => new PlatformDigestStatus { Platform = NameOf(entry), Digest = entry.Digest.ToString() })
            .Where(entry => entry.Platform.Length > 0).Take(DetailLimits.Platforms).ToList();
        return VerifiedDetails.Of(manifest, read, details with
        {
            MediaType = manifest.MediaType,
            Platforms = [.. digests.Select(entry => entry.Platform).Distinct(StringComparer.Ordinal)],
            PlatformDigests = digests,
            Created = details.Created ?? IndexTime.Of(shown.Annotations) ?? IndexTime.Of(index.Annotations),
        });

        VerifiedDetails Nothing(string message) => VerifiedDetails.Of(manifest, Without(manifest, ScanReasons.NotAnImage, message));
    }

    /// <summary>False for attestations and other entries that no container runs.</summary>
    internal static bool IsPlatform(Descriptor entry) =>
        (MediaTypes.IsManifest(entry.MediaType) || MediaTypes.IsIndex(entry.MediaType))
        && entry.Platform is not { IsUnknown: true }
        && entry.Annotations?.ContainsKey(AnnotationKeys.DockerReferenceType) != true;

    private static ImageDetails Without(VerifiedManifest manifest, string reason, string message) =>
        new() { MediaType = manifest.MediaType, Reason = reason, Message = message };
}
