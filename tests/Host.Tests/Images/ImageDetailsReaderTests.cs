using System.Text;
using System.Text.Json;
using NSubstitute;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Images;

namespace RegistryOperator.Host.Tests.Images;

public class ImageDetailsReaderTests
{
    private readonly IRegistryClient _client = Substitute.For<IRegistryClient>();

    [Fact]
    public async Task Read_Image_ShowsWhatTheConfigurationSaysWithoutValuesOfVariables()
    {
        var details = await ReadAsync(Image("""
            {"created":"2026-01-02T03:04:05+01:00","author":"Ada","os":"linux","architecture":"arm64","variant":"v8","config":{
              "User":"1000","WorkingDir":"/app","Entrypoint":["/app/run"],"Cmd":["--port","80"],"Env":["PATH=/bin","TOKEN=hunter2","EMPTY"],
              "ExposedPorts":{"8080/tcp":{},"53/udp":{}},"Labels":{"org.opencontainers.image.base.name":"docker.io/library/debian:12","team":"shop"}}}
            """));

        details.Reason.ShouldBeNull();
        details.Platforms.ShouldBe(["linux/arm64/v8"]);
        details.Created.ShouldBe(new DateTimeOffset(2026, 1, 2, 2, 4, 5, TimeSpan.Zero));
        var config = details.Config.ShouldNotBeNull();
        config.BaseImage.ShouldBe("docker.io/library/debian:12");
        config.Author.ShouldBe("Ada");
        config.User.ShouldBe("1000");
        config.WorkDir.ShouldBe("/app");
        config.Entrypoint.ShouldBe(["/app/run"]);
        config.Cmd.ShouldBe(["--port", "80"]);
        config.EnvVars.ShouldBe(["PATH", "TOKEN", "EMPTY"]);
        config.ExposedPorts.ShouldBe(["53/udp", "8080/tcp"]);
        config.Labels["team"].ShouldBe("shop");
        config.LayerCount.ShouldBe(2);
        details.Size!.Value.ShouldBeGreaterThan(300);
    }

    [Theory]
    [InlineData("1970-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00Z")]
    public async Task Read_ReproducibleBuildWithoutATime_HasNone(string created) =>
        (await ReadAsync(Image($$"""{"created":"{{created}}","os":"linux","architecture":"amd64"}"""))).Created.ShouldBeNull();

    [Fact]
    public async Task Read_Artifact_HasAReasonInsteadOfAnError()
    {
        var details = await ReadAsync(Store(MediaTypes.OciManifest,
            """{"schemaVersion":2,"artifactType":"application/vnd.acme.chart","config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2},"layers":[]}"""));

        details.Reason.ShouldBe(ScanReasons.NotAnImage);
        details.Message!.ShouldContain("application/vnd.acme.chart");
    }

    [Fact]
    public async Task Read_Schema1_IsReportedAsSuch() =>
        (await ReadAsync(Store(MediaTypes.DockerManifestSchema1Signed, """{"schemaVersion":1}"""))).Reason.ShouldBe(ScanReasons.UnsupportedManifest);

    [Fact]
    public async Task Read_Index_ListsPlatformsAndLeavesAttestationsOut()
    {
        var amd64 = Image("""{"created":"2026-01-02T00:00:00Z","os":"linux","architecture":"amd64"}""");
        var arm64 = Image("""{"created":"2026-01-03T00:00:00Z","os":"linux","architecture":"arm64"}""");
        var index = Store(MediaTypes.OciIndex, $$"""
            {"schemaVersion":2,"manifests":[
              {{Entry(arm64, "linux/arm64/v8")}},
              {{Entry(amd64, "linux/amd64")}},
              {{Entry(amd64, "unknown/unknown", isAttestation: true)}}]}
            """);

        var details = await ReadAsync(index);

        details.MediaType.ShouldBe(MediaTypes.OciIndex);
        details.Platforms.ShouldBe(["linux/arm64/v8", "linux/amd64"]);
        details.PlatformDigests.Select(entry => entry.Digest).ShouldBe([arm64.Digest.ToString(), amd64.Digest.ToString()]);
        details.Created!.Value.Day.ShouldBe(2);
    }

