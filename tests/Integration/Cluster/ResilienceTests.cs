using RegistryOperator.Integration.Tests.Support;
using RegistryOperator.Testing.Registries;
using RegistryOperator.Tests.Servers.Kubernetes;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Integration.Tests.Cluster;

public class ResilienceTests(Support.Cluster cluster)
{
    private const string Repository = "shop/api";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Kill_InTheMiddleOfAScan_TheNextOperatorConverges()
    {
        await using var registry = await InMemoryRegistry.StartAsync(_cancellation);
        registry.Add(Repository, SampleImages.Versions(100));
        var ns = await cluster.CreateNamespaceAsync();
        await cluster.ApplyAsync(Resources.Registry("api", registry.Url, Repository, @namespace: ns));
        using (registry.Inject(Faults.Delay(TimeSpan.FromMilliseconds(100)).OnManifests()))
        {
            await using var killed = await RunningOperator.OverClusterAsync(cluster.Kubeconfig, "--namespace", ns);
            await Wait.UntilAsync("the scan is under way", () => registry.RequestCount > 20, Deadline, _cancellation);
            await killed.KillAsync();
        }

        (await cluster.GetAsync(ns, "api"))!["status"]?["lastScanStatus"].ShouldBeNull();
        await using var next = await RunningOperator.OverClusterAsync(cluster.Kubeconfig, "--namespace", ns);

        var resource = await cluster.WaitForStatusAsync(ns, "api", "Success");
        resource.Tags().Length.ShouldBe(100);
    }

    [Fact]
    public async Task Restart_AfterASuccessfulScan_AsksTheRegistryNothingBeforeItIsDue()
    {
        await using var registry = await InMemoryRegistry.StartAsync(_cancellation);
        registry.Add(Repository, SampleImages.Versions(3));
        var ns = await cluster.CreateNamespaceAsync();
        await cluster.ApplyAsync(Resources.Registry("api", registry.Url, Repository, @namespace: ns));
        await using (await RunningOperator.OverClusterAsync(cluster.Kubeconfig, "--namespace", ns)) await cluster.WaitForStatusAsync(ns, "api", "Success");
        registry.Log.Clear();

        await using var next = await RunningOperator.OverClusterAsync(cluster.Kubeconfig, "--namespace", ns);
        await cluster.KubectlAsync("annotate", "registry", "api", "-n", ns, "registry.kubecontroller.io/scan-requested-at=later");
        await cluster.WaitAsync(ns, "api", "the request is handled", resource => (string?)resource["status"]?["lastHandledScanRequest"] == "later");

        // One scan, the one that was asked for: a list and a HEAD for each tag.
        registry.RequestCount.ShouldBe(4);
    }

    [Fact]
    public async Task ApiServer_RestartedAndItsHistoryCompacted_OperatorRecoversWithoutHelp()
    {
        await using var server = await KubeApiServer.StartAsync(new KubeApiServerOptions { WatchCache = false }, _cancellation);
        await server.ApplyAsync((await Product.RunAsync(["crd"])).EnsureSuccess().Output, _cancellation);
        (await server.KubectlAsync(
            ["wait", "--for=condition=Established", "crd/registries.registry.kubecontroller.io", "--timeout=30s"], null, _cancellation)).EnsureSuccess();
        await using var registry = await InMemoryRegistry.StartAsync(_cancellation);
        registry.Add(Repository, SampleImages.Versions(2));
        await server.ApplyAsync(Resources.Registry("first", registry.Url, Repository), _cancellation);
        await using var @operator = await RunningOperator.OverClusterAsync(server.AdminKubeconfig);
        await WaitForSuccessAsync("first");

        await server.StopApiServerAsync();
        await Wait.UntilAsync("the operator is not ready", async token => !await @operator.IsReadyAsync(token), Deadline, _cancellation);
        await server.StartApiServerAsync(_cancellation);
        await server.ApplyAsync(Resources.Registry("second", registry.Url, Repository), _cancellation);
        await server.CompactAsync(_cancellation);

        await WaitForSuccessAsync("second");
        await Wait.UntilAsync("the operator is ready", @operator.IsReadyAsync, Deadline, _cancellation);

        // A deletion during the gap must not be missed.
        (await server.KubectlAsync(["delete", "registry", "first", "--timeout=30s"], null, _cancellation)).EnsureSuccess();

        Task WaitForSuccessAsync(string name) => Wait.UntilAsync(
            $"{name} is scanned",
            async token => (await server.KubectlAsync(["get", "registry", name, "-o", "jsonpath={.status.lastScanStatus}"], null, token)).Output == "Success",
            Deadline, _cancellation);
    }

    [Fact]
    public async Task Crd_InstalledAfterTheOperator_IsTakenUp()
    {
        await using var server = await KubeApiServer.StartAsync(_cancellation);
        await using var registry = await InMemoryRegistry.StartAsync(_cancellation);
        registry.Add(Repository, SampleImages.Versions(1));
        await using var @operator = await RunningOperator.OverClusterNotYetReadyAsync(server.AdminKubeconfig);
        await Wait.UntilAsync(
            "the operator says what is missing",
            () => @operator.Log.Contains("registries.registry.kubecontroller.io", StringComparison.Ordinal),
            Deadline,
            _cancellation);

        await server.ApplyAsync((await Product.RunAsync(["crd"])).EnsureSuccess().Output, _cancellation);

        await Wait.UntilAsync("the operator is ready", @operator.IsReadyAsync, Deadline, _cancellation);
    }
}
