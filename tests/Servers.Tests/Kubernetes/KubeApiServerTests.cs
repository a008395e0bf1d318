using RegistryOperator.Tests.Servers.Kubernetes;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Servers.Tests.Kubernetes;

public sealed class KubeApiServerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task StartAsync_WithControllers_RunsDeploymentsAndKeepsUsersApart()
    {
        await using var cluster = await KubeApiServer.StartAsync(new KubeApiServerOptions { ControllerManager = true }, Stop);
        await cluster.ApplyAsync(
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: api, namespace: default}
            spec:
              replicas: 2
              selector: {matchLabels: {app: api}}
              template:
                metadata: {labels: {app: api}}
                spec: {containers: [{name: api, image: shop/api:1.0.0}]}
            """,
            Stop);

        await Wait.UntilAsync("the deployment has two pods", async token => await PodsAsync(cluster, token) == 2, Patience, Stop);
        var viewer = await cluster.KubectlAsync(cluster.ViewerKubeconfig, ["get", "pods"], input: null, Stop);
        viewer.ExitCode.ShouldBe(1);
        viewer.Error.ShouldContain("User \"viewer\" cannot list resource \"pods\"");
    }

    [Fact]
    public async Task RestartApiServerAsync_Data_StaysAndOldVersionsExpire()
    {
        await using var cluster = await KubeApiServer.StartAsync(Stop);
        await cluster.ApplyAsync(ConfigMap("kept"), Stop);
        var version = (await cluster.KubectlAsync(
            ["get", "configmap", "kept", "--output=jsonpath={.metadata.resourceVersion}"], input: null, Stop)).EnsureSuccess().Output;

        await cluster.StopApiServerAsync();
        (await cluster.KubectlAsync(["get", "--raw=/readyz"], input: null, Stop)).ExitCode.ShouldBe(1);
        await cluster.StartApiServerAsync(Stop);
        await cluster.ApplyAsync(ConfigMap("later"), Stop);
        await cluster.CompactAsync(Stop);

        (await cluster.KubectlAsync(["get", "configmap", "kept"], input: null, Stop)).ExitCode.ShouldBe(0);
        var old = await cluster.KubectlAsync(
            ["get", $"--raw=/api/v1/configmaps?limit=1&resourceVersion={version}&resourceVersionMatch=Exact"], input: null, Stop);
        (old.Output + old.Error).ShouldContain("too old");
    }

    private static string ConfigMap(string name) =>
        $"""
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: {name}
          namespace: default
        """;

    private static async Task<int> PodsAsync(KubeApiServer cluster, CancellationToken cancellationToken)
    {
        var pods = await cluster.KubectlAsync(["get", "pods", "--selector=app=api", "--output=name"], input: null, cancellationToken);
        return pods.EnsureSuccess().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
    }
}
