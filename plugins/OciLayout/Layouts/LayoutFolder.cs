using System.Text.Json;
using System.Text.Json.Serialization;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Shared.Files;

namespace RegistryOperator.Plugins.OciLayout.Layouts;

/// <summary>One layout's files. Every call looks at the disk, so that a layout that changes is never answered from memory.</summary>
internal sealed class LayoutFolder
{
    private const string MarkerFile = "oci-layout";
    private const string IndexFile = "index.json";
    private const string BlobsFolder = "blobs";
    private const string SupportedVersion = "1.0.0";
    private const int MaximumMarkerSize = 4096;

    /// <summary>Larger than a manifest may be: it lists every tag of the layout.</summary>
    private const int MaximumIndexSize = 32 * 1024 * 1024;

    private readonly string _folder;
    private readonly string _realBase;
    private readonly Uri _url;
    private readonly IndexSnapshot _index;

    private LayoutFolder(string folder, string realBase, Uri url, IndexSnapshot index)
    {
        _folder = folder;
        _realBase = realBase;
        _url = url;
        _index = index;
    }

    /// <summary>Finds the layout and checks its version.</summary>
    /// <exception cref="RegistryException">There is no layout, one of another version, or one that links lead to from where it may be.</exception>
    public static LayoutFolder Open(LayoutLocation location, RepositoryReference repository, IndexSnapshot index)
    {
        var url = repository.Registry;
        var layout = Guard(location.BaseFolder, url, () =>
        {
            var realBase = RealPath.Resolve(location.BaseFolder);
            if (!RealPath.IsWithin(realBase, RealPath.Resolve(location.AllowedFolder))) throw LayoutLocation.NotAllowed(repository, location.BaseFolder);
            var folder = Array.Find([location.SubFolder, location.BaseFolder], candidate => File.Exists(Path.Combine(candidate, MarkerFile)));
            return folder is null ? null : new LayoutFolder(folder, realBase, url, index);
        });
        if (layout is null)
        {
            var places = string.Join(" or ", new[] { location.SubFolder, location.BaseFolder }.Distinct(StringComparer.Ordinal));
            throw new RegistryException(RegistryErrorKind.NotFound, $"There is no OCI layout in {places}: a layout has a file named {MarkerFile}.")
            {
                Url = url,
                Advice = "Name a folder that holds one; 'skopeo copy docker://<image> oci:<folder>:<tag>' makes one.",
            };
        }

        layout.CheckVersion();
        return layout;
    }

    /// <summary>Reads <c>index.json</c>.</summary>
    public ImageIndex ReadIndex()
    {
        using var file = OpenFile([IndexFile])
            ?? throw Fault(RegistryErrorKind.NotFound, $"{_folder} has no {IndexFile}.", "Copy the image into the layout again.");
        try
        {
            return _index.Of(file, () => OciDocument.ReadIndex(ReadFile(file, [IndexFile], MaximumIndexSize)));
        }
        catch (JsonException exception)
        {
            throw Fault(RegistryErrorKind.InvalidResponse, $"{Path.Combine(_folder, IndexFile)} is not an image index.",
                "Copy the image into the layout again.", exception);
        }
    }

    /// <summary>The size of a blob in bytes, or null where the layout lacks it.</summary>
    public long? FindBlobSize(Digest digest) => Guard(_folder, _url, () =>
    {
        var file = Locate([BlobsFolder, digest.Algorithm, digest.Encoded]);
        return UnixFiles.Look(file) is { Kind: FileKind.File } ? new FileInfo(file).Length : (long?)null;
    });

    /// <summary>Reads a whole blob and verifies its digest.</summary>
    public ReadOnlyMemory<byte> ReadBlob(Digest digest, long maximumSize)
    {
        var content = ReadFile([BlobsFolder, digest.Algorithm, digest.Encoded], maximumSize) ?? throw MissingBlob(digest);
        return digest.Matches(content) ? content : throw Mismatch(digest);
    }

    /// <summary>Opens a blob; the stream throws at its end where the digest differs.</summary>
    public Stream OpenBlob(Descriptor blob)
    {
        var digest = blob.Digest;
        if (digest.Algorithm is not ("sha256" or "sha512"))
            throw Fault(RegistryErrorKind.Unsupported, $"The digest {digest} cannot be verified.", "Use sha256 or sha512.");
        var file = OpenFile([BlobsFolder, digest.Algorithm, digest.Encoded]) ?? throw MissingBlob(digest);
        return new BlobStream(file, blob, () => Mismatch(digest));
    }

