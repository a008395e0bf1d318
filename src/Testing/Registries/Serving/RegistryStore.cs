using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Testing.Images;

namespace RegistryOperator.Testing.Registries.Serving;

/// <summary>A manifest as it was pushed.</summary>
internal sealed class StoredManifest(string mediaType, Digest digest, ReadOnlyMemory<byte> content)
{
    // Read once: a list of referrers asks every manifest of the repository.
    private readonly Lazy<(Digest? Subject, Descriptor Descriptor)> _reference = new(() => Read(mediaType, digest, content));

    public string MediaType => mediaType;

    public Digest Digest => digest;

    public ReadOnlyMemory<byte> Content => content;

    /// <summary>The manifest this one refers to.</summary>
    public Digest? Subject => _reference.Value.Subject;

    /// <summary>What a list of referrers says about this manifest
    /// (<see href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers"/>).</summary>
    public Descriptor Descriptor => _reference.Value.Descriptor;

    private static (Digest?, Descriptor) Read(string mediaType, Digest digest, ReadOnlyMemory<byte> content)
    {
        var manifest = new Manifest { MediaType = mediaType, Digest = digest, Content = content };
        try
        {
            // An index has the same properties as far as they matter here.
            var document = manifest.ReadImageManifest();
            var descriptor = manifest.ToDescriptor() with
            {
                ArtifactType = document.ArtifactType ?? document.Config?.MediaType,
                Annotations = document.Annotations,
            };
            return (document.Subject?.Digest, descriptor);
        }
        catch (JsonException)
        {
            // Stored on purpose by a test, past the checks of a push.
            return (null, manifest.ToDescriptor());
        }
    }
}

/// <summary>One repository's content.</summary>
internal sealed class RepositoryStore
{
    public ConcurrentDictionary<Digest, ReadOnlyMemory<byte>> Blobs { get; } = new();

    public ConcurrentDictionary<Digest, StoredManifest> Manifests { get; } = new();

    public ConcurrentDictionary<string, Digest> Tags { get; } = new(StringComparer.Ordinal);

    /// <summary>Finds a manifest by tag or digest.</summary>
    public bool TryGetManifest(string reference, [NotNullWhen(true)] out StoredManifest? manifest)
    {
        manifest = null;
        return (Digest.TryParse(reference, out var digest) || Tags.TryGetValue(reference, out digest)) && Manifests.TryGetValue(digest, out manifest);
    }

    public void Add(TestManifest manifest)
    {
        foreach (var blob in manifest.Blobs) Blobs[blob.Digest] = blob.Content;
        foreach (var child in manifest.Manifests) Add(child);
        Manifests[manifest.Digest] = new StoredManifest(manifest.MediaType, manifest.Digest, manifest.Content);
    }
}

/// <summary>All repositories, and the uploads under way.</summary>
internal sealed class RegistryStore
{
    private readonly ConcurrentDictionary<string, RepositoryStore> _repositories = new(StringComparer.Ordinal);

    public ConcurrentDictionary<string, MemoryStream> Uploads { get; } = new(StringComparer.Ordinal);

    public RepositoryStore? Find(string repository) => _repositories.GetValueOrDefault(repository);

    /// <summary>A repository comes into being with the first push to it.</summary>
    public RepositoryStore Open(string repository) => _repositories.GetOrAdd(repository, _ => new RepositoryStore());

    public void Add(string repository, string? tag, TestManifest manifest)
    {
        var store = Open(repository);
        store.Add(manifest);
        if (tag is not null) store.Tags[tag] = manifest.Digest;
    }
}
