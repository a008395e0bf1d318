using RegistryOperator.Integration.Tests.Support;
using RegistryOperator.Testing.Images;
using RegistryOperator.Tests.Servers.Registries;

namespace RegistryOperator.Integration.Tests.Cluster;

/// <summary>Scanners under the operator over a real API server.</summary>
public class ClusterScanningTests(Support.Cluster cluster)
{
    private const string Repository = "shop/api";
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Apply_WithScanning_HasCountsAndNothingIsScannedTwice()
    {
        using var tools = await ScannerTools.CreateAsync(_cancellation);
        var runs = tools.ReplaceTrivy("""[[ $1 == image ]] && echo "$@" >>"$RUNS"; exec "$TRIVY" "$@" """);
        await using var registry = await DockerRegistry.StartAsync(_cancellation);
        using (var pusher = registry.CreatePusher())
        {
            var images = Enumerable.Range(0, 3).Select(number => new TaggedManifest($"1.0.{number}", PackagedImages.Debian(number)));
            await pusher.PushAsync(Repository, images, _cancellation);
        }

        var ns = await cluster.CreateNamespaceAsync();
        await using var @operator = await RunningOperator.WithAsync(tools.Environment, "--kubeconfig", cluster.Kubeconfig, "--namespace", ns);

        await cluster.ApplyAsync(Resources.Registry(
            "api",
            registry.Url,
            Repository,
            "  vulnerabilityScanning: {enabled: true}\n  sbomGeneration: {enabled: true, generator: trivy, format: cyclonedx-json}",
            ns));
        var resource = await cluster.WaitForStatusAsync(ns, "api", "Success");

        foreach (var tag in resource.Tags())
        {
            ((int)resource.Image(tag)!["vulnerabilities"]!["total"]!).ShouldBe(4);
            ((int)resource.Image(tag)!["sbom"]!["totalPackages"]!).ShouldBe(5);
        }

        // Asked again: the images are the same and so is the database, but the user wants it made anew.
        await cluster.KubectlAsync("annotate", "registry", "api", "-n", ns, "registry.kubecontroller.io/scan-requested-at=2000-01-01T00:00:00Z");
        await cluster.WaitAsync(ns, "api", "the request is handled", now => (string?)now["status"]?["lastHandledScanRequest"] == "2000-01-01T00:00:00Z");
        (await File.ReadAllLinesAsync(runs, _cancellation))
            .Count(line => line.Contains("--list-all-pkgs", StringComparison.Ordinal) || line.Contains("json", StringComparison.Ordinal))
            .ShouldBeLessThanOrEqualTo(6);
        ((string?)(await cluster.GetAsync(ns, "api"))!.Image("1.0.0")!["vulnerabilities"]!["lastScanTime"])
            .ShouldBe((string?)resource.Image("1.0.0")!["vulnerabilities"]!["lastScanTime"]);
    }
}
