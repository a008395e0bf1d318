using System.Text;
using System.Text.Json;
using CsCheck;
using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Abstractions.Tests.Oci;

public sealed class ManifestTests
{
    private static readonly Digest Layer = Digest.Compute("layer"u8);

    [Fact]
    public void ReadImageManifest_Image_GivesConfigLayersAndSize()
    {
        var image = Of(
            $$"""
            {"schemaVersion":2,"mediaType":"{{MediaTypes.OciManifest}}",
             "config":{"mediaType":"{{MediaTypes.OciImageConfig}}","digest":"{{Layer}}","size":10},
             "layers":[{"mediaType":"{{MediaTypes.OciLayerGzip}}","digest":"{{Layer}}","size":100},
                       {"mediaType":"{{MediaTypes.OciLayerGzip}}","digest":"{{Layer}}","size":1000}],
             "annotations":{"a":"b"},"unknown":[{"x":1}]}
            """).ReadImageManifest();

        image.Config!.Digest.ShouldBe(Layer);
        image.Layers!.Count.ShouldBe(2);
        image.TotalSize.ShouldBe(1110);
        image.Annotations!["a"].ShouldBe("b");
        image.Subject.ShouldBeNull();
    }

    [Fact]
    public void ReadImageManifest_Artifact_GivesTypeAndSubject()
    {
        var artifact = Of(
            $$$"""
            {"schemaVersion":2,"artifactType":"application/spdx+json","config":{"mediaType":"{{{MediaTypes.OciEmpty}}}","digest":"{{{Layer}}}","size":2},
             "layers":[],"subject":{"mediaType":"{{{MediaTypes.OciManifest}}}","digest":"{{{Layer}}}","size":5}}
            """).ReadImageManifest();

        artifact.ArtifactType.ShouldBe("application/spdx+json");
        artifact.Subject!.Digest.ShouldBe(Layer);
        artifact.TotalSize.ShouldBe(2);
    }

    [Fact]
    public void ReadImageManifest_WithoutParts_HasNoSize() => Of("{}").ReadImageManifest().TotalSize.ShouldBe(0);

    /// <summary>A null descriptor describes nothing; a null string is the empty one.</summary>
    [Fact]
    public void ReadImageManifest_Nulls_AreReadAsGoDoes()
    {
        var image = Of($$$"""
            {"config":{"mediaType":null,"digest":"{{{Layer}}}","annotations":{"a":null}},
             "layers":[null,{"mediaType":null,"digest":"{{{Layer}}}","size":7,"platform":{"os":null,"architecture":null}}],
             "subject":{"mediaType":null,"digest":"{{{Layer}}}"},"annotations":{"a":null,"b":"c"}}
            """).ReadImageManifest();

        image.Config!.MediaType.ShouldBe("");
        image.Config.Annotations!["a"].ShouldBe("");
        var layer = image.Layers!.ShouldHaveSingleItem();
        (layer.MediaType, layer.Size).ShouldBe(("", 7));
        layer.Platform!.IsUnknown.ShouldBeTrue();
        image.Subject!.MediaType.ShouldBe("");
        image.Annotations!.ShouldBe(new Dictionary<string, string> { ["a"] = "", ["b"] = "c" }, ignoreOrder: true);
    }

    [Fact]
    public void ReadIndex_Nulls_AreReadAsGoDoes()
    {
        var index = Of($$$"""
            {"manifests":[null,{"mediaType":null,"digest":"{{{Layer}}}","platform":{"os":"linux","architecture":null,"variant":null}},null],
             "subject":{"mediaType":null,"digest":"{{{Layer}}}"},"annotations":{"a":null}}
            """).ReadIndex();

        var entry = index.Manifests!.ShouldHaveSingleItem();
        entry.MediaType.ShouldBe("");
        (entry.Platform!.Os, entry.Platform.Architecture).ShouldBe(("linux", ""));
        index.Subject!.MediaType.ShouldBe("");
        index.Annotations!["a"].ShouldBe("");
    }

    [Fact]
    public void ReadImageConfiguration_Nulls_AreReadAsGoDoes()
    {
        var container = OciDocument.ReadImageConfiguration("""
            {"config":{"User":null,"Entrypoint":["a",null],"Cmd":[null],"Env":[null,"A=b"],"Labels":{"a":null,"b":"c"},"ExposedPorts":{"80/tcp":null}}}
            """u8).Config.ShouldNotBeNull();

        container.User.ShouldBeNull();
        container.Entrypoint.ShouldBe(["a", ""]);
        container.Command.ShouldBe([""]);
        container.Environment.ShouldBe(["", "A=b"]);
        container.Labels.ShouldBe(new Dictionary<string, string> { ["a"] = "", ["b"] = "c" }, ignoreOrder: true);
        container.ExposedPorts!.Keys.ShouldBe(["80/tcp"]);
        OciDocument.ReadImageConfiguration("""{"config":null}"""u8).Config.ShouldBeNull();
    }

