using System.Text;
using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Testing.Images;

/// <summary>Builds an image index (or Docker manifest list) from images of several platforms.</summary>
public sealed class IndexBuilder
{
    /// <summary>The value of <see cref="AnnotationKeys.DockerReferenceType"/> on BuildKit's attestation manifests.</summary>
    public const string AttestationReferenceType = AnnotationKeys.DockerAttestationManifest;

    /// <summary>The annotation that names the image a BuildKit attestation manifest is about
    /// (<see href="https://docs.docker.com/build/metadata/attestations/attestation-storage/"/>).</summary>
    public const string DockerReferenceDigest = AnnotationKeys.DockerReferenceDigest;

    private const string InTotoMediaType = "application/vnd.in-toto+json";
    private const string InTotoPredicateType = "in-toto.io/predicate-type";

    private readonly List<(Descriptor Descriptor, TestManifest Manifest)> _manifests = [];
    private readonly SortedDictionary<string, string> _annotations = new(StringComparer.Ordinal);
    private ImageFormat _format = ImageFormat.Oci;
    private string? _artifactType;
    private Descriptor? _subject;

    /// <summary>Sets whose media type the index carries.</summary>
    public IndexBuilder WithFormat(ImageFormat format) => Set(() => _format = format);

    /// <summary>Adds an image under its own platform.</summary>
    public IndexBuilder WithImage(TestImage image) => WithManifest(image, image.Platform);

    /// <summary>Adds any manifest, with a platform or without, and annotations of its entry.</summary>
    public IndexBuilder WithManifest(TestManifest manifest, Platform? platform = null, IReadOnlyDictionary<string, string>? annotations = null) =>
        Set(() =>
        {
            var descriptor = manifest.Descriptor;
            _manifests.Add((descriptor with { Platform = platform, Annotations = annotations ?? descriptor.Annotations }, manifest));
        });

    /// <summary>
    /// Adds an attestation manifest as BuildKit writes it: an image manifest of the platform <c>unknown/unknown</c>, whose layers are in-toto
    /// statements and whose entry names the image it is about.
    /// </summary>
    /// <param name="image">The image it is about.</param>
    /// <param name="predicateType">The statement's predicate, e.g. <c>https://slsa.dev/provenance/v0.2</c>.</param>
    /// <param name="statement">The in-toto statement, JSON.</param>
    public IndexBuilder WithAttestation(TestImage image, string predicateType, string statement)
    {
        var layer = new TestBlob(InTotoMediaType, Encoding.UTF8.GetBytes(statement), new Dictionary<string, string> { [InTotoPredicateType] = predicateType });
        var unknown = Platform.Parse("unknown/unknown");
        var config = new TestBlob(
            MediaTypes.OciImageConfig,
            ImageConfigWriter.Write(new ImageConfiguration { Os = unknown.Os, Architecture = unknown.Architecture }, [layer.Digest], []));
        var content = OciWriter.WriteManifest(
            new ImageManifest { MediaType = MediaTypes.OciManifest, Config = config.Descriptor, Layers = [layer.Descriptor] });
        return WithManifest(new TestManifest(MediaTypes.OciManifest, content, [config, layer]), unknown, new Dictionary<string, string>
        {
            [DockerReferenceDigest] = image.Digest.ToString(),
            [AnnotationKeys.DockerReferenceType] = AttestationReferenceType,
        });
    }

    /// <summary>Sets the type of artifact, for an index that is no image.</summary>
    public IndexBuilder WithType(string artifactType) => Set(() => _artifactType = artifactType);

    /// <summary>Makes the index refer to another manifest.</summary>
    public IndexBuilder WithSubject(Descriptor subject) => Set(() => _subject = subject);

    /// <summary>Adds an annotation to the index.</summary>
    public IndexBuilder WithAnnotation(string name, string value) => Set(() => _annotations[name] = value);

    /// <summary>Builds the index.</summary>
    public TestManifest Build() => new(
        _format.Index(),
        OciWriter.WriteIndex(new ImageIndex
        {
            MediaType = _format.Index(),
            ArtifactType = _artifactType,
            Manifests = [.. _manifests.Select(entry => entry.Descriptor)],
            Subject = _subject,
            Annotations = _annotations,
        }),
        manifests: [.. _manifests.Select(entry => entry.Manifest)]);

    private IndexBuilder Set(Action change)
    {
        change();
        return this;
    }
}
