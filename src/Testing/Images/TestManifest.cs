using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Testing.Images;

/// <summary>A blob: a layer, a configuration or an artifact's file.</summary>
public sealed class TestBlob(string mediaType, ReadOnlyMemory<byte> content, IReadOnlyDictionary<string, string>? annotations = null)
{
    /// <summary>The exact bytes.</summary>
    public ReadOnlyMemory<byte> Content { get; } = content;

    /// <summary>What a manifest says about the blob.</summary>
    public Descriptor Descriptor { get; } = new()
    {
        MediaType = mediaType,
        Digest = Digest.Compute(content.Span),
        Size = content.Length,
        Annotations = annotations,
    };

    /// <summary>The digest of <see cref="Content"/>.</summary>
    public Digest Digest => Descriptor.Digest;
}

/// <summary>
/// A manifest or index with everything it needs to be stored: its blobs and, for an index, its manifests. Made by
/// <see cref="ImageBuilder"/>, <see cref="ArtifactBuilder"/> and <see cref="IndexBuilder"/>, or from any bytes where a test wants a
/// document that no builder would make.
/// </summary>
public class TestManifest
{
    /// <summary>Wraps a document.</summary>
    /// <param name="mediaType">The media type it is stored under.</param>
    /// <param name="content">Its exact bytes, which need not be valid.</param>
    /// <param name="blobs">The blobs stored before it.</param>
    /// <param name="manifests">The manifests stored before it.</param>
    public TestManifest(string mediaType, ReadOnlyMemory<byte> content, IReadOnlyList<TestBlob>? blobs = null, IReadOnlyList<TestManifest>? manifests = null)
    {
        MediaType = mediaType;
        Content = content;
        Digest = Digest.Compute(content.Span);
        Blobs = blobs ?? [];
        Manifests = manifests ?? [];
    }

    /// <summary>The media type.</summary>
    public string MediaType { get; }

    /// <summary>The exact bytes.</summary>
    public ReadOnlyMemory<byte> Content { get; }

    /// <summary>The digest of <see cref="Content"/>.</summary>
    public Digest Digest { get; }

    /// <summary>The blobs it names.</summary>
    public IReadOnlyList<TestBlob> Blobs { get; }

    /// <summary>The manifests it names, for an index.</summary>
    public IReadOnlyList<TestManifest> Manifests { get; }

    /// <summary>A descriptor of this manifest, as an index or a <c>subject</c> holds it.</summary>
    public virtual Descriptor Descriptor => new() { MediaType = MediaType, Digest = Digest, Size = Content.Length };

    /// <summary>The document as the registry client hands it to scanners.</summary>
    public Manifest ToManifest() => new() { MediaType = MediaType, Digest = Digest, Content = Content };
}

/// <summary>An image for one platform.</summary>
public sealed class TestImage : TestManifest
{
    internal TestImage(string mediaType, ReadOnlyMemory<byte> content, Platform platform, TestBlob config, IReadOnlyList<TestBlob> layers)
        : base(mediaType, content, [config, .. layers])
    {
        Platform = platform;
        Config = config;
        Layers = layers;
    }

    /// <summary>What the image runs on.</summary>
    public Platform Platform { get; }

    /// <summary>The configuration.</summary>
    public TestBlob Config { get; }

    /// <summary>The layers, base first.</summary>
    public IReadOnlyList<TestBlob> Layers { get; }

    /// <summary>Bytes of configuration and layers as they are stored.</summary>
    public long TotalSize => Blobs.Sum(blob => blob.Descriptor.Size);
}

/// <summary>An artifact that is no image: a signature, an SBOM, a chart.</summary>
public sealed class TestArtifact : TestManifest
{
    internal TestArtifact(ReadOnlyMemory<byte> content, string? artifactType, IReadOnlyDictionary<string, string>? annotations, IReadOnlyList<TestBlob> blobs)
        : base(MediaTypes.OciManifest, content, blobs)
    {
        ArtifactType = artifactType;
        Annotations = annotations;
    }

    /// <summary>The type of artifact, as its manifest says.</summary>
    public string? ArtifactType { get; }

    /// <summary>The manifest's annotations.</summary>
    public IReadOnlyDictionary<string, string>? Annotations { get; }

    /// <inheritdoc/>
    public override Descriptor Descriptor => base.Descriptor with { ArtifactType = ArtifactType, Annotations = Annotations };
}

/// <summary>A manifest or index and the tag it is stored under.</summary>
/// <param name="Tag">The tag.</param>
/// <param name="Manifest">What it names.</param>
public sealed record TaggedManifest(string Tag, TestManifest Manifest);
