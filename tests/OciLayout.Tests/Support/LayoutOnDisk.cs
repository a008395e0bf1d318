using System.Text;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Plugins.OciLayout;
using RegistryOperator.Plugins.OciLayout.Options;

namespace RegistryOperator.OciLayout.Tests.Support;

/// <summary>An OCI layout in a temporary folder, written by hand: its documents are those of the specification, not of a library.</summary>
public sealed class LayoutOnDisk : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("layout-");
    private readonly List<string> _entries = [];

    /// <summary>The folder, without symbolic links on the way to it.</summary>
    internal string Root => _root.FullName;

    /// <summary>Writes the marker and <c>index.json</c> with the entries added so far.</summary>
    internal LayoutOnDisk Write(string folder = "", string marker = """{"imageLayoutVersion":"1.0.0"}""")
    {
        WriteFile(Path.Combine(folder, "oci-layout"), marker);
        WriteFile(Path.Combine(folder, "index.json"), $$"""{"schemaVersion":2,"manifests":[{{string.Join(",", _entries)}}]}""");
        return this;
    }

    internal void WriteFile(string path, string content)
    {
        var file = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
    }

    internal string BlobPath(Digest digest, string folder = "") => Path.Combine(Root, folder, "blobs", digest.Algorithm, digest.Encoded);

    internal Descriptor AddBlob(string content, string mediaType = "application/octet-stream", string folder = "")
    {
        var bytes = Encoding.UTF8.GetBytes(content);
        var digest = Digest.Compute(bytes);
        WriteFile(Path.GetRelativePath(Root, BlobPath(digest, folder)), content);
        return new Descriptor { MediaType = mediaType, Digest = digest, Size = bytes.Length };
    }

    /// <summary>Adds an image manifest whose content differs by <paramref name="name"/>; it is not in the index yet.</summary>
    internal Descriptor AddManifest(string name, string members = "", string folder = "")
    {
        var config = AddBlob($$"""{"architecture":"amd64","os":"linux","author":"{{name}}"}""", MediaTypes.OciImageConfig, folder);
        return AddBlob($$"""{"schemaVersion":2,"config":{{Json(config)}},"layers":[] {{members}} }""", MediaTypes.OciManifest, folder);
    }

    /// <summary>The digest of what was listed last.</summary>
    internal Digest LastDigest { get; private set; }

    /// <summary>Lists a manifest in <c>index.json</c>.</summary>
    internal Descriptor AddEntry(Descriptor descriptor, params (string Key, string Value)[] annotations)
    {
        _entries.Add(Json(descriptor, annotations));
        LastDigest = descriptor.Digest;
        return descriptor;
    }

    internal Descriptor AddTag(string tag, Descriptor descriptor) => AddEntry(descriptor, (AnnotationKeys.RefName, tag));

    internal static string Json(Descriptor descriptor, params (string Key, string Value)[] annotations) =>
        $$"""{"mediaType":"{{descriptor.MediaType}}","digest":"{{descriptor.Digest}}","size":{{descriptor.Size}}, "annotations":{{Members(annotations)}} }""";

    private static string Members((string Key, string Value)[] members) =>
        "{" + string.Join(",", members.Select(member => $"\"{member.Key}\":\"{member.Value}\"")) + "}";

    /// <param name="repository">The repository.</param>
    /// <param name="folder">The URL's folder, below the root.</param>
    /// <param name="allowed">The folders that the settings name; null for the root.</param>
    internal IRegistryClient CreateClient(string repository = "app", string folder = "", string[]? allowed = null) =>
        new OciLayoutProvider(new LayoutOptions(allowed ?? [Root])).CreateClient(new RegistryClientRequest
        {
            Repository = new RepositoryReference(new Uri("oci-layout://" + Path.Combine(Root, folder)), repository),
        });

    /// <summary>A client for an archive below the root.</summary>
    internal IRegistryClient CreateArchiveClient(string file, string scheme = "oci-archive", string repository = "app", string[]? allowed = null) =>
        new OciLayoutProvider(new LayoutOptions(allowed ?? [Root])).CreateClient(new RegistryClientRequest
        {
            Repository = new RepositoryReference(new Uri($"{scheme}://{Path.Combine(Root, file)}"), repository),
        });

    public void Dispose() => _root.Delete(recursive: true);
}
