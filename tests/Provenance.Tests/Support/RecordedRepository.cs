using System.Text.Json;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;
using RegistryOperator.Tests.Servers;

namespace RegistryOperator.Provenance.Tests.Support;

/// <summary>A repository as it was recorded from a real registry after a real tool had written to it, one file a manifest or blob.</summary>
internal sealed class RecordedRepository
{
    private readonly Dictionary<string, TestBlob> _blobs = new(StringComparer.Ordinal);
    private readonly List<(string? Tag, byte[] Content)> _manifests = [];

    public RecordedRepository(string folder)
    {
        var files = TestDocuments.ListShared(folder);
        var tags = Read($"{folder}/tags-list.json").RootElement.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()!).ToArray();
        foreach (var file in files)
        {
            var name = Path.GetFileNameWithoutExtension(file);
            var content = AsSent(TestDocuments.ReadShared(file), name);
            if (name.StartsWith("blob-", StringComparison.Ordinal) && !name.Contains("payload", StringComparison.Ordinal))
                _blobs[Digest.Compute(content).ToString()] = new TestBlob("application/octet-stream", content);
            else if (name.StartsWith("manifest-", StringComparison.Ordinal))
                _manifests.Add((TagOf(name["manifest-".Length..], tags), content));
        }
    }

    /// <summary>Stores everything but the image's own blobs, which nobody reads.</summary>
    public void AddTo(InMemoryRegistry registry, string repository)
    {
        foreach (var (tag, content) in _manifests)
        {
            using var document = JsonDocument.Parse(content);
            var mediaType = document.RootElement.TryGetProperty("mediaType", out var type) ? type.GetString()! : MediaTypes.OciManifest;
            var manifest = new TestManifest(mediaType, content);
            var named = MediaTypes.IsIndex(mediaType) ? [] : manifest.ToManifest().ReadImageManifest().Layers ?? [];
            var blobs = named.Where(layer => _blobs.ContainsKey(layer.Digest.ToString())).Select(layer => _blobs[layer.Digest.ToString()]);
            registry.Add(repository, tag, new TestManifest(mediaType, content, [.. blobs]));
        }
    }

    public Digest Image => Digest.Compute(_manifests.Single(manifest => manifest.Tag == "1.0.0").Content);

    /// <summary>The files are named by the beginnings of digests.</summary>
    private static string? TagOf(string name, string[] tags)
    {
        if (tags.Contains(name)) return name;
        var parts = name.Split('.');
        var suffix = parts.Length > 1 ? parts[1] : "";
        return tags.FirstOrDefault(tag => tag.StartsWith(parts[0], StringComparison.Ordinal) && Path.GetExtension(tag).TrimStart('.') == suffix);
    }

    private static JsonDocument Read(string name) => JsonDocument.Parse(TestDocuments.ReadShared(name));

    /// <summary>As it was sent, by the digest that the file is named by: cosign 2.5 writes a blank behind each comma.</summary>
    private static byte[] AsSent(byte[] json, string name)
    {
        var spaced = Compact(json, hasBlanks: true);
        return name == $"blob-{Digest.Compute(spaced).Encoded[..8]}" ? spaced : Compact(json, hasBlanks: false);
    }

    /// <summary>Without the blanks between tokens that the recording has for its readers.</summary>
    private static byte[] Compact(byte[] json, bool hasBlanks)
    {
        var content = new List<byte>(json.Length);
        var (isText, isEscaped) = (false, false);
        foreach (var one in json)
        {
            if (!isText && one is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t') continue;
            content.Add(one);
            if (hasBlanks && !isText && one == ',') content.Add((byte)' ');
            if (one == '"' && !isEscaped) isText = !isText;
            isEscaped = isText && !isEscaped && one == '\\';
        }

        return [.. content];
    }
}
