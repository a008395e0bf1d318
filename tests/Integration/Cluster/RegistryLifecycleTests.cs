using System.Text.Json.Nodes;
using RegistryOperator.Integration.Tests.Support;
using RegistryOperator.Testing.Images;
using RegistryOperator.Tests.Servers.Processes;
using RegistryOperator.Tests.Servers.Registries;

namespace RegistryOperator.Integration.Tests.Cluster;

public class RegistryLifecycleTests(Support.Cluster cluster)
{
    private const string OtherRepository = "shop/other";
    private const string Repository = "shop/api";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Apply_Registry_ReachesSuccessWithAllThatWasPushed()
    {
        await using var registry = await DockerRegistry.StartAsync(_cancellation);
        var image = new ImageBuilder().WithPlatform("linux/amd64").WithCreated(SampleImages.Start)
            .WithAuthor("Ada").WithUser("1000").WithWorkingDirectory("/app")
            .WithEntrypoint("/app/run").WithCommand("--port", "80").WithEnvironment("TOKEN", "hunter2").WithExposedPort("8080/tcp").WithLabel("team", "shop")
            .WithLabel("org.opencontainers.image.base.name", "docker.io/library/debian:12").WithFillerLayer(2_000).WithFillerLayer(3_000, seed: 1).Build();
        var index = new IndexBuilder()
            .WithImage(image)
            .WithImage(SampleImages.Numbered(7, "linux/arm64"))
            .WithAttestation(image, "https://slsa.dev/provenance/v1", "{}")
            .Build();
        var artifact = new ArtifactBuilder().WithType("application/vnd.acme.chart").WithFile("text/plain", "chart").Build();
        using var pusher = registry.CreatePusher();
        await pusher.PushAsync(Repository,
            [new("1.0.0", image), new("multi", index), new("chart", artifact), new($"sha256-{image.Digest.Encoded}.sig", artifact)], _cancellation);
        var ns = await cluster.CreateNamespaceAsync();
        await using var @operator = await RunningOperator.OverClusterAsync(cluster.Kubeconfig, "--namespace", ns);

        await cluster.ApplyAsync(Resources.Registry("api", registry.Url, Repository, @namespace: ns));
        var resource = await cluster.WaitForStatusAsync(ns, "api", "Success");

        var status = resource["status"]!;
        ((long)status["observedGeneration"]!).ShouldBe((long)resource["metadata"]!["generation"]!);
        ((string?)resource.Condition("Ready")!["status"]).ShouldBe("True");
        ((string?)resource.Condition("Reconciling")!["status"]).ShouldBe("False");
        ((int)status["tags"]!["found"]!).ShouldBe(4);
        ((int)status["tags"]!["skippedSignatures"]!).ShouldBe(1);
        resource["metadata"]!["finalizers"]!.AsArray().Select(finalizer => (string)finalizer!).ShouldBe(["registry.kubecontroller.io/finalizer"]);

        var single = resource.Image("1.0.0").ShouldNotBeNull();
        ((string?)single["digest"]).ShouldBe(image.Digest.ToString());
        ((long)single["size"]!).ShouldBe(image.TotalSize);
        single["platforms"]!.AsArray().Select(platform => (string)platform!).ShouldBe(["linux/amd64"]);
        ((string?)single["timestamps"]!["created"]).ShouldBe("2026-01-01T00:00:00Z");
        ((string?)single["timestamps"]!["age"])!.ShouldEndWith("d");
        JsonNode.DeepEquals(single["config"], JsonNode.Parse("""
            {"baseImage":"docker.io/library/debian:12","author":"Ada","user":"1000","workDir":"/app","entrypoint":["/app/run"],"cmd":["--port","80"],
             "exposedPorts":["8080/tcp"],"envVars":["TOKEN"],
             "labels":{"team":"shop","org.opencontainers.image.base.name":"docker.io/library/debian:12"},"layerCount":2}
            """)).ShouldBeTrue(single["config"]!.ToJsonString());
        resource.ToJsonString().ShouldNotContain("hunter2");

        ((string?)resource.Image("multi")!["digest"]).ShouldBe(index.Digest.ToString());
        resource.Image("multi")!["platforms"]!.AsArray().Select(platform => (string)platform!).ShouldBe(["linux/amd64", "linux/arm64"]);
        ((string?)resource.Image("chart")!["reason"]).ShouldBe("NotAnImage");
        (await cluster.KubectlAsync("get", "registry", "api", "-n", ns)).ShouldContain("Success");
    }

