using System.Text.Json;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;

namespace RegistryOperator.Plugins.Syft.Runs;

/// <summary>Fetches one image into an OCI layout (<see href="https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md"/>).</summary>
internal static class ImageLayout
{
    /// <summary>Fetches the manifest, the configuration and the layers.</summary>
    /// <exception cref="ScanException">Something can't be fetched or written.</exception>
    public static async Task WriteAsync(IRegistryClient client, Digest digest, string folder, long maximumSize, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(folder);
            var manifest = await client.GetManifestAsync(digest.ToString(), cancellationToken);
            // Syft believes the names of files: what stands under the digest has it, and is what it is read as here.
            if (!digest.Matches(manifest.Content.Span) || !MediaTypes.IsManifest(manifest.MediaType))
                throw new ScanException(ScanReasons.InvalidContent, $"{digest} is no image manifest with this digest but '{manifest.MediaType}'.");
            var image = manifest.ReadImageManifest();
            if (image.Config is not { } config) throw new ScanException(ScanReasons.NotAnImage, $"{digest} has no configuration, so it is no image.");
            RequireRoom(manifest, maximumSize);
            // A blob that several layers name is written once.
            foreach (var blob in (image.Layers ?? []).Prepend(config).DistinctBy(blob => blob.Digest))
                await WriteBlobAsync(client, blob, folder, cancellationToken);
            await File.WriteAllBytesAsync(PathOf(folder, digest), manifest.Content, cancellationToken);
            await File.WriteAllBytesAsync(Path.Combine(folder, "index.json"), MakeIndex(manifest), cancellationToken);
            await File.WriteAllTextAsync(Path.Combine(folder, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""", cancellationToken);
        }
        catch (Exception exception)
            when (exception is RegistryException or JsonException or IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            // Cancelled calls throw exceptions of several types.
            cancellationToken.ThrowIfCancellationRequested();
            throw Explain(exception, digest, folder);
        }
    }

    /// <summary>Throws where the layers, as they are sent, already take more than the folder may have.</summary>
    /// <exception cref="ScanException">They do.</exception>
    public static void RequireRoom(Manifest manifest, long maximumSize)
    {
        if (manifest.ReadImageManifest().TotalSize is { } size && size > maximumSize)
        {
            throw new ScanException(
                ScanReasons.TooLarge,
                $"The image has {size >> 20} MiB of layers, more than the {maximumSize >> 20} MiB that a tool's folder may have. " +
                "Raise Tools:MaximumDiskMiB, and enlarge the temporary directory.");
        }
    }

    private static ScanException Explain(Exception exception, Digest digest, string folder) => exception switch
    {
        RegistryException registry => new ScanException(ScanReasons.Of(registry.Kind), registry.Message, registry),
        JsonException => new ScanException(ScanReasons.InvalidContent, $"The manifest {digest} cannot be read: {exception.Message}", exception),
        OperationCanceledException => new ScanException(
            ScanReasons.TimedOut, $"The registry was too slow for the image {digest}: raise the resource's timeout if it needs longer.", exception),
        _ => new ScanException(
            ScanReasons.Failed, $"The image cannot be fetched to {folder} ({exception.Message}): free or enlarge the temporary directory.", exception),
    };

    private static async Task WriteBlobAsync(IRegistryClient client, Descriptor blob, string folder, CancellationToken cancellationToken)
    {
        await using var source = await client.OpenBlobAsync(blob, cancellationToken);
        var path = PathOf(folder, blob.Digest);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using var target = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
        await source.CopyToAsync(target, cancellationToken);
    }

    private static string PathOf(string folder, Digest digest) => Path.Combine(folder, "blobs", digest.Algorithm, digest.Encoded);

    private static byte[] MakeIndex(Manifest manifest)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteNumber("schemaVersion", 2);
            writer.WriteStartArray("manifests");
            writer.WriteStartObject();
            writer.WriteString("mediaType", manifest.MediaType);
            writer.WriteString("digest", manifest.Digest.ToString());
            writer.WriteNumber("size", manifest.Content.Length);
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
