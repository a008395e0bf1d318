using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Host.Tests.Golden;

/// <summary>A registry with images of every sort, the same in every run: platforms, an index, attached documents, artifacts, tags that move and go.</summary>
internal static class GoldenRegistry
{
    public const string Repository = "team/app";

    /// <summary>More than a status may hold.</summary>
    public const string LargeRepository = "team/large";

    private const int LargeTags = 300;

    public static void Fill(InMemoryRegistry registry)
    {
        registry.Add(
            Repository,
            "1.0.0",
            Image("1.0.0", 1)
                .WithLabel("vulnerabilities", "critical+ critical high+ high medium medium+ low unknown")
                .WithLabel("eol", "yes")
                .Build());
        registry.Add(Repository, "1.1.0", Image("1.1.0", 2).WithLabel("packages", "15").WithLabel("verdict", "Failed").Build());
        registry.Add(Repository, "1.1.1", Image("1.1.1", 3).WithLabel("fails", "trivy=TimedOut syft=TooLarge house-rules=OwnReason").Build());
        var amd64 = Image("2.0.0 on amd64", 4).WithLabel("vulnerabilities", "high+ low").Build();
        var arm64 = Image("2.0.0 on arm64", 4).WithPlatform("linux/arm64/v8").WithLabel("vulnerabilities", "high+ medium").WithLabel("packages", "5").Build();
        registry.Add(Repository, "2.0.0", new IndexBuilder().WithImage(amd64).WithImage(arm64).Build());
        registry.Add(Repository, "latest", new IndexBuilder().WithImage(amd64).WithImage(arm64).Build());
        var document = """{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"app","packages":[""" +
            """{"SPDXID":"SPDXRef-a","name":"attached","versionInfo":"1"}],"relationships":[]}""";
        var sbom = new ArtifactBuilder().WithType(SbomMediaTypes.SpdxJson).WithFile(SbomMediaTypes.SpdxJson, document).WithSubject(amd64.Descriptor).Build();
        registry.Add(Repository, null, sbom);
        var chart = new ArtifactBuilder()
            .WithConfig("application/vnd.cncf.helm.config.v1+json", "{}")
            .WithFile("application/vnd.cncf.helm.chart.content.v1.tar+gzip", "chart")
            .Build();
        registry.Add(Repository, "chart", chart);
        registry.Add(Repository, "v1.2.3", Image("1.2.3", 6).WithLabel("vulnerabilities", "medium").Build());
        registry.Add(Repository, "gone-later", Image("gone", 5).Build());
        var signature = new ArtifactBuilder()
            .WithType("application/vnd.dev.cosign.simplesigning.v1+json")
            .WithFile("text/plain", "signature")
            .Build();
        registry.Add(Repository, $"sha256-{amd64.Descriptor.Digest.Encoded}.sig", signature);
        foreach (var number in Enumerable.Range(0, LargeTags))
        {
            var image = Image($"large {number}", number)
                .WithLabel("vulnerabilities", string.Join(' ', Enumerable.Repeat("high+", 12)))
                .WithLabel("packages", "12");
            registry.Add(LargeRepository, $"1.{number}.0", image.WithLabel("filler", new string('f', 1500)).Build());
        }
    }

    /// <summary>A tag moves, one goes, one comes.</summary>
    public static void Change(InMemoryRegistry registry)
    {
        registry.Add(Repository, "1.1.0", Image("1.1.0 rebuilt", 20).WithLabel("vulnerabilities", "low").Build());
        registry.RemoveTag(Repository, "gone-later");
        registry.Add(Repository, "2.1.0", Image("2.1.0", 21).Build());
    }

    private static ImageBuilder Image(string content, int day) => new ImageBuilder()
        .WithCreated(ImageBuilder.DefaultCreated.AddDays(day))
        .WithLayer(new LayerFile("content", content))
        .WithLabel("org.opencontainers.image.base.name", "debian:12")
        .WithEntrypoint("/app").WithEnvironment("HOME", "/").WithUser("1000").WithExposedPort("8080/tcp");
}
