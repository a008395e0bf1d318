using System.Text.Json.Nodes;
using RegistryOperator.Integration.Tests.Support;
using RegistryOperator.Testing.Images;
using RegistryOperator.Tests.Servers.Registries;

namespace RegistryOperator.Integration.Tests.Scanning;

/// <summary>What updates fix and bring in, with the real Trivy: what is expected is worked out from Trivy's own reports of the images.</summary>
public sealed class DriftAdviceTests
{
    private const string Repository = "shop/api";
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    /// <summary>As many vulnerabilities of each severity in all three: only sets tell the images apart.</summary>
    private static readonly TaggedManifest[] Images =
    [
        new("1.0.0", PackagedImages.DebianOf(0, ["libssl3 openssl 3.0.11-1~deb12u2", "curl curl 7.88.1-10"], ["lodash 4.17.21"])),
        new("1.0.1", PackagedImages.DebianOf(1, ["libssl3 openssl 3.0.14-1~deb12u2", "curl curl 7.88.1-10", "ssh openssh 1:9.2p1-2"], ["lodash 4.17.21"])),
        new("1.1.0", PackagedImages.DebianOf(2, ["libssl3 openssl 3.0.11-1~deb12u2", "curl curl 7.88.1-10+deb12u4"], ["minimist 1.2.5"])),
    ];

    /// <summary>Of a package that 1.0.1 alone has.</summary>
    private const string Later = """
        - bucket: debian 12
          pairs:
            - bucket: openssh
              pairs:
                - key: CVE-2099-0001
                  value: {FixedVersion: "1:9.9-1"}
        - bucket: vulnerability
          pairs:
            - key: CVE-2099-0001
              value: {Title: "openssh: made up", Severity: CRITICAL, VendorSeverity: {nvd: 4}}
        """;

    [Theory]
    [InlineData("")]
    [InlineData("  tagFilter: {limit: 1, sortBy: version}\n")] // the update that fixes most is listed, the other one only runs as an update
    public async Task Scan_UpdatesWithAsManyVulnerabilities_ComparesThemAsSets(string filter)
    {
        using var tools = await ScannerTools.CreateAsync(_cancellation);
        await using var registry = await StartAsync();
        var image = $"{registry.Url.Authority}/{Repository}";
        var found = await FindAsync(tools, image);
        found.Values.Select(one => string.Join(' ', one.Values.Order(StringComparer.Ordinal))).ShouldAllBe(severities => severities == "CRITICAL HIGH");

        var result = await Product.RunAsync(["scan", "-f", "-", "-o", "json"], Registry(registry, filter) + Deployment($"{image}:1.0.0"), tools.Environment);

        result.ExitCode.ShouldBe(0, result.Error);
        var workload = JsonNode.Parse(result.Output)!["status"]!["drift"]!["workloads"]!.AsArray().ShouldHaveSingleItem()!;
        ShouldBeSetsOf(workload, found);
        workload["availableUpdates"]!.AsArray().Select(update => ((string?)update!["tag"], (string?)update["recommendation"]))
            .ShouldBe([("1.1.0", "URGENT_UPDATE"), ("1.0.1", "RECOMMENDED")]);
        ((string?)workload["status"], (string?)workload["recommendation"], (string?)workload["message"])
            .ShouldBe(("VULNERABLE", "URGENT_UPDATE", "Update now to 1.1.0: it fixes 1 critical vulnerability."));
    }

    [Fact]
    public async Task Report_OfUpdates_NamesWhatTheyFixAndBring()
    {
        using var tools = await ScannerTools.CreateAsync(_cancellation);
        await using var registry = await StartAsync();
        var image = $"{registry.Url.Authority}/{Repository}";
        var (before, after) = (await tools.FindAsync($"{image}:1.0.0", _cancellation), await tools.FindAsync($"{image}:1.1.0", _cancellation));
        var generating = ScannerTools.HasSyft ? "  sbomGeneration: {enabled: true}\n" : "";
        (await Product.RunAsync(["scan", "-f", "-"], Registry(registry, generating) + Deployment($"{image}:1.0.0"), tools.Environment)).EnsureSuccess();

        var json = (await Product.RunAsync(["report", "default/api", "-o", "json"], environment: tools.Environment)).EnsureSuccess();
        var table = (await Product.RunAsync(["report", "default/api"], environment: tools.Environment)).EnsureSuccess();

        var update = JsonNode.Parse(json.Output)!["updates"]!.AsArray().Single(one => (string?)one!["tag"] == "1.1.0")!;
        NamesOf(update["fixed"]!).ShouldBe(before.Keys.Except(after.Keys), ignoreOrder: true);
        NamesOf(update["introduced"]!).ShouldBe(after.Keys.Except(before.Keys), ignoreOrder: true);
        table.Output.ShouldContain("1.0.0 -> 1.1.0 (created 2026-01-01, seen since ");
        table.Output.ShouldContain("  fixes CVE-2023-38545 CRITICAL\n  brings CVE-2021-44906 CRITICAL\n");
        if (ScannerTools.HasSyft)
        {
            table.Output.ShouldContain(
                "  packages: 1 changed, 1 new, 1 gone: curl 7.88.1-10 -> 7.88.1-10+deb12u4, minimist 1.2.5 is new, lodash 4.17.21 is gone\n");
        }
    }

