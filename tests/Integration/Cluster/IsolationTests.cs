using System.Diagnostics;
using RegistryOperator.Integration.Tests.Support;
using RegistryOperator.Testing.Registries;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Integration.Tests.Cluster;

public class IsolationTests(Support.Cluster cluster)
{
    private const string Repository = "shop/api";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task HangingRegistry_DelaysNoOtherResourceNorItsOwnDeletionNorTheEndOfTheProcess()
    {
        await using var hanging = await InMemoryRegistry.StartAsync(new InMemoryRegistryOptions { Faults = [Faults.Hang()] }, _cancellation);
        await using var healthy = await InMemoryRegistry.StartAsync(_cancellation);
        healthy.Add(Repository, SampleImages.Versions(3));
        var ns = await cluster.CreateNamespaceAsync();
        await using var @operator = await RunningOperator.OverClusterAsync(cluster.Kubeconfig, "--namespace", ns);
        for (var i = 0; i < 20; i++) await cluster.ApplyAsync(Resources.Registry($"hanging-{i}", hanging.Url, Repository, @namespace: ns));
        await Wait.UntilAsync("all of them hang", () => hanging.RequestCount >= 20, Deadline, _cancellation);

        await cluster.ApplyAsync(Resources.Registry("healthy", healthy.Url, Repository, @namespace: ns));
        await cluster.WaitForStatusAsync(ns, "healthy", "Success");

        await cluster.KubectlAsync("delete", "registry", "hanging-0", "-n", ns, "--wait=false");
        await Wait.UntilAsync("the hanging resource is gone", async _ => await cluster.GetAsync(ns, "hanging-0") is null, Soon, _cancellation);

        var stopping = Stopwatch.StartNew();
        await @operator.StopAsync(TimeSpan.FromSeconds(10));
        stopping.Elapsed.ShouldBeLessThan(Soon);
        @operator.Log.ShouldContain("Stopped");
    }

    [Fact]
    public async Task UnreadableTag_HasItsReasonAndTheOthersTheirDetails()
    {
        await using var registry = await InMemoryRegistry.StartAsync(_cancellation);
        registry.Add(Repository, SampleImages.Versions(4));
        registry.RemoveBlob(Repository, SampleImages.Numbered(2).Config.Digest);
        var ns = await cluster.CreateNamespaceAsync();
        await using var @operator = await RunningOperator.OverClusterAsync(cluster.Kubeconfig, "--namespace", ns);

        await cluster.ApplyAsync(Resources.Registry("api", registry.Url, Repository, @namespace: ns));
        var resource = await cluster.WaitForStatusAsync(ns, "api", "Success");

        ((string?)resource.Image("1.0.2")!["reason"]).ShouldBe("NotFound");
        ((string?)resource.Image("1.0.2")!["digest"]).ShouldBe(SampleImages.Numbered(2).Digest.ToString());
        ((string?)resource["status"]!["message"])!.ShouldContain("1 of 4 tags could not be read");
        foreach (var tag in new[] { "1.0.0", "1.0.1", "1.0.3" }) resource.Image(tag)!["config"].ShouldNotBeNull();
    }

    [Fact]
    public async Task FailedScan_KeepsTheLastImagesAndSaysWhy()
    {
        await using var registry = await InMemoryRegistry.StartAsync(_cancellation);
        registry.Add(Repository, SampleImages.Versions(3));
        var ns = await cluster.CreateNamespaceAsync();
        await using var @operator = await RunningOperator.OverClusterAsync(cluster.Kubeconfig, "--namespace", ns);
        await cluster.ApplyAsync(Resources.Registry("api", registry.Url, Repository, "  scanConfig: {retryAttempts: 0}", ns));
        await cluster.WaitForStatusAsync(ns, "api", "Success");

        using (registry.Inject(Faults.Status(500)))
        {
            await cluster.KubectlAsync("annotate", "registry", "api", "-n", ns, "registry.kubecontroller.io/scan-requested-at=1");
            var failed = await cluster.WaitForStatusAsync(ns, "api", "Failed");
            failed.Tags().Length.ShouldBe(3);
            failed.Image("1.0.0")!["config"].ShouldNotBeNull();
            ((string?)failed.Condition("Ready")!["status"]).ShouldBe("False");
            ((string?)failed.Condition("Ready")!["reason"]).ShouldBe("RegistryUnavailable");
        }

        await cluster.KubectlAsync("annotate", "registry", "api", "-n", ns, "--overwrite", "registry.kubecontroller.io/scan-requested-at=2");
        var recovered = await cluster.WaitForStatusAsync(ns, "api", "Success");
        recovered["status"]!["message"].ShouldBeNull();
    }

    [Fact]
    public async Task HundredScans_LeaveConnectionsAndFilesFlat()
    {
        await using var registry = await InMemoryRegistry.StartAsync(_cancellation);
        registry.Add(Repository, SampleImages.Versions(5));
        var ns = await cluster.CreateNamespaceAsync();
        await using var @operator = await RunningOperator.OverClusterAsync(cluster.Kubeconfig, "--namespace", ns);
        await cluster.ApplyAsync(Resources.Registry("api", registry.Url, Repository, "  scanInterval: 1", ns));
        await WaitForScansAsync(10);
        var before = @operator.OpenFiles;

        // Scans follow each other by the interval; requests for a scan make them quicker.
        for (var i = 0; Scans() < 110; i++)
        {
            await cluster.KubectlAsync("annotate", "registry", "api", "-n", ns, "--overwrite", $"registry.kubecontroller.io/scan-requested-at={i}");
            await cluster.WaitAsync(ns, "api", "the request is handled", resource => (string?)resource["status"]?["lastHandledScanRequest"] == $"{i}");
        }

        @operator.OpenFiles.ShouldBeInRange(before - 10, before + 3);

        int Scans() => registry.Log.Requests.Count(request => request.Path.EndsWith("/tags/list", StringComparison.Ordinal));

        Task WaitForScansAsync(int count) => Wait.UntilAsync($"{count} scans", () => Scans() >= count, Deadline, _cancellation);
    }
}
