using System.Text.Json.Nodes;
using RegistryOperator.Integration.Tests.Support;
using RegistryOperator.Testing.Images;
using RegistryOperator.Tests.Servers.Processes;
using RegistryOperator.Tests.Servers.Registries;

namespace RegistryOperator.Integration.Tests.Scanning;

/// <summary>Workloads of YAML files against a real registry, with the built-in scanner.</summary>
public sealed class DriftTests
{
    private const string Repository = "shop/api";
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Scan_WorkloadsInTheFile_AreComparedByVersion()
    {
        await using var registry = await StartAsync("1.0.0", "1.0.1", "1.1.0", "1.1.0-alpine", "2.0.0-rc.1", "latest");
        var host = registry.Url.Authority;
        var yaml = Registry(registry.Url, "  tagFilter: {limit: 1, sortBy: version}")
            + Workload("Deployment", "old", $"{host}/{Repository}:1.0.0") + Workload("StatefulSet", "current", $"{host}/{Repository}:1.1.0")
            + Workload("Rollout", "custom", $"{host}/{Repository}:1.0.1", "argoproj.io/v1alpha1") + CronJob("nightly", $"{host}/{Repository}:2.0.0-rc.1")
            + Workload("DaemonSet", "other", $"{host}/{Repository}-ui:1.0.0") + Workload("Deployment", "floating", $"{host}/{Repository}");

        var result = await Product.RunAsync(["scan", "-f", "-", "-o", "json"], yaml);

        result.ExitCode.ShouldBe(0, result.Error);
        var drift = JsonNode.Parse(result.Output)!["status"]!["drift"]!;
        StateOf(drift, "old").ShouldBe(("OUTDATED", "UPDATE_AVAILABLE", "1.0.1, 1.1.0"));
        StateOf(drift, "current").ShouldBe(("LATEST", "NO_ACTION", ""));
        StateOf(drift, "custom").ShouldBe(("OUTDATED", "UPDATE_AVAILABLE", "1.1.0"));
        StateOf(drift, "nightly").ShouldBe(("LATEST", "NO_ACTION", ""));
        StateOf(drift, "floating").ShouldBe(("UNKNOWN", "NO_ACTION", ""));
        drift["workloads"]!.AsArray().Select(workload => (string?)workload!["name"]).ShouldNotContain("other");
        ((int?)drift["summary"]!["total"], (int?)drift["summary"]!["outdated"]).ShouldBe((5, 2));
        ((string?)WorkloadOf(drift, "old")["message"]).ShouldBe("Update to 1.0.1: it is newer; there is no report of the vulnerabilities of both.");
    }

    [Fact]
    public async Task Scan_RunningTagsBeyondTheLimit_AreReadAndShownWithWhoRunsThem()
    {
        await using var registry = await StartAsync("1.0.0", "1.0.1", "1.1.0");
        var yaml = Registry(registry.Url, "  tagFilter: {include: '^1\\.1', limit: 1}")
            + Workload("Deployment", "old", $"{registry.Url.Authority}/{Repository}:1.0.0", replicas: 3);

        var resource = JsonNode.Parse((await Product.RunAsync(["scan", "-f", "-", "-o", "json"], yaml)).EnsureSuccess().Output)!;

        resource.Tags().ShouldBe(["1.1.0", "1.0.0"]);
        var usage = resource.Image("1.0.0")!["usage"]!;
        ((int?)usage["workloadCount"], (string?)usage["workloads"]![0]!["name"], (int?)usage["workloads"]![0]!["replicas"]).ShouldBe((1, "old", 3));
        resource.Image("1.1.0")!["usage"].ShouldBeNull();
    }

