using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Integration.Tests.Support;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Integration.Tests.Cluster;

/// <summary>Two tenants of one cluster: what one may read is never in the status, the search or the reports of the other.</summary>
public class SharingTests(Support.Cluster cluster)
{
    private const string Private = "victim/app";
    private const string Own = "stranger/app";
    private const string Scanning = "  platforms: [linux/amd64]\n  sbomGeneration: {enabled: true, generator: trivy, format: cyclonedx-json}\n";
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task DigestOfAnothersPrivateImage_NamedInOnesOwnIndex_ShowsNothingOfIt()
    {
        using var tools = await ScannerTools.CreateAsync(_cancellation);
        var user = new RegistryCredential.UsernamePassword("alice", "s3cr3t-alice");
        await using var closed = await InMemoryRegistry.StartAsync(new InMemoryRegistryOptions { User = user }, _cancellation);
        await using var open = await InMemoryRegistry.StartAsync(_cancellation);
        var image = PackagedImages.Debian(1);
        closed.Add(Private, "prod", image);
        open.Add(Own, "v1", new IndexBuilder().WithImage(image).Build());
        // It knows the digest, and no more: the index is all that it has.
        using var sparse = open.Inject(Faults.Status(404, "MANIFEST_UNKNOWN").OnPath(image.Digest.ToString()));

        var victim = await cluster.CreateNamespaceAsync();
        var stranger = await cluster.CreateNamespaceAsync();
        await cluster.KubectlAsync(
            "create", "secret", "generic", "login", "-n", victim, "--from-literal=username=alice", "--from-literal=password=s3cr3t-alice");
        await cluster.KubectlAsync("create", "secret", "generic", "login", "-n", stranger, "--from-literal=username=mallory", "--from-literal=password=guess");
        await using var @operator = await RunningOperator.WithAsync(tools.Environment, "--kubeconfig", cluster.Kubeconfig);

        await cluster.ApplyAsync(Resources.Registry("app", closed.Url, Private, Scanning + "  credentialsSecret: {name: login}\n", victim));
        var owned = await cluster.WaitForStatusAsync(victim, "app", "Success");
        ((int)owned.Image("prod")!["sbom"]!["totalPackages"]!).ShouldBeGreaterThan(0);

        await cluster.ApplyAsync(Resources.Registry("index", open.Url, Own, Scanning, stranger));
        await cluster.ApplyAsync(Resources.Registry("login", closed.Url, Private, Scanning + "  credentialsSecret: {name: login}\n", stranger));
        await cluster.ApplyAsync(Resources.Registry("anonymous", closed.Url, Private, Scanning, stranger));
        foreach (var name in new[] { "index", "login", "anonymous" })
        {
            var resource = await cluster.WaitAsync(stranger, name, "it was scanned", now => now["status"]?["lastScanStatus"] is not null);
            var status = resource["status"]!.ToJsonString();
            status.ShouldNotContain("totalPackages");
            status.ShouldNotContain("openssl");
            status.ShouldNotContain("s3cr3t-alice");
        }
    }

    [Fact]
    public async Task ServiceAccountsOfOneName_InTwoNamespaces_PullWithTheirOwnSecretsAlone()
    {
        var user = new RegistryCredential.UsernamePassword("alice", "s3cr3t-alice");
        await using var closed = await InMemoryRegistry.StartAsync(new InMemoryRegistryOptions { User = user }, _cancellation);
        closed.Add(Private, "prod", PackagedImages.Debian(1));
        var victim = await cluster.CreateNamespaceAsync();
        var stranger = await cluster.CreateNamespaceAsync();
        foreach (var (ns, password) in new[] { (victim, "s3cr3t-alice"), (stranger, "guess") })
        {
            await cluster.KubectlAsync("create", "serviceaccount", "puller", "-n", ns);
            await cluster.KubectlAsync(
                "create", "secret", "docker-registry", "login", "-n", ns, $"--docker-server={closed.Url.Authority}", "--docker-username=alice",
                $"--docker-password={password}");
            await cluster.KubectlAsync("patch", "serviceaccount", "puller", "-n", ns, "--type=merge", "-p", """{"imagePullSecrets":[{"name":"login"}]}""");
        }

        await using var @operator = await RunningOperator.OverClusterAsync(cluster.Kubeconfig);
        foreach (var ns in new[] { victim, stranger })
            await cluster.ApplyAsync(Resources.Registry("app", closed.Url, Private, "  serviceAccountName: puller\n", ns));

        (await cluster.WaitForStatusAsync(victim, "app", "Success")).Image("prod").ShouldNotBeNull();
        var refused = await cluster.WaitForStatusAsync(stranger, "app", "Failed");
        ((string?)refused["status"]!["message"]).ShouldNotBeNull().ShouldNotContain("s3cr3t-alice");
        refused["status"]!["images"]?.AsArray().ShouldBeEmpty();
    }
}
