using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Testing.Images;

namespace RegistryOperator.Demo;

/// <summary>The content of the demo's repository: what a team's registry looks like after a year.</summary>
internal static class ShopImages
{
    public const string Repository = "shop/api";

    private const string CosignSignature = "application/vnd.dev.cosign.simplesigning.v1+json";
    private const string HelmConfig = "application/vnd.cncf.helm.config.v1+json";
    private const string HelmChart = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
    private const string ProvenanceType = "https://slsa.dev/provenance/v0.2";
    private const int BaseSize = 600_000;

    /// <summary>From this week on the images have the updates of their packages.</summary>
    private const int UpdateWeek = 20;

    private static readonly DateTimeOffset FirstRelease = new(2025, 3, 4, 9, 30, 0, TimeSpan.Zero);

    public static IEnumerable<TaggedManifest> All()
    {
        yield return Release("1.4.0", week: 0);
        yield return Release("1.4.1", week: 2);
        yield return Release("1.4.2", week: 7);
        // A fix of the old line, made after the new one: neither its name nor its place in the list tells its age.
        yield return Release("1.4.3", week: 24);
        yield return Release("2.0.0-rc.1", week: 17);
        yield return MultiArchitecture("2.0.0", week: 20);
        var newest = MultiArchitecture("2.1.0", week: 26);
        yield return newest;
        yield return newest with { Tag = "latest" };
        yield return Signature(newest.Manifest);
        yield return Chart();
    }

    private static TaggedManifest Release(string version, int week) => new(version, Image(version, week, "linux/amd64").WithFormat(ImageFormat.Docker).Build());

    private static TaggedManifest MultiArchitecture(string version, int week)
    {
        var amd64 = Image(version, week, "linux/amd64").Build();
        var index = new IndexBuilder()
            .WithImage(amd64)
            .WithImage(Image(version, week, "linux/arm64").Build())
            .WithImage(Image(version, week, "linux/arm/v7").Build())
            .WithAttestation(amd64, ProvenanceType, Provenance(amd64, version))
            .Build();
        return new TaggedManifest(version, index);
    }

    private static ImageBuilder Image(string version, int week, string platform) => new ImageBuilder()
        .WithPlatform(platform)
        .WithCreated(FirstRelease.AddDays(7 * week))
        .WithAuthor("Shop Team <shop@example.com>")
        // The base is shared by all releases of a platform, the application is not.
        .WithFillerLayer(BaseSize, seed: platform.Length)
        .WithLayer(
            new LayerFile("etc/os-release", "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\nVERSION_ID=\"12\"\n"),
            new LayerFile("etc/debian_version", "12.4\n"),
            ShopPackages.Debian(isUpdated: week >= UpdateWeek, platform.Split('/')[1]))
        .WithLayer([new LayerFile("app/version", $"{version} {platform}\n"), .. ShopPackages.Node(isUpdated: week >= UpdateWeek)])
        .WithFillerLayer(40_000 + 4_000 * week, seed: 1_000 + week)
        .WithEnvironment("PATH", "/usr/local/bin:/usr/bin:/bin")
        .WithEnvironment("SHOP_LOG_LEVEL", "info")
        .WithEntrypoint("/app/shop-api")
        .WithCommand("--listen=:8080")
        .WithExposedPort("8080/tcp")
        .WithUser("65532:65532")
        .WithWorkingDirectory("/app")
        .WithLabel("org.opencontainers.image.title", "shop-api")
        .WithLabel("org.opencontainers.image.version", version)
        .WithLabel(AnnotationKeys.BaseName, "docker.io/library/debian:12-slim")
        .WithHistory("FROM debian:12-slim")
        .WithHistory("COPY app /app")
        .WithHistory("USER 65532:65532", emptyLayer: true);

    private static string Provenance(TestImage image, string version) =>
        $$$"""
        {"_type":"https://in-toto.io/Statement/v0.1","predicateType":"{{{ProvenanceType}}}",
         "subject":[{"name":"{{{Repository}}}","digest":{"{{{image.Digest.Algorithm}}}":"{{{image.Digest.Encoded}}}"}}],
         "predicate":{"builder":{"id":"https://ci.example.com/builders/1"},"buildType":"https://mobyproject.org/buildkit@v1",
         "invocation":{"configSource":{"uri":"https://git.example.com/shop/api.git#refs/tags/v{{{version}}}"} } } }
        """;

    /// <summary>As cosign 2 stores a signature: under a tag made from the digest, with no reference in the manifest.</summary>
    private static TaggedManifest Signature(TestManifest signed)
    {
        var payload =
            $$$"""
            {"critical":{"identity":{"docker-reference":"{{{Repository}}}"},"image":{"docker-manifest-digest":"{{{signed.Digest}}}"},
             "type":"cosign container image signature"},"optional":null}
            """;
        var signature = new ArtifactBuilder()
            .WithConfig(
                MediaTypes.OciImageConfig,
                """{"architecture":"","created":"0001-01-01T00:00:00Z","os":"","rootfs":{"type":"layers","diff_ids":[]},"config":{}}""")
            .WithFile(CosignSignature, payload, new Dictionary<string, string> { ["dev.cosignproject.cosign/signature"] = "MEUCIQDdemoOnlyNotARealSignature" })
            .Build();
        return new TaggedManifest($"{signed.Digest.Algorithm}-{signed.Digest.Encoded}.sig", signature);
    }

    private static TaggedManifest Chart() => new("chart-0.3.0", new ArtifactBuilder()
        .WithConfig(HelmConfig, """{"name":"shop-api","version":"0.3.0","apiVersion":"v2","appVersion":"2.1.0","type":"application"}""")
        .WithFile(
            HelmChart,
            new ImageBuilder().WithLayer(new LayerFile("shop-api/Chart.yaml", "apiVersion: v2\nname: shop-api\nversion: 0.3.0\n")).Build().Layers[0].Content)
        .Build());
}
