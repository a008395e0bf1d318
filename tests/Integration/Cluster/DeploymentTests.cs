using System.Text.Json.Nodes;
using RegistryOperator.Integration.Tests.Support;
using RegistryOperator.Tests.Servers.Processes;
using RegistryOperator.Tests.Servers.Registries;

namespace RegistryOperator.Integration.Tests.Cluster;

/// <summary>What <c>kubectl apply -k</c> installs: the API server takes it, and its rights are enough and no more.</summary>
public class DeploymentTests(Support.Cluster cluster)
{
    private const string Repository = "shop/api";
    private const string Account = "registry-operator";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("deploy", true)]
    [InlineData("deploy/namespaced", false)]
    public async Task Apply_Kustomization_GivesTheOperatorTheRightsItNeedsAndNoMore(string kustomization, bool seesAllNamespaces)
    {
        var ns = await InstallAsync(kustomization);
        using var folder = new TemporaryFolder("kubeconfig");
        var kubeconfig = folder.Write("config", await KubeconfigOfAccountAsync(ns));
        await using var registry = await DockerRegistry.StartAsync(
            new DockerRegistryOptions { Access = DockerRegistryAccess.Basic("ada", "correct-horse") }, _cancellation);
        using (var pusher = registry.CreatePusher()) await pusher.PushAsync(Repository, SampleImages.Versions(1), _cancellation);
        // Of one namespace in both cases: other tests have resources in others.
        await using var @operator = await RunningOperator.OverClusterAsync(kubeconfig, "--namespace", ns);

        await cluster.ApplyAsync(
            Resources.Secret("login", "ada", "correct-horse", ns) +
            Resources.Registry("api", registry.Url, Repository, "  credentialsSecret: {name: login}", ns));
        await cluster.WaitForStatusAsync(ns, "api", "Success");
        await cluster.KubectlAsync("delete", "registry", "api", "-n", ns, "--wait=false");
        await Wait.UntilAsync("the resource is gone with its finalizer", async _ => await cluster.GetAsync(ns, "api") is null, Deadline, _cancellation);

        (await MayAsync(ns, "watch", "registries")).ShouldBeTrue();
        (await MayAsync(ns, "watch", "registries", "--all-namespaces")).ShouldBe(seesAllNamespaces);
        (await MayAsync(ns, "list", "secrets")).ShouldBeFalse();
        (await MayAsync(ns, "delete", "registries")).ShouldBeFalse();
        (await MayAsync(ns, "create", "pods")).ShouldBeFalse();
        (await MayAsync(ns, "get", "secrets", "--namespace", "kube-system")).ShouldBe(seesAllNamespaces);
    }

    [Fact]
    public async Task Apply_Kustomization_HasOneOperatorWithoutRoot()
    {
        var ns = await InstallAsync("deploy");

        var deployment = JsonNode.Parse(await cluster.KubectlAsync("get", "deployment", Account, "-n", ns, "-o", "json"))!;

        ((int)deployment["spec"]!["replicas"]!).ShouldBe(1);
        ((bool)deployment["spec"]!["template"]!["spec"]!["securityContext"]!["runAsNonRoot"]!).ShouldBeTrue();
        ((string?)deployment["spec"]!["template"]!["spec"]!["serviceAccountName"]).ShouldBe(Account);
    }

    /// <summary>Installs into a namespace of its own.</summary>
    private async Task<string> InstallAsync(string kustomization)
    {
        var ns = await cluster.CreateNamespaceAsync();
        var documents = (await cluster.KubectlAsync("kustomize", Path.Combine(Product.RepositoryRoot, kustomization)))
            .Split("\n---\n")
            .Where(document => !document.Contains("kind: Namespace\n", StringComparison.Ordinal));
        await cluster.ApplyAsync(string.Join("\n---\n", documents).Replace($"namespace: {Account}\n", $"namespace: {ns}\n", StringComparison.Ordinal));
        return ns;
    }

    private async Task<string> KubeconfigOfAccountAsync(string ns)
    {
        var token = (await cluster.KubectlAsync("create", "token", Account, "-n", ns)).Trim();
        var config = JsonNode.Parse(await cluster.KubectlAsync("config", "view", "--raw", "--minify", "-o", "json"))!;
        config["users"]![0]!["user"] = new JsonObject { ["token"] = token };
        return config.ToJsonString();
    }

    /// <summary>Asks the API server, which knows the roles.</summary>
    private async Task<bool> MayAsync(string ns, params string[] what)
    {
        string[] place = what.Contains("--namespace") || what.Contains("--all-namespaces") ? [] : ["-n", ns];
        var answer = await cluster.Server.KubectlAsync(
            ["auth", "can-i", .. what, .. place, $"--as=system:serviceaccount:{ns}:{Account}"], input: null, _cancellation);
        return answer.Output.Trim() == "yes";
    }
}
