using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Layouts;

namespace RegistryOperator.Testing.Tests.Layouts;

public sealed class OciLayoutWriterTests
{
    [Fact]
    public async Task WriteAsync_ImagesAndIndex_WritesTagsAndEveryBlob()
    {
        var folder = Directory.CreateTempSubdirectory("layout-");
        try
        {
            var image = new ImageBuilder().WithLayer(new LayerFile("a", "b")).Build();
            var index = new IndexBuilder().WithImage(image).WithImage(new ImageBuilder().WithPlatform("linux/arm64").Build()).Build();

            await OciLayoutWriter.WriteAsync(folder.FullName, [new("1.0.0", image), new("1.1.0", index)], TestContext.Current.CancellationToken);

            File.ReadAllText(Path.Combine(folder.FullName, "oci-layout")).ShouldBe("""{"imageLayoutVersion":"1.0.0"}""");
            var entries = OciDocument.ReadIndex(File.ReadAllBytes(Path.Combine(folder.FullName, "index.json"))).Manifests!;
            entries.Select(entry => entry.Annotations![AnnotationKeys.RefName]).ShouldBe(["1.0.0", "1.1.0"]);
            entries.Select(entry => entry.Digest).ShouldBe([image.Digest, index.Digest]);
            foreach (var file in Directory.GetFiles(Path.Combine(folder.FullName, "blobs", "sha256")))
                Digest.Compute(File.ReadAllBytes(file)).Encoded.ShouldBe(Path.GetFileName(file));
            Directory.GetFiles(Path.Combine(folder.FullName, "blobs", "sha256")).Length.ShouldBe(6);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