    [Fact]
    public async Task StatusWrite_ByTheOperatorItself_WakesNothing()
    {
        await using var registry = await DockerRegistry.StartAsync(_cancellation);
        using var pusher = registry.CreatePusher();
        await pusher.PushAsync(Repository, SampleImages.Versions(3), _cancellation);
        var ns = await cluster.CreateNamespaceAsync();
        await using var @operator = await RunningOperator.OverClusterAsync(cluster.Kubeconfig, "--namespace", ns);
        await cluster.ApplyAsync(Resources.Registry("api", registry.Url, Repository, @namespace: ns));
        await cluster.WaitForStatusAsync(ns, "api", "Success");
        await registry.Log.ClearAsync(_cancellation);

        // Another resource comes through the same watch after the write: when it is done, a scan that the write caused would have begun.
        await pusher.PushAsync(OtherRepository, SampleImages.Versions(3), _cancellation);
        await cluster.ApplyAsync(Resources.Registry("other", registry.Url, OtherRepository, @namespace: ns));
        await cluster.WaitForStatusAsync(ns, "other", "Success");

        var requests = await registry.Log.ReadAsync(_cancellation);
        requests.ShouldContain(request => request.Path.StartsWith($"/v2/{OtherRepository}/", StringComparison.Ordinal));
        requests.ShouldNotContain(request => request.Path.StartsWith($"/v2/{Repository}/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Annotate_ScanRequested_ScansAtOnceWithOneHeadForEachUnchangedTag()
    {
        await using var registry = await DockerRegistry.StartAsync(_cancellation);
        using var pusher = registry.CreatePusher();
        await pusher.PushAsync(Repository, SampleImages.Versions(3), _cancellation);
        var ns = await cluster.CreateNamespaceAsync();
        await using var @operator = await RunningOperator.OverClusterAsync(cluster.Kubeconfig, "--namespace", ns);
        await cluster.ApplyAsync(Resources.Registry("api", registry.Url, Repository, @namespace: ns));
        var first = await cluster.WaitForStatusAsync(ns, "api", "Success");
        await registry.Log.ClearAsync(_cancellation);

        await cluster.KubectlAsync("annotate", "registry", "api", "-n", ns, "registry.kubecontroller.io/scan-requested-at=now");
        var second = await cluster.WaitAsync(ns, "api", "the request is handled", resource => (string?)resource["status"]?["lastHandledScanRequest"] == "now");

        var requests = await registry.Log.ReadAsync(_cancellation);
        requests.Count(request => request.Method == "HEAD").ShouldBe(3);
        requests.Count(request => request.Method == "GET").ShouldBe(1);
        ((string?)second.Image("1.0.0")!["timestamps"]!["firstSeen"]).ShouldBe((string?)first.Image("1.0.0")!["timestamps"]!["firstSeen"]);
        second.Image("1.0.0")!["config"]!.ToJsonString().ShouldBe(first.Image("1.0.0")!["config"]!.ToJsonString());
    }

    [Fact]
    public async Task ChangeSpec_WhileAtRest_ScansAtOnce()
    {
        await using var registry = await DockerRegistry.StartAsync(_cancellation);
        using var pusher = registry.CreatePusher();
        await pusher.PushAsync(Repository, SampleImages.Versions(3), _cancellation);
        var ns = await cluster.CreateNamespaceAsync();
        await using var @operator = await RunningOperator.OverClusterAsync(cluster.Kubeconfig, "--namespace", ns);
        await cluster.ApplyAsync(Resources.Registry("api", registry.Url, Repository, @namespace: ns));
        await cluster.WaitForStatusAsync(ns, "api", "Success");

        await cluster.ApplyAsync(Resources.Registry("api", registry.Url, Repository, "  tagFilter: {include: '0$'}", ns));
        await cluster.WaitAsync(ns, "api", "only 1.0.0 is left", resource => resource.Tags() is ["1.0.0"]);

        await cluster.ApplyAsync(Resources.Registry("api", registry.Url, Repository, "  tagFilter: {include: '(unclosed'}", ns));
        var invalid = await cluster.WaitForStatusAsync(ns, "api", "Failed");
        ((string?)invalid["status"]!["message"])!.ShouldStartWith("spec.tagFilter.include: ");
        ((string?)invalid.Condition("Stalled")!["status"]).ShouldBe("True");
        invalid.Tags().ShouldBe(["1.0.0"]);
    }

    [Fact]
    public async Task Delete_Registry_GoesWithItsFinalizer()
    {
        await using var registry = await DockerRegistry.StartAsync(_cancellation);
        var ns = await cluster.CreateNamespaceAsync();
        await using var @operator = await RunningOperator.OverClusterAsync(cluster.Kubeconfig, "--namespace", ns);
        await cluster.ApplyAsync(Resources.Registry("api", registry.Url, "no/such", @namespace: ns));
        var failed = await cluster.WaitForStatusAsync(ns, "api", "Failed");
        ((string?)failed["status"]!["message"])!.ShouldContain("no/such");

        await cluster.KubectlAsync("delete", "registry", "api", "-n", ns, "--wait=false");

        await Wait.UntilAsync("the resource is gone", async _ => await cluster.GetAsync(ns, "api") is null, Deadline, _cancellation);
    }

    [Fact]
    public async Task Apply_FullForm_RoundTrips()
    {
        var ns = await cluster.CreateNamespaceAsync();
        var yaml = await File.ReadAllTextAsync(Path.Combine(Product.RepositoryRoot, "samples", "registries", "full.yaml"), _cancellation);

        await cluster.ApplyAsync(yaml.Replace("namespace: default", $"namespace: {ns}", StringComparison.Ordinal));

        var listed = JsonNode.Parse(await cluster.KubectlAsync("get", "registries", "-n", ns, "-o", "json"))!["items"]!.AsArray().Single()!;
        var applied = JsonNode.Parse((string)listed["metadata"]!["annotations"]!["kubectl.kubernetes.io/last-applied-configuration"]!)!;
        JsonNode.DeepEquals(listed["spec"], applied["spec"]).ShouldBeTrue($"{listed["spec"]!.ToJsonString()}\n{applied["spec"]!.ToJsonString()}");

        // The status in its full form, without the field that stands for a newer operator's: the CRD does not know it.
        var file = Path.Combine(Product.RepositoryRoot, "tests", "Host.Tests", "Registry", "full-status.json");
        var status = JsonNode.Parse(await File.ReadAllTextAsync(file, _cancellation))!.AsObject();
        status["images"]![0]!.AsObject().Remove("ofANewerOperator");
        await cluster.KubectlAsync(
            "patch", "registry", "full", "-n", ns, "--subresource=status", "--type=merge",
            "-p", new JsonObject { ["status"] = status.DeepClone() }.ToJsonString());
        var stored = (await cluster.GetAsync(ns, "full"))!["status"]!;
        JsonNode.DeepEquals(stored, status).ShouldBeTrue($"{stored.ToJsonString()}\n{status.ToJsonString()}");
    }
}
