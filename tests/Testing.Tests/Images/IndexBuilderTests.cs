using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Testing.Images;

namespace RegistryOperator.Testing.Tests.Images;

public sealed class IndexBuilderTests
{
    private static TestImage Image(string platform) => new ImageBuilder().WithPlatform(platform).Build();

    [Fact]
    public void Build_Images_AreListedByPlatform()
    {
        var index = new IndexBuilder().WithImage(Image("linux/amd64")).WithImage(Image("linux/arm/v7")).Build();

        index.MediaType.ShouldBe(MediaTypes.OciIndex);
        index.ToManifest().ReadIndex().Manifests!.Select(entry => entry.Platform!.ToString()).ShouldBe(["linux/amd64", "linux/arm/v7"]);
        index.Manifests.Count.ShouldBe(2);
    }

    [Fact]
    public void Build_DockerFormat_IsAManifestList() =>
        new IndexBuilder().WithFormat(ImageFormat.Docker).WithImage(Image("linux/amd64")).Build().MediaType.ShouldBe(MediaTypes.DockerManifestList);

    [Fact]
    public void Build_Attestation_IsMarkedAsBuildKitDoes()
    {
        var image = Image("linux/amd64");
        var index = new IndexBuilder()
            .WithImage(image)
            .WithAttestation(image, "https://slsa.dev/provenance/v0.2", """{"_type":"https://in-toto.io/Statement/v0.1"}""")
            .Build();

        var entry = index.ToManifest().ReadIndex().Manifests![1];
        entry.Platform!.IsUnknown.ShouldBeTrue();
        entry.Annotations.ShouldNotBeNull()[AnnotationKeys.DockerReferenceType].ShouldBe("attestation-manifest");
        entry.Annotations[IndexBuilder.DockerReferenceDigest].ShouldBe(image.Digest.ToString());
        var layer = index.Manifests[1].ToManifest().ReadImageManifest().Layers!.Single();
        layer.MediaType.ShouldBe("application/vnd.in-toto+json");
        layer.Annotations.ShouldNotBeNull()["in-toto.io/predicate-type"].ShouldBe("https://slsa.dev/provenance/v0.2");
    }

    [Fact]
    public void Build_Artifact_HasTypeSubjectAndEmptyConfig()
    {
        var image = Image("linux/amd64");
        var artifact = new ArtifactBuilder()
            .WithType("application/spdx+json")
            .WithFile("application/spdx+json", "{}")
            .WithSubject(image.Descriptor)
            .WithAnnotation("tool", "syft")
            .Build();

        var document = artifact.ToManifest().ReadImageManifest();
        document.ArtifactType.ShouldBe("application/spdx+json");
        document.Config!.MediaType.ShouldBe(MediaTypes.OciEmpty);
        document.Config.Size.ShouldBe(2);
        document.Subject!.Digest.ShouldBe(image.Digest);
        artifact.Descriptor.ArtifactType.ShouldBe("application/spdx+json");
        artifact.Descriptor.Annotations.ShouldNotBeNull()["tool"].ShouldBe("syft");
    }
}