    /// <summary>Two scans over one store: the second one would confirm that the tag is gone.</summary>
    [Fact]
    public async Task Scan_TagThatOnlyAMirrorHas_IsNoAlarm()
    {
        await using var registry = await StartAsync("1.0.0", "1.0.1");
        var yaml = Resources.Registry("api", registry.Url, Repository, "  driftDetection: {enabled: true, checkInterval: 1, mirrors: [mirror.example.com/hub]}")
            + Workload("Deployment", "own", $"mirror.example.com/hub/{Repository}:1.0.0-corp")
            + Workload("Deployment", "copy", $"mirror.example.com/hub/{Repository}:1.0.1");
        using var data = new TemporaryFolder("data");
        (await Product.RunAsync(["scan", "-f", "-", "--data-dir", data.Path], yaml)).EnsureSuccess();
        var next = TimeProvider.System.GetUtcNow().AddSeconds(1.1);
        await Wait.UntilAsync("the next check is an interval later", () => TimeProvider.System.GetUtcNow() > next, TimeSpan.FromMinutes(1), _cancellation);

        var result = (await Product.RunAsync(["scan", "-f", "-", "-o", "json", "--data-dir", data.Path], yaml)).EnsureSuccess();

        var drift = JsonNode.Parse(result.Output)!["status"]!["drift"]!;
        StateOf(drift, "own").ShouldBe(("UNKNOWN", "NO_ACTION", ""));
        ((string?)WorkloadOf(drift, "own")["message"], WorkloadOf(drift, "own")["changes"])
            .ShouldBe(($"As far as is known, only the mirror mirror.example.com/hub/{Repository} has 1.0.0-corp.", null));
        StateOf(drift, "copy").ShouldBe(("LATEST", "NO_ACTION", ""));
    }

    [Fact]
    public async Task Scan_NoWorkloadsInTheFile_SaysSo()
    {
        await using var registry = await StartAsync("1.0.0");

        var result = await Product.RunAsync(["scan", "-f", "-", "-o", "json"], Registry(registry.Url));

        result.ExitCode.ShouldBe(0, result.Error);
        var drift = JsonNode.Parse(result.Output)!["status"]!["drift"]!;
        ((string?)drift["reason"], drift["summary"]).ShouldBe(("WorkloadsUnknown", null));
    }

    [Fact]
    public async Task Explain_WorkloadAfterAScan_TellsWhatItRecommended()
    {
        await using var registry = await StartAsync("1.0.0", "1.0.1");
        var yaml = Registry(registry.Url) + Workload("Deployment", "old", $"{registry.Url.Authority}/{Repository}:1.0.0");
        using var data = new TemporaryFolder("data");
        (await Product.RunAsync(["scan", "-f", "-", "--data-dir", data.Path], yaml)).EnsureSuccess();

        var result = await Product.RunAsync(["explain", "Deployment/old", "-f", "-", "--data-dir", data.Path], yaml);

        result.ExitCode.ShouldBe(0, result.Error);
        result.Output.ShouldStartWith("Deployment/default/old  by default/api: OUTDATED, UPDATE_AVAILABLE\n");
        result.Output.ShouldContain("├─1.0.1 ");
        result.Output.ShouldContain("Update to 1.0.1: it is newer");
    }

    private async Task<DockerRegistry> StartAsync(params string[] tags)
    {
        var registry = await DockerRegistry.StartAsync(new DockerRegistryOptions(), _cancellation);
        using var pusher = registry.CreatePusher();
        await pusher.PushAsync(Repository, tags.Select((tag, number) => new TaggedManifest(tag, SampleImages.Numbered(number))), _cancellation);
        return registry;
    }

    private static string Registry(Uri url, string more = "") =>
        Resources.Registry("api", url, Repository, $"{more}\n  driftDetection: {{enabled: true}}".TrimStart('\n'));

    private static string Workload(string kind, string name, string image, string apiVersion = "apps/v1", int replicas = 1) =>
        $"---\napiVersion: {apiVersion}\nkind: {kind}\nmetadata: {{name: {name}}}\nspec:\n  replicas: {replicas}\n  template:\n    spec:\n" +
        $"      containers:\n      - {{name: app, image: '{image}'}}\n";

    private static string CronJob(string name, string image) =>
        $"---\napiVersion: batch/v1\nkind: CronJob\nmetadata: {{name: {name}}}\nspec:\n  jobTemplate:\n    spec:\n      template:\n        spec:\n" +
        $"          containers:\n          - {{name: app, image: '{image}'}}\n";

    private static JsonNode WorkloadOf(JsonNode drift, string name) =>
        drift["workloads"]!.AsArray().Single(workload => (string?)workload!["name"] == name)!;

    private static (string? Status, string? Recommendation, string Updates) StateOf(JsonNode drift, string name)
    {
        var workload = WorkloadOf(drift, name);
        var updates = workload["availableUpdates"]?.AsArray().Select(update => (string?)update!["tag"]) ?? [];
        return ((string?)workload["status"], (string?)workload["recommendation"], string.Join(", ", updates));
    }
}