    /// <summary>Both were seen for the first time just now.</summary>
    [Theory]
    [InlineData("", "1.0.1 WAITING, 1.1.0 WAITING", "NO_ACTION")]
    [InlineData(", bypassForSeverity: CRITICAL", "1.1.0 URGENT_UPDATE, 1.0.1 WAITING", "URGENT_UPDATE")]
    [InlineData(", bypassForSeverity: HIGH", "1.1.0 URGENT_UPDATE, 1.0.1 RECOMMENDED", "URGENT_UPDATE")]
    public async Task Scan_UpdatesInsideTheCooldown_WaitUnlessTheyFixWhatIsNamed(string bypass, string updates, string recommendation)
    {
        using var tools = await ScannerTools.CreateAsync(_cancellation);
        await using var registry = await StartAsync();
        var yaml = Registry(registry, options: $", options: {{minimumAge: 7d{bypass}}}") + Deployment($"{registry.Url.Authority}/{Repository}:1.0.0");

        var result = (await Product.RunAsync(["scan", "-f", "-", "-o", "json"], yaml, tools.Environment)).EnsureSuccess();

        var workload = JsonNode.Parse(result.Output)!["status"]!["drift"]!["workloads"]!.AsArray().ShouldHaveSingleItem()!;
        string.Join(", ", workload["availableUpdates"]!.AsArray().Select(update => $"{update!["tag"]} {update["recommendation"]}")).ShouldBe(updates);
        ((string?)workload["recommendation"]).ShouldBe(recommendation);
    }

    /// <summary>Reports of two databases are never compared: all are made anew before.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("  tagFilter: {limit: 1, sortBy: version}\n")]
    public async Task Scan_DatabaseIsUpdated_ScansUpdatesBeforeTheyAreCompared(string filter)
    {
        using var tools = await ScannerTools.CreateAsync(_cancellation);
        await using var registry = await StartAsync();
        var image = $"{registry.Url.Authority}/{Repository}";
        var yaml = Registry(registry, filter) + Deployment($"{image}:1.0.0");
        (await Product.RunAsync(["scan", "-f", "-"], yaml, tools.Environment)).EnsureSuccess();
        await tools.UpdateDatabaseAsync(Later, _cancellation);

        var result = (await Product.RunAsync(["scan", "-f", "-", "-o", "json"], yaml, tools.Environment)).EnsureSuccess();

        var workload = JsonNode.Parse(result.Output)!["status"]!["drift"]!["workloads"]!.AsArray().ShouldHaveSingleItem()!;
        ShouldBeSetsOf(workload, await FindAsync(tools, image));
        var brings = workload["availableUpdates"]!.AsArray().Single(update => (string?)update!["tag"] == "1.0.1")!;
        ((int?)brings["newCVEs"], (string?)brings["recommendation"]).ShouldBe((2, "CAUTION"));
    }

    private async Task<Dictionary<string, Dictionary<string, string>>> FindAsync(ScannerTools tools, string image)
    {
        var found = new Dictionary<string, Dictionary<string, string>>(StringComparer.Ordinal);
        foreach (var tagged in Images) found[tagged.Tag] = await tools.FindAsync($"{image}:{tagged.Tag}", _cancellation);
        return found;
    }

    private static void ShouldBeSetsOf(JsonNode workload, Dictionary<string, Dictionary<string, string>> found)
    {
        workload["availableUpdates"]!.AsArray().Count.ShouldBe(Images.Length - 1);
        foreach (var update in workload["availableUpdates"]!.AsArray())
        {
            var (before, after) = (found["1.0.0"], found[(string)update!["tag"]!]);
            var gone = before.Keys.Except(after.Keys).Select(id => before[id]).ToArray();
            ((int?)update["criticalCVEsFixed"], (int?)update["highCVEsFixed"], (int?)update["newCVEs"]).ShouldBe(
                (gone.Count(severity => severity == "CRITICAL"), gone.Count(severity => severity == "HIGH"), after.Keys.Except(before.Keys).Count()),
                update.ToJsonString());
        }
    }

    private static IEnumerable<string> NamesOf(JsonNode vulnerabilities) => vulnerabilities.AsArray().Select(one => (string)one!["id"]!);

    private async Task<DockerRegistry> StartAsync()
    {
        var registry = await DockerRegistry.StartAsync(_cancellation);
        using var pusher = registry.CreatePusher();
        await pusher.PushAsync(Repository, Images, _cancellation);
        return registry;
    }

    private static string Registry(DockerRegistry registry, string more = "", string options = "") => Resources.Registry(
        "api", registry.Url, Repository,
        $"{more}  vulnerabilityScanning: {{enabled: true, severityThreshold: UNKNOWN}}\n  driftDetection: {{enabled: true{options}}}");

    private static string Deployment(string image) =>
        "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n"
        + $"      containers: [{{name: app, image: '{image}'}}]\n";
}
