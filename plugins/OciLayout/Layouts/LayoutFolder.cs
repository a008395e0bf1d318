using System.Text.Json;
using System.Text.Json.Serialization;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Plugins.OciLayout.Archives;
using RegistryOperator.Shared.Files;

namespace RegistryOperator.Plugins.OciLayout.Layouts;

/// <summary>
/// One layout's files, in a folder or in an archive. Every call looks at the disk, so that a layout that changes is never answered from memory.
/// </summary>
internal sealed class LayoutFolder
{
    private const string MarkerFile = "oci-layout";
    private const string IndexFile = "index.json";
    private const string BlobsFolder = "blobs";
    private const string SupportedVersion = "1.0.0";
    private const int MaximumMarkerSize = 4096;

    private readonly string _folder;
    private readonly string _realBase;
    private readonly Uri _url;

    /// <summary>Keeps what was read of a folder's index; null for an archive, which has its own.</summary>
    private readonly IndexSnapshot? _index;

    /// <summary>Where the files are in <see cref="_folder"/>, which is an archive then; null for a folder.</summary>
    private readonly LayoutArchive? _archive;

    private LayoutFolder(string folder, string realBase, Uri url, IndexSnapshot? index, LayoutArchive? archive)
    {
        _folder = folder;
        _realBase = realBase;
        _url = url;
        _index = index;
        _archive = archive;
    }

