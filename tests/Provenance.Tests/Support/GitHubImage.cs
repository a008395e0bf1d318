using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;
using RegistryOperator.Tests.Servers;

namespace RegistryOperator.Provenance.Tests.Support;

/// <summary>An image that GitHub built in 2024, with keyless provenance of slsa-github-generator and BuildKit's own; beside the clone.</summary>
internal static class GitHubImage
{
    public const string Workflow =
        "https://github.com/slsa-framework/slsa-github-generator/.github/workflows/generator_container_slsa3.yml@refs/tags/v1.10.0";

    public const string Issuer = "https://token.actions.githubusercontent.com";

    public const string SourceRepository = "https://github.com/slsa-framework/example-package";

    private const string Folder = "slsa-github/v1.10.0/container_workflow_dispatch/blobs/sha256";

    public static Digest Index { get; } = Digest.Parse("sha256:e0a0a765d690a5104331cfbac88ebbbf01736c1f87aaa3cd455c516a5ea586a5");

    private static Digest Attestations { get; } = Digest.Parse("sha256:31cc4fb663c8d34e2e6a0bd5f183d576c2811ee286e0998b4c2965e3b35a0d86");

    /// <summary>Stores all that is there of it.</summary>
    /// <returns>The image.</returns>
    public static TestManifest AddTo(InMemoryRegistry registry, string repository, string tag)
    {
        var index = Load(Index);
        registry.Add(repository, tag, index);
        registry.Add(repository, Signed.Tag(index, ".att"), Load(Attestations));
        return index;
    }

    private static TestManifest Load(Digest digest)
    {
        var content = Read(digest);
        var manifest = new Manifest { MediaType = MediaTypes.OciIndex, Digest = digest, Content = content };
        if (manifest.ReadIndex().Manifests is { Count: > 0 } entries)
            return new TestManifest(MediaTypes.OciIndex, content, manifests: [.. entries.Select(entry => Load(entry.Digest))]);
        var image = manifest.ReadImageManifest();
        var blobs = image.Layers!.Prepend(image.Config!).Where(blob => TestDocuments.TryReadShared($"{Folder}/{blob.Digest.Encoded}") is not null);
        return new TestManifest(MediaTypes.OciManifest, content, [.. blobs.Select(blob => new TestBlob(blob.MediaType, Read(blob.Digest)))]);
    }

    private static byte[] Read(Digest digest) => TestDocuments.ReadShared($"{Folder}/{digest.Encoded}");
}
