using System.Text.Json;

namespace RegistryOperator.Abstractions.Oci;

/// <summary>A manifest or index as the registry serves it: the exact bytes, whose digest has been verified, and how to read them.</summary>
public sealed record Manifest
{
    /// <summary>The media type: the document's own where it has one, else the registry's <c>Content-Type</c>.</summary>
    public required string MediaType { get; init; }

    /// <summary>The digest of <see cref="Content"/>.</summary>
    public required Digest Digest { get; init; }

    /// <summary>The exact bytes.</summary>
    public required ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>A descriptor of this manifest.</summary>
    public Descriptor ToDescriptor() => new() { MediaType = MediaType, Digest = Digest, Size = Content.Length };

    /// <summary>Reads the content as an image manifest.</summary>
    /// <exception cref="JsonException">The content is no such document.</exception>
    public ImageManifest ReadImageManifest() => OciDocument.ReadImageManifest(Content.Span);

    /// <summary>Reads the content as an index.</summary>
    /// <exception cref="JsonException">The content is no such document.</exception>
    public ImageIndex ReadIndex() => OciDocument.ReadIndex(Content.Span);
}
