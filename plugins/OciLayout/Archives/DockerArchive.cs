using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Plugins.OciLayout.Archives;

/// <summary>
/// Makes manifests for the images of an archive that <c>docker save</c>, <c>podman save</c>, <c>crane pull</c> or Bazel have written: there, a list of files
/// stands for each. The manifest's digest is of what is made here, and the same for the same archive; configuration and layers have their own.
/// </summary>
internal sealed class DockerArchive(TarIndex tar, FileStream file, CancellationToken cancellationToken)
{
    /// <summary>The list of images
    /// (<see href="https://github.com/moby/docker-image-spec/blob/main/v1.2.md#combined-image-json--filesystem-changeset-format"/>).</summary>
    public const string ManifestFile = "manifest.json";

    private const string Layer = "application/vnd.docker.image.rootfs.diff.tar";
    private const string CompressedLayer = "application/vnd.docker.image.rootfs.diff.tar.gzip";
    private const int LargestList = 32 * 1024 * 1024;
    private const int LargestConfiguration = 4 * 1024 * 1024;
    private const int MaximumImages = 1000;
    private const int MaximumLayers = 1000;

    /// <summary>Bytes that are hashed to learn layers' digests, where no name tells them.</summary>
    private const long MaximumHashed = 16L * 1024 * 1024 * 1024;

    private readonly Dictionary<Digest, ArchiveFile> _blobs = [];
    private long _hashed;

    /// <summary>The index, and all blobs by their digests.</summary>
    /// <exception cref="ArchiveException">The archive is damaged, or no such one.</exception>
    public (byte[] Index, IReadOnlyDictionary<Digest, ArchiveFile> Blobs) Read()
    {
        var images = Parse(tar.Content(file, ManifestFile, LargestList), DockerArchiveJson.Default.ListSavedImage, ManifestFile) ?? [];
        if (images.Count > MaximumImages) throw new ArchiveException($"it has more than {MaximumImages} images");
        var entries = new List<LayoutEntry>();
        foreach (var image in images)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var manifest = ManifestOf(image);
            var digest = Digest.Compute(manifest);
            _blobs[digest] = ArchiveFile.Of(manifest);
            string?[] names = image.RepoTags is { Count: > 0 } tags ? [.. tags] : [null];
            entries.AddRange(names.Select(name => new LayoutEntry(MediaTypes.DockerManifest, digest.ToString(), manifest.Length, AnnotationsOf(name))));
        }

        var index = JsonSerializer.SerializeToUtf8Bytes(new LayoutIndex(2, MediaTypes.OciIndex, entries), DockerArchiveJson.Default.LayoutIndex);
        return (index, _blobs);
    }

    private static Dictionary<string, string>? AnnotationsOf(string? name) =>
        name is null ? null : new Dictionary<string, string>(StringComparer.Ordinal) { [AnnotationKeys.ContainerdImageName] = name };

    private byte[] ManifestOf(SavedImage image)
    {
        if (image.Config is null) throw new ArchiveException($"an image of {ManifestFile} names no configuration");
        var configuration = tar.Content(file, image.Config, LargestConfiguration);
        var config = Digest.Compute(configuration);
        _blobs[config] = tar.Find(image.Config)!;
        var uncompressed = Parse(configuration, DockerArchiveJson.Default.SavedConfiguration, image.Config)?.RootFs?.DiffIds ?? [];
        var layers = image.Layers ?? [];
        if (layers.Count > MaximumLayers) throw new ArchiveException($"an image has more than {MaximumLayers} layers");
        var named = layers.Select((name, number) => LayerOf(name, uncompressed.ElementAtOrDefault(number))).ToList();
        return JsonSerializer.SerializeToUtf8Bytes(
            new LayoutManifest(
                2, MediaTypes.DockerManifest, new LayoutEntry(MediaTypes.DockerImageConfig, config.ToString(), configuration.Length, null), named),
            DockerArchiveJson.Default.LayoutManifest);
    }

    private LayoutEntry LayerOf(string name, string? uncompressed)
    {
        var layer = tar.Find(name) ?? throw new ArchiveException($"the layer '{TarIndex.Shown(name)}' is missing in it");
        var isCompressed = IsCompressed(layer);
        // The configuration names the layer as it is without compression; whoever reads it verifies that. A compressed one is often named by its digest.
        var digest = !isCompressed && Digest.TryParse(uncompressed, out var known) ? known : DigestOf(name, layer, isCompressed);
        _blobs[digest] = layer;
        return new LayoutEntry(isCompressed ? CompressedLayer : Layer, digest.ToString(), layer.Length, null);
    }

    private Digest DigestOf(string name, ArchiveFile layer, bool isCompressed)
    {
        var stem = Path.GetFileName(name).Split('.')[0];
        if (isCompressed && Digest.TryParse(stem.Contains(':', StringComparison.Ordinal) ? stem : "sha256:" + stem, out var named)) return named;
        _hashed += layer.Length;
        if (_hashed > MaximumHashed) throw new ArchiveException("its layers are larger than 16 GiB");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[128 * 1024];
        file.Position = layer.Offset;
        for (var left = layer.Length; left > 0;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = file.Read(buffer, 0, (int)Math.Min(buffer.Length, left));
            if (count == 0) throw new ArchiveException($"it is cut short within the file '{TarIndex.Shown(name)}'");
            hash.AppendData(buffer, 0, count);
            left -= count;
        }

        return Digest.FromHash(hash.GetHashAndReset());
    }

    private bool IsCompressed(ArchiveFile layer)
    {
        Span<byte> magic = stackalloc byte[2];
        file.Position = layer.Offset;
        return layer.Length >= magic.Length && file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) == magic.Length && magic is [0x1F, 0x8B];
    }

    private static T? Parse<T>(byte[] content, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, string name)
    {
        try
        {
            return JsonSerializer.Deserialize(content, type);
        }
        catch (JsonException)
        {
            throw new ArchiveException($"the file '{TarIndex.Shown(name)}' is not what Docker writes");
        }
    }
}

/// <summary>An image as <c>manifest.json</c> lists it.</summary>
internal sealed record SavedImage(
    [property: JsonPropertyName("Config")] string? Config,
    [property: JsonPropertyName("RepoTags")] IReadOnlyList<string?>? RepoTags,
    [property: JsonPropertyName("Layers")] IReadOnlyList<string>? Layers);

/// <summary>What is read of an image's configuration.</summary>
internal sealed record SavedConfiguration([property: JsonPropertyName("rootfs")] SavedRootFs? RootFs);

/// <summary>The layers without compression.</summary>
internal sealed record SavedRootFs([property: JsonPropertyName("diff_ids")] IReadOnlyList<string>? DiffIds);

/// <summary>An index.</summary>
internal sealed record LayoutIndex(int SchemaVersion, string MediaType, IReadOnlyList<LayoutEntry> Manifests);

/// <summary>A manifest.</summary>
internal sealed record LayoutManifest(int SchemaVersion, string MediaType, LayoutEntry Config, IReadOnlyList<LayoutEntry> Layers);

/// <summary>A descriptor.</summary>
internal sealed record LayoutEntry(string MediaType, string Digest, long Size, IReadOnlyDictionary<string, string>? Annotations);

[JsonSourceGenerationOptions(
    MaxDepth = 64, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(List<SavedImage>))]
[JsonSerializable(typeof(SavedConfiguration))]
[JsonSerializable(typeof(LayoutIndex))]
[JsonSerializable(typeof(LayoutManifest))]
internal sealed partial class DockerArchiveJson : JsonSerializerContext;
