using System.Text.Json.Nodes;
using RegistryOperator.Integration.Tests.Support;
using RegistryOperator.Testing.Images;
using RegistryOperator.Tests.Servers;
using RegistryOperator.Tests.Servers.Processes;
using RegistryOperator.Tests.Servers.Registries;

namespace RegistryOperator.Integration.Tests.Scanning;

/// <summary>SBOMs of the published product, with the real Syft and Trivy.</summary>
public class SbomTests
{
    private const string Repository = "shop/api";
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [SyftTheory]
    [InlineData("syft-json")]
    [InlineData("spdx-json")]
    [InlineData("cyclonedx-json")]
    public Task Scan_EveryFormatOfSyft_ListsTheSamePackagesAndWhatIsWrongWithThem(string format) =>
        ShouldListThePackagesAsync("syft", format, "3 direct, 1 transitive, 1 unknown");

    [Theory]
    [InlineData("spdx-json", "3 direct, 1 transitive, 1 unknown")]
    [InlineData("cyclonedx-json", "4 direct, 1 transitive, 0 unknown")]
    public Task Scan_EveryFormatOfTrivy_ListsTheSamePackagesAndWhatIsWrongWithThem(string format, string graph) =>
        ShouldListThePackagesAsync("trivy", format, graph);

    private async Task ShouldListThePackagesAsync(string generator, string format, string graph)
    {
        using var tools = await ScannerTools.CreateAsync(_cancellation);
        await using var registry = await DockerRegistry.StartAsync(_cancellation);
        await PushAsync(registry, new TaggedManifest("1.0.0", PackagedImages.Debian()));

        var image = (await ScanAsync(tools, Resources.Registry("api", registry.Url, Repository,
            $"  vulnerabilityScanning: {{enabled: true}}\n  sbomGeneration: {{enabled: true, generator: {generator}, format: {format}}}"))).Image("1.0.0")!;

        var sbom = image["sbom"]!;
        ((string?)sbom["reason"]).ShouldBeNull((string?)sbom["message"]);
        ((string?)sbom["format"]).ShouldBe(format);
        ((int)sbom["totalPackages"]!).ShouldBe(5);
        JsonNode.DeepEquals(sbom["packageTypes"], JsonNode.Parse("""{"deb": 4, "npm": 1}""")).ShouldBeTrue(sbom["packageTypes"]!.ToJsonString());
        // The worst first, by the full report of the other scanner.
        sbom["packages"]!.AsArray().Take(1).Select(package => $"{package!["name"]} {package["vulnerabilityCount"]} {package["critical"]}")
            .ShouldBe(["zlib1g 1 true"]);
        sbom["packages"]!.AsArray().Sum(package => (int)package!["vulnerabilityCount"]!).ShouldBe(4);
        ((int)sbom["dependencies"]!["outdated"]!).ShouldBe(3);
        // Here they differ: docs/configuration.md says why.
        $"{sbom["dependencies"]!["direct"]} direct, {sbom["dependencies"]!["transitive"]} transitive, {sbom["dependencies"]!["unknown"]} unknown"
            .ShouldBe(graph);
    }

    [Fact]
    public async Task Scan_AttachedSbom_IsTakenWhereTheResourceAllowsIt()
    {
        using var tools = await ScannerTools.CreateAsync(_cancellation);
        await using var registry = await DockerRegistry.StartAsync(_cancellation);
        var image = PackagedImages.Debian();
        var attached = new ArtifactBuilder().WithType("application/vnd.cyclonedx+json").WithSubject(image.Descriptor)
            .WithFile("application/vnd.cyclonedx+json", """
            {"bomFormat":"CycloneDX","specVersion":"1.5","version":1,
             "components":[{"type":"library","bom-ref":"a","name":"attached","version":"1.0","purl":"pkg:generic/attached@1.0"}]}
            """).Build();
        await PushAsync(registry, new TaggedManifest("1.0.0", image), new TaggedManifest("sbom", attached));

        var scan = await ScanAsync(tools, Resources.Registry("api", registry.Url, Repository,
            "  tagFilter: {include: '^1'}\n  sbomGeneration: {enabled: true, generator: trivy, useAttached: true, format: cyclonedx-json}"));
        var sbom = scan.Image("1.0.0")!["sbom"]!;

        ((string?)sbom["method"]).ShouldBe("attached");
        ((int)sbom["totalPackages"]!).ShouldBe(1);
    }

    [Fact]
    public async Task Scan_ThirdPartyScanner_ReadsTheSbomOfTheEngine()
    {
        using var tools = await ScannerTools.CreateAsync(_cancellation);
        await using var registry = await DockerRegistry.StartAsync(_cancellation);
        await PushAsync(registry, new TaggedManifest("1.0.0", PackagedImages.Debian()));
        using var plugins = new TemporaryFolder("plugins");
        var built = Path.Combine(Product.RepositoryRoot, "artifacts", "bin", "LicensePolicyScanner", "release");
        Directory.CreateDirectory(plugins.File("LicensePolicyScanner"));
        foreach (var file in Directory.GetFiles(built)) File.Copy(file, Path.Combine(plugins.File("LicensePolicyScanner"), Path.GetFileName(file)));

        async Task<JsonNode> ScanAsync(string more)
        {
            var result = await Product.RunAsync(
                ["scan", "-f", "-", "-o", "json", "--plugins", plugins.Path],
                Resources.Registry("api", registry.Url, Repository, more),
                tools.Environment);
            return JsonNode.Parse(result.EnsureSuccess().Output)!.Image("1.0.0")!["scans"]!["license-policy"]!;
        }

        const string sbom = "  sbomGeneration: {enabled: true, generator: trivy, format: cyclonedx-json}\n";
        var failed = await ScanAsync(sbom + "  scanners: [{name: license-policy, options: {forbidden: [MIT]}}]");
        ((string?)failed["result"]).ShouldBe("Failed");
        ((string?)failed["summary"]!["examples"]).ShouldBe("lodash (MIT)");
        ((string?)(await ScanAsync(sbom + "  scanners: [{name: license-policy, options: {forbidden: [AGPL-*]}}]"))["result"]).ShouldBe("Passed");
        ((string?)(await ScanAsync(sbom + "  scanners: [{name: license-policy, options: {forbiden: [MIT]}}]"))["message"])!
            .ShouldStartWith("spec.scanners[0].options");
        ((string?)(await ScanAsync("  scanners: [{name: license-policy, options: {forbidden: [Zlib]}}]"))["message"])!.ShouldContain("sbom");
    }

    private async Task PushAsync(DockerRegistry registry, params TaggedManifest[] images)
    {
        using var pusher = registry.CreatePusher();
        await pusher.PushAsync(Repository, images, _cancellation);
    }

    private static async Task<JsonNode> ScanAsync(ScannerTools tools, string resources) =>
        JsonNode.Parse((await Product.RunAsync(["scan", "-f", "-", "-o", "json"], resources, tools.Environment)).EnsureSuccess().Output)!;
}