    /// <summary>Finds the layout and checks its version.</summary>
    /// <exception cref="RegistryException">There is no layout, one of another version, or one that links lead to from where it may be.</exception>
    public static LayoutFolder Open(LayoutLocation location, RepositoryReference repository, IndexSnapshot index)
    {
        var url = repository.Registry;
        var layout = Guard(location.BaseFolder, url, isArchive: false, () =>
        {
            var realBase = RealPath.Resolve(location.BaseFolder);
            if (!RealPath.IsWithin(realBase, RealPath.Resolve(location.AllowedFolder))) throw LayoutLocation.NotAllowed(repository, location.BaseFolder);
            var folder = Array.Find([location.SubFolder, location.BaseFolder], candidate => File.Exists(Path.Combine(candidate, MarkerFile)));
            return folder is null ? null : new LayoutFolder(folder, realBase, url, index, archive: null);
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

    /// <summary>Finds the archive, and what is where in it.</summary>
    /// <param name="location">The URL's path is the archive itself.</param>
    /// <param name="repository">Of which repository, for errors.</param>
    /// <param name="known">Keeps what was found of an archive that has not changed.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="RegistryException">There is no archive of images, or one that links lead to from where it may be.</exception>
    public static LayoutFolder OpenArchive(
        LayoutLocation location, RepositoryReference repository, KnownArchive known, CancellationToken cancellationToken)
    {
        var (path, url) = (location.BaseFolder, repository.Registry);
        var archive = Guard(path, url, isArchive: true, () =>
        {
            var real = RealPath.Resolve(path);
            if (!RealPath.IsWithin(real, RealPath.Resolve(location.AllowedFolder))) throw LayoutLocation.NotAllowed(repository, path);
            if (UnixFiles.Look(real) is { Kind: not FileKind.File })
            {
                throw new RegistryException(RegistryErrorKind.NotFound, $"{path} is no archive, but a folder, a pipe or a device.")
                {
                    Url = url,
                    Advice = $"Name the file; a layout in a folder is read by {LayoutSchemes.Folder}://{path}.",
                };
            }

            using var file = OpenReal(real);
            return file is null ? null : new LayoutFolder(path, real, url, index: null, known.Find(file, cancellationToken));
        });
        return archive ?? throw new RegistryException(RegistryErrorKind.NotFound, $"There is no archive {path}.")
        {
            Url = url,
            Advice = "Name a file that 'skopeo copy … oci-archive:', 'docker save', 'podman save' or 'crane pull' has written.",
        };
    }

    /// <summary>Reads <c>index.json</c>.</summary>
    public ImageIndex ReadIndex()
    {
        if (_archive is not null) return _archive.Index;
        using var file = Guard(_folder, _url, _archive is not null, () => OpenOnDisk([IndexFile]))
            ?? throw Fault(RegistryErrorKind.NotFound, $"{_folder} has no {IndexFile}.", "Copy the image into the layout again.");
        try
        {
            return _index!.Of(file, () => OciDocument.ReadIndex(ReadFile(file, [IndexFile], LayoutArchive.MaximumIndexSize)));
        }
        catch (JsonException exception)
        {
            throw Fault(RegistryErrorKind.InvalidResponse, $"{Path.Combine(_folder, IndexFile)} is not an image index.",
                "Copy the image into the layout again.", exception);
        }
    }

    /// <summary>The size of a blob in bytes, or null where the layout lacks it.</summary>
    public long? FindBlobSize(Digest digest) => Guard(_folder, _url, _archive is not null, () =>
    {
        if (_archive is not null) return _archive.Find([BlobsFolder, digest.Algorithm, digest.Encoded])?.Length;
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

    public RegistryException Mismatch(Digest digest) => _archive?.Find([BlobsFolder, digest.Algorithm, digest.Encoded])?.Name is { } name
        ? Fault(RegistryErrorKind.DigestMismatch, $"The file '{TarIndex.Shown(name)}' of the archive {_folder} is not what its digest {digest} promises.",
            "The archive is damaged: write it again.")
        : Fault(RegistryErrorKind.DigestMismatch, $"A blob of {_folder} is not what its name {digest} promises.",
            "The layout is damaged: copy the image into it again.");

    public RegistryException Fault(RegistryErrorKind kind, string message, string advice, Exception? innerException = null) =>
        new(kind, message, innerException) { Url = _url, Advice = advice };

    private RegistryException MissingBlob(Digest digest) =>
        Fault(RegistryErrorKind.NotFound, $"{_folder} has no blob {digest}.",
            $"The {(_archive is null ? "layout" : "archive")} is incomplete, perhaps copied for one platform only: copy the image into it again, "
                + "with all its platforms.");

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

    private byte[] ReadFile(Stream stream, string[] path, long maximumSize)
    {
        if (stream.Length > maximumSize)
        {
            throw Fault(RegistryErrorKind.TooLarge, $"{Path.Combine([_folder, .. path])} has {stream.Length} bytes, more than the {maximumSize} allowed.",
                "Larger content is not read, to keep memory bounded.");
        }

        return Guard(_folder, _url, _archive is not null, () =>
        {
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            return content;
        });
    }

    private Stream? OpenFile(string[] path) => Guard(_folder, _url, _archive is not null, () => _archive is null ? OpenOnDisk(path) : OpenArchived(path));

    private FileStream? OpenOnDisk(string[] path)
    {
        var file = Locate(path);
        if (UnixFiles.Look(file) is { Kind: not FileKind.File })
            throw Fault(RegistryErrorKind.Denied, $"{file} is no file, but a pipe, a device or a folder.", "Put the file itself into the layout.");
        if (UnixFiles.OpenToRead(file) is not { } stream) return null;
        // A folder on the way may have become a link meanwhile: what is open counts.
        if (UnixFiles.PathOf(stream) is not { } opened || RealPath.IsWithin(opened, _realBase)) return stream;
        stream.Dispose();
        throw LeadsOut(file);
    }

    private Stream? OpenArchived(string[] path)
    {
        if (_archive!.Find(path) is not { } found) return null;
        if (found.Made is { } made) return new MemoryStream(made, writable: false);
        if (OpenReal(_realBase) is { } archive) return new ArchiveStream(archive, found.Offset, found.Length);
        throw Fault(RegistryErrorKind.NotFound, $"There is no archive {_folder} any more.", "Scan again once it is back.");
    }

    /// <summary>Opens the archive at a path without links; null where there is none, or another is open: a folder on the way may have become a link
    /// meanwhile.</summary>
    private static FileStream? OpenReal(string real)
    {
        var file = UnixFiles.OpenToRead(real);
        if (file is null || UnixFiles.PathOf(file) is not { } opened || opened == real) return file;
        file.Dispose();
        return null;
    }

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

    private static T Guard<T>(string folder, Uri url, bool isArchive, Func<T> access)
    {
        try
        {
            return access();
        }
        catch (ArchiveException exception)
        {
            throw new RegistryException(RegistryErrorKind.InvalidResponse, $"The archive {folder} can't be used: {exception.Message}.", exception)
            {
                Url = url,
                Advice = "Write it again, by 'skopeo copy … oci-archive:', 'docker save', 'podman save' or 'crane pull'.",
            };
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new RegistryException(
                RegistryErrorKind.Denied, $"{(isArchive ? "The archive" : "A file in")} {folder} cannot be read by this process.", exception)
            {
                Url = url,
                Advice = $"Give the process's user read access to the {(isArchive ? "file and the folders above it" : "folder and its files")}.",
            };
        }
        catch (IOException exception)
        {
            throw new RegistryException(
                RegistryErrorKind.Unreachable, $"{(isArchive ? "The archive" : "A file in")} {folder} cannot be read: {exception.Message}", exception)
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
