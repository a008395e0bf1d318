using System.Text.Json.Nodes;
using RegistryOperator.Integration.Tests.Support;
using RegistryOperator.Testing.Images;
using RegistryOperator.Tests.Servers.Registries;

namespace RegistryOperator.Integration.Tests.Cluster;

/// <summary>Workloads of a real API server: objects made by kubectl, what Pods run by patches of their status, as a kubelet would report it.</summary>
public sealed class WorkloadTests(Support.Cluster cluster)
{
    private const string Repository = "shop/api";
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Workloads_OfAllKinds_AreComparedUnderTheirTopmostOwner()
    {
        await using var registry = await DockerRegistry.StartAsync(_cancellation);
        using var pusher = registry.CreatePusher();
        await pusher.PushAsync(Repository, SampleImages.Versions(3), _cancellation);
        var image = $"{registry.Url.Authority}/{Repository}";
        var ns = await cluster.CreateNamespaceAsync();
        await cluster.ApplyAsync(
            $"apiVersion: v1\nkind: ServiceAccount\nmetadata: {{name: default, namespace: {ns}}}\n"
            + Template("apps/v1", "Deployment", ns, "web", $"{image}:1.0.0") + Template("apps/v1", "StatefulSet", ns, "db", $"{image}:1.0.2")
            + Template("apps/v1", "DaemonSet", ns, "agent", $"{image}:1.0.1") + Template("apps/v1", "ReplicaSet", ns, "bare", $"{image}:1.0.2")
            // The tests' API server is older than batch/v1.
            + $"---\napiVersion: batch/v1beta1\nkind: CronJob\nmetadata: {{name: nightly, namespace: {ns}}}\nspec:\n"
            + "  schedule: '0 1 * * *'\n  jobTemplate: {spec: {"
            + $"template: {{spec: {{restartPolicy: Never, containers: [{{name: app, image: '{image}:1.0.0'}}]}}}}}}}}\n"
            + Pod(ns, "alone", $"{image}:1.0.2", owner: "") + Pod(ns, "canary-1", $"{image}:1.0.1", Owner("argoproj.io/v1alpha1", "Rollout", "canary"))
            + Pod(ns, "other", $"{image}-ui:1.0.0", owner: ""));
        await RunsAsync(ns, "alone", $"{image}@{SampleImages.Numbered(2).Digest}");
        await RunsAsync(ns, "canary-1", $"{image}@{SampleImages.Numbered(1).Digest}");
        await using var @operator = await RunningOperator.OverClusterAsync(cluster.Kubeconfig, "--namespace", ns);

        await cluster.ApplyAsync(Resources.Registry("api", registry.Url, Repository, "  driftDetection: {enabled: true}", ns));
        var resource = await cluster.WaitAsync(ns, "api", "workloads are compared", now => now["status"]?["drift"]?["summary"] is not null);

        ShownOf(resource).ShouldBe(
        [
            "CronJob/nightly 1.0.0 OUTDATED 1.0.2", "DaemonSet/agent 1.0.1 OUTDATED 1.0.2", "Deployment/web 1.0.0 OUTDATED 1.0.2",
            "Pod/alone 1.0.2 LATEST ", "ReplicaSet/bare 1.0.2 LATEST ", "Rollout/canary 1.0.1 OUTDATED 1.0.2", "StatefulSet/db 1.0.2 LATEST ",
        ]);
        var usage = resource.Image("1.0.2")!["usage"]!;
        ((int?)usage["workloadCount"], (int?)usage["totalPods"]).ShouldBe((3, 1));
        var condition = resource["status"]!["conditions"]!.AsArray().Single(one => (string?)one!["type"] == "WorkloadsReadable")!;
        ((string?)condition["status"]).ShouldBe("True");

        await cluster.KubectlAsync("set", "image", "deployment/web", $"app={image}:1.0.2", "-n", ns);
        await cluster.WaitAsync(ns, "api", "the change is seen", now => ShownOf(now).Contains("Deployment/web 1.0.2 LATEST "));

        await pusher.PushAsync(Repository, [new TaggedManifest("1.0.3", SampleImages.Numbered(3))], _cancellation);
        await cluster.KubectlAsync("annotate", "registry", "api", "-n", ns, "registry.kubecontroller.io/scan-requested-at=now");
        await cluster.WaitAsync(ns, "api", "the new tag is seen", now => ShownOf(now).Contains("Deployment/web 1.0.2 OUTDATED 1.0.3"));
    }

