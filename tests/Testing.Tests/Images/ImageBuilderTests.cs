using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Testing.Images;

namespace RegistryOperator.Testing.Tests.Images;

public sealed class ImageBuilderTests
{
    [Fact]
    public void Build_SameCalls_GivesSameDigests()
    {
        var first = Sample().Build();
        var second = Sample().Build();

        second.Digest.ShouldBe(first.Digest);
        second.Blobs.Select(blob => blob.Digest).ShouldBe(first.Blobs.Select(blob => blob.Digest));
    }

    [Theory]
    [InlineData(ImageFormat.Oci, MediaTypes.OciManifest, MediaTypes.OciImageConfig, MediaTypes.OciLayerGzip)]
    [InlineData(ImageFormat.Docker, MediaTypes.DockerManifest, MediaTypes.DockerImageConfig, "application/vnd.docker.image.rootfs.diff.tar.gzip")]
    public void Build_Format_SetsEveryMediaType(ImageFormat format, string manifest, string config, string layer)
    {
        var image = Sample().WithFormat(format).Build();
        var document = image.ToManifest().ReadImageManifest();

        image.MediaType.ShouldBe(manifest);
        document.MediaType.ShouldBe(manifest);
        document.Config!.MediaType.ShouldBe(config);
        document.Layers!.ShouldAllBe(entry => entry.MediaType == layer);
    }

    [Fact]
    public void Build_Configuration_IsReadBack()
    {
        var configuration = OciDocument.ReadImageConfiguration(Sample().Build().Config.Content.Span);

        configuration.Os.ShouldBe("linux");
        configuration.Architecture.ShouldBe("arm64");
        configuration.Variant.ShouldBe("v8");
        configuration.Author.ShouldBe("Shop Team");
        configuration.Created.ShouldBe(ImageBuilder.DefaultCreated);
        var container = configuration.Config.ShouldNotBeNull();
        container.Environment.ShouldBe(["PATH=/bin"]);
        container.Entrypoint.ShouldBe(["/app"]);
        container.Command.ShouldBe(["serve", "--port=8080"]);
        container.User.ShouldBe("65532:65532");
        container.WorkingDirectory.ShouldBe("/srv");
        container.ExposedPorts.ShouldNotBeNull().Keys.ShouldBe(["8080/tcp"]);
        container.Labels.ShouldNotBeNull()["org.opencontainers.image.version"].ShouldBe("1.0.0");
    }

    [Fact]
    public void Build_Manifest_DescribesItsBlobs()
    {
        var image = Sample().Build();
        var document = image.ToManifest().ReadImageManifest();

        document.Config!.Digest.Matches(image.Config.Content.Span).ShouldBeTrue();
        document.Layers!.Select(layer => layer.Digest).ShouldBe(image.Layers.Select(layer => Digest.Compute(layer.Content.Span)));
        document.TotalSize.ShouldBe(image.TotalSize);
        image.TotalSize.ShouldBe(image.Blobs.Sum(blob => (long)blob.Content.Length));
        document.Annotations.ShouldNotBeNull()["team"].ShouldBe("shop");
        Encoding.UTF8.GetString(image.Content.Span).ShouldContain("manifest.v1+json", customMessage: "no builder escapes the plus sign");
    }

    [Fact]
    public void Build_Layer_IsATarOfItsFilesAndTheirFolders()
    {
        var image = new ImageBuilder().WithLayer(new LayerFile("etc/app/config", "a=1")).Build();
        using var archive = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(image.Layers[0].Content.ToArray()), CompressionMode.Decompress)) gzip.CopyTo(archive);

        using var configuration = JsonDocument.Parse(image.Config.Content);
        configuration.RootElement.GetProperty("rootfs").GetProperty("diff_ids")[0].GetString().ShouldBe(Digest.Compute(archive.ToArray()).ToString());
        archive.Position = 0;
        using var tar = new TarReader(archive);
        var entries = new Dictionary<string, string>(StringComparer.Ordinal);
        while (tar.GetNextEntry() is { } entry)
        {
            using var content = new MemoryStream();
            entry.DataStream?.CopyTo(content);
            entries[entry.Name] = Encoding.UTF8.GetString(content.ToArray());
        }

        entries.ShouldBe(new Dictionary<string, string> { ["etc/"] = "", ["etc/app/"] = "", ["etc/app/config"] = "a=1" });
    }

    [Fact]
    public void Build_WithoutCreated_LeavesItOut() =>
        OciDocument.ReadImageConfiguration(new ImageBuilder().WithCreated(null).Build().Config.Content.Span).Created.ShouldBeNull();

    private static ImageBuilder Sample() => new ImageBuilder()
        .WithPlatform("linux/arm64/v8")
        .WithLayer(new Dictionary<string, string> { ["etc/os-release"] = "ID=debian\n", ["app"] = "binary" })
        .WithFillerLayer(size: 1_000)
        .WithEnvironment("PATH", "/bin")
        .WithEntrypoint("/app")
        .WithCommand("serve", "--port=8080")
        .WithUser("65532:65532")
        .WithWorkingDirectory("/srv")
        .WithExposedPort("8080/tcp")
        .WithLabel("org.opencontainers.image.version", "1.0.0")
        .WithAuthor("Shop Team")
        .WithHistory("COPY app /app")
        .WithAnnotation("team", "shop");
}
