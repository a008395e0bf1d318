using System.Text;
using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Testing.Images;

/// <summary>
/// Builds an artifact that is no image: a signature, an SBOM, an attestation, a chart
/// (<see href="https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md#guidelines-for-artifact-usage"/>). Without
/// <see cref="WithConfig"/> its configuration is the empty object.
/// </summary>
public sealed class ArtifactBuilder
{
    private readonly List<TestBlob> _layers = [];
    private readonly SortedDictionary<string, string> _annotations = new(StringComparer.Ordinal);
    private TestBlob _config = new(MediaTypes.OciEmpty, "{}"u8.ToArray());
    private string? _artifactType;
    private Descriptor? _subject;

    /// <summary>Sets the type of artifact, a media type.</summary>
    public ArtifactBuilder WithType(string artifactType) => Set(() => _artifactType = artifactType);

    /// <summary>Sets the configuration, for older kinds of artifact that are known by its media type.</summary>
    public ArtifactBuilder WithConfig(string mediaType, string content) => Set(() => _config = new TestBlob(mediaType, Encoding.UTF8.GetBytes(content)));

    /// <summary>Adds a file.</summary>
    /// <param name="mediaType">Its media type.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="annotations">Annotations of its descriptor.</param>
    public ArtifactBuilder WithFile(string mediaType, ReadOnlyMemory<byte> content, IReadOnlyDictionary<string, string>? annotations = null) =>
        Set(() => _layers.Add(new TestBlob(mediaType, content, annotations)));

    /// <summary>Adds a text file, in UTF-8.</summary>
    /// <param name="mediaType">Its media type.</param>
    /// <param name="content">Its text.</param>
    /// <param name="annotations">Annotations of its descriptor.</param>
    public ArtifactBuilder WithFile(string mediaType, string content, IReadOnlyDictionary<string, string>? annotations = null) =>
        WithFile(mediaType, Encoding.UTF8.GetBytes(content), annotations);

    /// <summary>Sets the manifest that the artifact is about: it becomes a referrer of it.</summary>
    public ArtifactBuilder WithSubject(Descriptor subject) =>
        Set(() => _subject = new Descriptor { MediaType = subject.MediaType, Digest = subject.Digest, Size = subject.Size });

    /// <summary>Adds an annotation to the manifest.</summary>
    public ArtifactBuilder WithAnnotation(string name, string value) => Set(() => _annotations[name] = value);

    /// <summary>Builds the artifact.</summary>
    public TestArtifact Build()
    {
        var manifest = OciWriter.WriteManifest(new ImageManifest
        {
            MediaType = MediaTypes.OciManifest,
            ArtifactType = _artifactType,
            Config = _config.Descriptor,
            Layers = [.. _layers.Select(layer => layer.Descriptor)],
            Subject = _subject,
            Annotations = _annotations,
        });
        var annotations = _annotations.Count > 0 ? new Dictionary<string, string>(_annotations) : null;
        return new TestArtifact(manifest, _artifactType ?? _config.Descriptor.MediaType, annotations, [_config, .. _layers]);
    }

    private ArtifactBuilder Set(Action change)
    {
        change();
        return this;
    }
}