    [Theory]
    [InlineData("9223372036854775807", "1", long.MaxValue)]
    [InlineData("9223372036854775807", "9223372036854775807", long.MaxValue)]
    [InlineData("-1", "5", 5)]
    [InlineData("5", "-9223372036854775808", 5)]
    [InlineData("3", "4", 7)]
    public void TotalSize_AnySizes_IsBoundedAndNotNegative(string config, string layer, long expected) =>
        Of($$$"""{"config":{"digest":"{{{Layer}}}","size":{{{config}}}},"layers":[{"digest":"{{{Layer}}}","size":{{{layer}}}}]}""")
            .ReadImageManifest().TotalSize.ShouldBe(expected);

    [Fact]
    public void ReadIndex_Platforms_AreRead()
    {
        var index = Of(
            $$$"""
            {"manifests":[
              {"mediaType":"{{{MediaTypes.OciManifest}}}","digest":"{{{Layer}}}","size":1,"platform":{"os":"linux","architecture":"arm","variant":"v7"}},
              {"mediaType":"{{{MediaTypes.OciManifest}}}","digest":"{{{Layer}}}","size":1,
               "platform":{"os":"windows","architecture":"amd64","os.version":"10.0.20348"}},
              {"mediaType":"{{{MediaTypes.OciManifest}}}","digest":"{{{Layer}}}","size":1,"platform":{"os":"unknown","architecture":"unknown"},
               "annotations":{"{{{AnnotationKeys.DockerReferenceType}}}":"attestation-manifest"}}]}
            """).ReadIndex();

        index.Manifests!.Select(entry => entry.Platform!.ToString()).ShouldBe(["linux/arm/v7", "windows/amd64", "unknown/unknown"]);
        index.Manifests![1].Platform!.OsVersion.ShouldBe("10.0.20348");
        index.Manifests[2].Platform!.IsUnknown.ShouldBeTrue();
    }

    [Fact]
    public void ToDescriptor_Manifest_DescribesItsBytes()
    {
        var manifest = Of("{}");

        manifest.ToDescriptor().ShouldBe(new Descriptor { MediaType = MediaTypes.OciManifest, Digest = manifest.Digest, Size = 2 });
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("<html>")]
    [InlineData("""{"layers":{}}""")]
    [InlineData("""{"layers":[{"size":1}]}""")]
    [InlineData("""{"config":{"digest":"latest"}}""")]
    [InlineData("""{"layers":[{"digest":"sha256:abc","size":1}]}""")]
    public void ReadImageManifest_NoManifest_ThrowsJsonException(string content) => Should.Throw<JsonException>(() => Of(content).ReadImageManifest());

    [Fact]
    public void ReadImageManifest_DeepNesting_ThrowsJsonException() =>
        Should.Throw<JsonException>(() => Of($$"""{"x":{{new string('[', 100)}}{{new string(']', 100)}}}""").ReadImageManifest());

    [Fact]
    public void Read_AnyBytes_ThrowsNothingButJsonException() =>
        Gen.Byte.Array[0, 200].Sample(content =>
        {
            try
            {
                OciDocument.ReadIndex(content);
                OciDocument.ReadImageConfiguration(content);
            }
            catch (JsonException)
            {
                // What callers expect.
            }
        });

    [Fact]
    public void ReadImageConfiguration_Docker_IsRead()
    {
        var configuration = OciDocument.ReadImageConfiguration(
            """
            {"created":"2024-05-01T10:00:00.123456789Z","author":"Shop","os":"linux","architecture":"amd64",
             "config":{"User":"app","Env":["PATH=/bin","KEY=a=b"],"ExposedPorts":{"8080/tcp":{}},"Labels":{"a":"b"},
                       "Entrypoint":null,"Cmd":["run"]},"container":"abc"}
            """u8);

        configuration.Created.ShouldNotBeNull().ToString("yyyy-MM-dd HH:mm").ShouldBe("2024-05-01 10:00");
        var container = configuration.Config.ShouldNotBeNull();
        container.Environment.ShouldBe(["PATH=/bin", "KEY=a=b"]);
        container.ExposedPorts!.Keys.ShouldBe(["8080/tcp"]);
        container.Entrypoint.ShouldBeNull();
        container.Command.ShouldBe(["run"]);
    }

    private static Manifest Of(string json)
    {
        var content = Encoding.UTF8.GetBytes(json);
        return new Manifest { MediaType = MediaTypes.OciManifest, Digest = Digest.Compute(content), Content = content };
    }
}
