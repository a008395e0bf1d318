using System.Runtime.ExceptionServices;
using System.Text.Json;
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

    /// <summary>Entries of an index, and of those in it, that are read to find one that is an image, or to learn what platforms they are for.</summary>
    private const int MaximumEntriesRead = 8;

    private readonly HashSet<Digest> _tried = [];

    /// <summary>What a manifest alone tells, without a request: which manifests its platforms have.</summary>
    /// <exception cref="JsonException">It can't be read.</exception>
    public static ImageDetails ReadManifest(VerifiedManifest verified)
    {
        var manifest = verified.Manifest;
        if (!MediaTypes.IsIndex(manifest.MediaType)) return new ImageDetails { MediaType = manifest.MediaType };
        PlatformDigestStatus[] platforms =
        [
            .. (manifest.ReadIndex().Manifests ?? []).Where(IsPlatform)
                .Select(entry => PlatformOf(entry, entry.Platform?.ToString() ?? "")),
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
        if (!image.MayBeImage) return Artifact(manifest, image);
        var isTyped = MediaTypes.IsImageConfig(image.Config!.MediaType);
        if (!isTyped && image.Config.Size > MaximumConfigSize) return Artifact(manifest, image);

        var content = await client.ReadVerifiedAsync(image.Config, maximumSize ?? MaximumConfigSize, cancellationToken);
        ImageConfiguration configuration;
        try
        {
            content.CheckImageConfiguration();
            configuration = ShownConfiguration.Read(content.Bytes.Span);
        }
        catch (JsonException) when (!isTyped)
        {
            return Artifact(manifest, image);
        }

        // Both are required of an image's (https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md#properties).
        if (!isTyped && (string.IsNullOrEmpty(configuration.Os) || string.IsNullOrEmpty(configuration.Architecture))) return Artifact(manifest, image);
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

        var reads = new Dictionary<Descriptor, VerifiedDetails>();
        if (await FindImageAsync(entries, reads, maximumSize, depth, cancellationToken) is not { } shown)
            return Nothing($"The first {MaximumEntriesRead} entries of the index, and of those inside of it, are no images.");
        var read = reads[shown];
        var details = read.Details;
        if (details.Reason is not null) return VerifiedDetails.Of(manifest, read, details with { MediaType = manifest.MediaType });
        documents?.Keep(new ImageDocument(manifest, Configuration: null));

        // Entries need not name their platforms: where none does, those that are images are read for them.
        if (!entries.Exists(HasName)) await ReadOthersAsync(entries, reads, maximumSize, depth, cancellationToken);
        var digests = entries.SelectMany(entry => PlatformsOf(entry, reads.GetValueOrDefault(entry)?.Details)).Take(DetailLimits.Platforms).ToList();
        return VerifiedDetails.Of(manifest, read, details with
        {
            MediaType = manifest.MediaType,
            Platforms = [.. digests.Select(entry => entry.Platform).Distinct(StringComparer.Ordinal)],
            PlatformDigests = digests,
            Created = details.Created ?? IndexTime.Of(shown.Annotations) ?? IndexTime.Of(index.Annotations),
        });

        VerifiedDetails Nothing(string message) => VerifiedDetails.Of(manifest, Without(manifest, ScanReasons.NotAnImage, message));
    }

    /// <summary>
    /// Reads the best entry that is an image. One that is gone or damaged costs its own platform alone, and one that turns out to be something else is
    /// passed over: the order of an index says no more than a preference.
    /// </summary>
    /// <returns>Null where no more entries may be read.</returns>
    /// <exception cref="RegistryException">No entry can be read; that of the best one.</exception>
    private async Task<Descriptor?> FindImageAsync(
        List<Descriptor> entries, Dictionary<Descriptor, VerifiedDetails> reads, long? maximumSize, int depth, CancellationToken cancellationToken)
    {
        Descriptor? other = null;
        ExceptionDispatchInfo? failure = null;
        foreach (var entry in PreferredPlatforms.InOrder(entries, entry => entry.Platform?.ToString()))
        {
            if (!TakeOne(entry)) continue;
            try
            {
                if ((await ReadEntryAsync(entry, reads, maximumSize, depth, cancellationToken)).Details.Reason is null) return entry;
                other ??= entry;
            }
            catch (Exception exception) when (IsOfTheEntry(exception, maximumSize))
            {
                failure ??= ExceptionDispatchInfo.Capture(exception);
            }
        }

        if (other is null) failure?.Throw();
        return other;
    }

    /// <summary>False where as many were read as may be, or this one was: what can't be read is not asked for twice.</summary>
    private bool TakeOne(Descriptor entry) => _tried.Count < MaximumEntriesRead && _tried.Add(entry.Digest);

    private async Task ReadOthersAsync(
        List<Descriptor> entries, Dictionary<Descriptor, VerifiedDetails> reads, long? maximumSize, int depth, CancellationToken cancellationToken)
    {
        foreach (var entry in entries.Where(TakeOne))
        {
            try
            {
                await ReadEntryAsync(entry, reads, maximumSize, depth, cancellationToken);
            }
            catch (Exception exception) when (IsOfTheEntry(exception, maximumSize))
            {
                // It has no name to be listed under.
            }
        }
    }

    private async Task<VerifiedDetails> ReadEntryAsync(
        Descriptor entry, Dictionary<Descriptor, VerifiedDetails> reads, long? maximumSize, int depth, CancellationToken cancellationToken)
    {
        // Its descriptor says so: no request is needed to find out.
        if (entry.Size > maximumSize)
            throw new RegistryException(RegistryErrorKind.TooLarge, $"{entry.Digest} in {client.Repository} has {entry.Size} bytes, above the limit.");
        var manifest = first?.FindManifest(entry.Digest) ?? await client.ReadVerifiedAsync(entry.Digest, maximumSize, cancellationToken);
        rights?.Add(manifest.Digest);
        return reads[entry] = await ReadAsync(manifest, maximumSize, depth + 1, cancellationToken);
    }

    // Of the entry's own content. Whatever may pass, and what concerns the whole repository, is the tag's; so is what is read again with the usual limits.
    private static bool IsOfTheEntry(Exception exception, long? maximumSize) => exception switch
    {
        RegistryException { Kind: RegistryErrorKind.TooLarge } => maximumSize is null,
        RegistryException { IsTransient: false } failure =>
            failure.Kind is RegistryErrorKind.NotFound or RegistryErrorKind.DigestMismatch or RegistryErrorKind.InvalidResponse,
        _ => exception is JsonException,
    };

    private static bool HasName(Descriptor entry) => entry.Platform is { IsUnknown: false };

    // What was read of an entry decides: something else than an image has no platform, and an index inside has those of its own entries.
    private static IEnumerable<PlatformDigestStatus> PlatformsOf(Descriptor entry, ImageDetails? read)
    {
        if (read is { Reason: not null }) return [];
        if (HasName(entry)) return [PlatformOf(entry, DetailLimits.Cut(entry.Platform!.ToString(), DetailLimits.NameLength))];
        if (read is { PlatformDigests.Count: > 0 }) return read.PlatformDigests;
        return read is { Platforms: [var own, ..] } ? [PlatformOf(entry, own)] : [];
    }

    private static PlatformDigestStatus PlatformOf(Descriptor entry, string name) => new()
    {
        Platform = name,
        OsVersion = DetailLimits.CutOptional(entry.Platform?.OsVersion),
        Digest = entry.Digest.ToString(),
    };

    /// <summary>False for attestations and other entries that no container runs.</summary>
    internal static bool IsPlatform(Descriptor entry) =>
        (MediaTypes.IsManifest(entry.MediaType) || MediaTypes.IsIndex(entry.MediaType))
        && entry.Platform is not { IsUnknown: true }
        // Some builders put the configuration's type here.
        && (string.IsNullOrEmpty(entry.ArtifactType) || MediaTypes.IsImageConfig(entry.ArtifactType))
        && entry.Annotations?.ContainsKey(AnnotationKeys.DockerReferenceType) != true;

    private static ImageDetails Artifact(VerifiedManifest manifest, ImageManifest image)
    {
        var type = PluginFault.OneLine(image.ArtifactType ?? image.Config?.MediaType ?? "unknown");
        return Without(manifest, ScanReasons.NotAnImage, $"The tag names an artifact of type '{type}', not a container image.");
    }

    private static ImageDetails Without(VerifiedManifest manifest, string reason, string message) =>
        new() { MediaType = manifest.MediaType, Reason = reason, Message = message };
}