    public RegistryException Mismatch(Digest digest) =>
        Fault(RegistryErrorKind.DigestMismatch, $"A blob of {_folder} is not what its name {digest} promises.",
            "The layout is damaged: copy the image into it again.");

    public RegistryException Fault(RegistryErrorKind kind, string message, string advice, Exception? innerException = null) =>
        new(kind, message, innerException) { Url = _url, Advice = advice };

    private RegistryException MissingBlob(Digest digest) =>
        Fault(RegistryErrorKind.NotFound, $"{_folder} has no blob {digest}.",
            "The layout is incomplete, perhaps copied for one platform only: copy the image into it again, with all its platforms.");

    private void CheckVersion()
    {
        string? version = null;
        try
        {
            version = JsonSerializer.Deserialize(ReadFile([MarkerFile], MaximumMarkerSize), LayoutJsonContext.Default.LayoutMarker)?.Version;
        }
        catch (JsonException)
        {
            // Reported below: a marker that can't be read has no version.
        }

        if (version != SupportedVersion)
        {
            var found = version is null ? "names no version" : $"names version '{(version.Length > 20 ? version[..20] + "…" : version)}'";
            throw Fault(RegistryErrorKind.Unsupported, $"{Path.Combine(_folder, MarkerFile)} {found}, and only {SupportedVersion} is known.",
                "Write the layout with a tool that keeps to the image specification 1.x.");
        }
    }

    private byte[]? ReadFile(string[] path, long maximumSize)
    {
        using var stream = OpenFile(path);
        return stream is null ? null : ReadFile(stream, path, maximumSize);
    }

    private byte[] ReadFile(FileStream stream, string[] path, long maximumSize)
    {
        if (stream.Length > maximumSize)
        {
            throw Fault(RegistryErrorKind.TooLarge, $"{Path.Combine([_folder, .. path])} has {stream.Length} bytes, more than the {maximumSize} allowed.",
                "Larger content is not read, to keep memory bounded.");
        }

        return Guard(_folder, _url, () =>
        {
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            return content;
        });
    }

    private FileStream? OpenFile(string[] path) => Guard(_folder, _url, () =>
    {
        var file = Locate(path);
        if (UnixFiles.Look(file) is { Kind: not FileKind.File })
            throw Fault(RegistryErrorKind.Denied, $"{file} is no file, but a pipe, a device or a folder.", "Put the file itself into the layout.");
        if (UnixFiles.OpenToRead(file) is not { } stream) return null;
        // A folder on the way may have become a link meanwhile: what is open counts.
        if (UnixFiles.PathOf(stream) is not { } opened || RealPath.IsWithin(opened, _realBase)) return stream;
        stream.Dispose();
        throw LeadsOut(file);
    });

    // A layout is untrusted input: a symbolic link in it must not make the host read its own files.
    private string Locate(string[] path)
    {
        var file = Path.Combine([_folder, .. path]);
        var real = RealPath.Resolve(file);
        return RealPath.IsWithin(real, _realBase)
            ? real
            : throw LeadsOut(file);
    }

    private RegistryException LeadsOut(string file) =>
        Fault(RegistryErrorKind.Denied, $"{file} is a symbolic link that leads out of {_realBase}.", "Put the file itself into the layout.");

    private static T Guard<T>(string folder, Uri url, Func<T> access)
    {
        try
        {
            return access();
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new RegistryException(RegistryErrorKind.Denied, $"A file in {folder} cannot be read by this process.", exception)
            {
                Url = url,
                Advice = "Give the process's user read access to the folder and its files.",
            };
        }
        catch (IOException exception)
        {
            throw new RegistryException(RegistryErrorKind.Unreachable, $"A file in {folder} cannot be read: {exception.Message}", exception)
            {
                Url = url,
                Advice = "Look whether the volume is mounted and whole.",
            };
        }
    }
}

/// <summary>The content of the file <c>oci-layout</c>.</summary>
internal sealed record LayoutMarker([property: JsonPropertyName("imageLayoutVersion")] string? Version);

[JsonSourceGenerationOptions(MaxDepth = 8)]
[JsonSerializable(typeof(LayoutMarker))]
internal sealed partial class LayoutJsonContext : JsonSerializerContext;