    [Fact]
    public async Task Read_IndexWithoutTheUsualPlatform_ShowsTheFirstItHas()
    {
        var s390x = Image("""{"created":"2026-01-02T00:00:00Z","os":"linux","architecture":"s390x"}""");

        var details = await ReadAsync(Store(MediaTypes.DockerManifestList, $$"""{"manifests":[{{Entry(s390x, "linux/s390x")}}]}"""));

        details.Reason.ShouldBeNull();
        details.Platforms.ShouldBe(["linux/s390x"]);
        details.Config.ShouldNotBeNull();
    }

    [Fact]
    public async Task Read_IndexEntryWithoutAPlatform_TellsItFromTheConfiguration()
    {
        var image = Image("""{"os":"linux","architecture":"riscv64"}""");

        (await ReadAsync(Store(MediaTypes.OciIndex, $$"""{"manifests":[{{Entry(image)}}]}"""))).Platforms.ShouldBe(["linux/riscv64"]);
    }

    [Fact]
    public async Task Read_IndexOfAttestationsAlone_IsNoImage()
    {
        var image = Image("{}");

        (await ReadAsync(Store(MediaTypes.OciIndex, $$"""{"manifests":[{{Entry(image, "unknown/unknown")}}]}"""))).Reason.ShouldBe(ScanReasons.NotAnImage);
    }

    [Fact]
    public async Task Read_IndexThatHoldsItselfInDepth_Ends()
    {
        var inner = Store(MediaTypes.OciIndex, """{"manifests":[]}""");
        for (var depth = 0; depth < 10; depth++) inner = Store(MediaTypes.OciIndex, $$"""{"manifests":[{{Entry(inner)}}]}""");

        (await ReadAsync(inner)).Reason.ShouldBe(ScanReasons.NotAnImage);
    }

    private Task<ImageDetails> ReadAsync(Manifest manifest) => new ImageDetailsReader(_client).ReadAsync(manifest, TestContext.Current.CancellationToken);

    private Manifest Image(string configuration)
    {
        var content = Encoding.UTF8.GetBytes(configuration);
        var digest = Digest.Compute(content);
        _client.ReadBlobAsync(Arg.Is<Descriptor>(blob => blob.Digest == digest), Arg.Any<long>(), Arg.Any<CancellationToken>()).Returns(new ReadOnlyMemory<byte>(content));
        return Store(MediaTypes.OciManifest, $$"""
            {"schemaVersion":2,"config":{"mediaType":"{{MediaTypes.OciImageConfig}}","digest":"{{digest}}","size":{{content.Length}}},"layers":[
              {"mediaType":"{{MediaTypes.OciLayerGzip}}","digest":"{{digest}}","size":100},{"mediaType":"{{MediaTypes.OciLayerGzip}}","digest":"{{digest}}","size":200}]}
            """);
    }

    private Manifest Store(string mediaType, string document)
    {
        var content = Encoding.UTF8.GetBytes(document);
        var manifest = new Manifest { MediaType = mediaType, Digest = Digest.Compute(content), Content = content };
        _client.GetManifestAsync(manifest.Digest.ToString(), Arg.Any<CancellationToken>()).Returns(manifest);
        return manifest;
    }

    private static string Entry(Manifest manifest, string? platform = null, bool isAttestation = false) => JsonSerializer.Serialize(new
    {
        mediaType = manifest.MediaType,
        digest = manifest.Digest.ToString(),
        size = manifest.Content.Length,
        platform = platform is null ? null : Platform.Parse(platform),
        annotations = isAttestation ? new Dictionary<string, string> { [AnnotationKeys.DockerReferenceType] = "attestation-manifest" } : null,
    });
}