    [Fact]
    public async Task Workloads_VersionIsRewritten_IsOneEventOfTheResource()
    {
        await using var registry = await DockerRegistry.StartAsync(_cancellation);
        using var pusher = registry.CreatePusher();
        await pusher.PushAsync(Repository, SampleImages.Versions(2), _cancellation);
        var image = $"{registry.Url.Authority}/{Repository}";
        var ns = await cluster.CreateNamespaceAsync();
        await cluster.ApplyAsync(
            $"apiVersion: v1\nkind: ServiceAccount\nmetadata: {{name: default, namespace: {ns}}}\n" + Pod(ns, "alone", $"{image}:1.0.1", owner: ""));
        await RunsAsync(ns, "alone", $"{image}@{SampleImages.Numbered(1).Digest}");
        await using var @operator = await RunningOperator.OverClusterAsync(cluster.Kubeconfig, "--namespace", ns);
        await cluster.ApplyAsync(Resources.Registry("api", registry.Url, Repository, "  driftDetection: {enabled: true}", ns));
        await cluster.WaitAsync(ns, "api", "workloads are compared", now => ShownOf(now).Contains("Pod/alone 1.0.1 LATEST "));
        (await EventsAsync(ns)).ShouldBeEmpty();

        await pusher.PushAsync(Repository, [new TaggedManifest("1.0.1", SampleImages.Numbered(7))], _cancellation);
        await ScanAsync("first");
        await ScanAsync("second");

        var told = (await EventsAsync(ns)).ShouldHaveSingleItem()!;
        ((string?)told["reason"], (string?)told["type"], (string?)told["involvedObject"]!["kind"]).ShouldBe(("TagRewritten", "Warning", "Registry"));
        ((string?)told["message"])!.ShouldStartWith($"Pod/{ns}/alone runs 1.0.1: The version was rewritten, and ");

        async Task ScanAsync(string request)
        {
            await cluster.KubectlAsync("annotate", "registry", "api", "-n", ns, "--overwrite", $"registry.kubecontroller.io/scan-requested-at={request}");
            await cluster.WaitAsync(ns, "api", "it was scanned", now =>
                (string?)now["status"]?["lastHandledScanRequest"] == request && now["status"]!["drift"]!["workloads"]![0]!["changes"] is not null);
        }
    }

    private async Task<JsonArray> EventsAsync(string ns) =>
        JsonNode.Parse(await cluster.KubectlAsync("get", "events", "-n", ns, "--field-selector", "involvedObject.name=api", "-o", "json"))!["items"]!.AsArray();

    private static string[] ShownOf(JsonNode resource) =>
    [
        .. (resource["status"]?["drift"]?["workloads"]?.AsArray() ?? []).Select(workload =>
            $"{workload!["kind"]}/{workload["name"]} {workload["currentTag"]} {workload["status"]} {workload["availableUpdates"]?[0]?["tag"]}")
            .Order(StringComparer.Ordinal),
    ];

    private Task RunsAsync(string ns, string pod, string imageId) => cluster.KubectlAsync(
        "patch", "pod", pod, "-n", ns, "--subresource=status", "--type=merge", "-p",
        $$$"""{"status":{"phase":"Running","containerStatuses":[{"name":"app","image":"x","imageID":"{{{imageId}}}","ready":true,"restartCount":0}]}}""");

    private static string Template(string apiVersion, string kind, string ns, string name, string image) =>
        $"---\napiVersion: {apiVersion}\nkind: {kind}\nmetadata: {{name: {name}, namespace: {ns}}}\nspec:\n" +
        $"  selector: {{matchLabels: {{app: {name}}}}}\n" + (kind == "StatefulSet" ? "  serviceName: db\n" : "") +
        $"  template:\n    metadata: {{labels: {{app: {name}}}}}\n    spec: {{containers: [{{name: app, image: '{image}'}}]}}\n";

    private static string Pod(string ns, string name, string image, string owner) =>
        $"---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\n  namespace: {ns}\n{owner}" +
        $"spec: {{automountServiceAccountToken: false, containers: [{{name: app, image: '{image}'}}]}}\n";

    private static string Owner(string apiVersion, string kind, string name) =>
        $"  ownerReferences: [{{apiVersion: {apiVersion}, kind: {kind}, name: {name}, uid: {Guid.NewGuid()}, controller: true}}]\n";
}
