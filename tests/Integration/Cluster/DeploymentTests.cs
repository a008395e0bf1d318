using System.Globalization;
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
    [InlineData("deploy/cluster", true)]
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
        (await MayAsync(ns, "create", "events")).ShouldBeTrue();
        (await MayAsync(ns, "list", "events")).ShouldBeFalse();
        (await MayAsync(ns, "get", "secrets")).ShouldBeTrue();
        (await MayAsync(ns, "get", "serviceaccounts")).ShouldBeTrue();
        (await MayAsync(ns, "list", "serviceaccounts")).ShouldBeFalse();
        (await MayAsync(ns, "get", "secrets", "--namespace", "kube-system")).ShouldBeFalse();
    }

    [Fact]
    public async Task Apply_ClusterWide_ReadsSecretsOnlyWhereTheyAreGranted()
    {
        var ns = await InstallAsync("deploy/cluster");
        var shop = await cluster.CreateNamespaceAsync();
        var offices = await cluster.CreateNamespaceAsync();

        await ApplyExampleAsync("secrets-of-a-namespace", ns, shop);
        await ApplyExampleAsync("secrets-by-name", ns, offices);

        (await MayAsync(ns, "get", "secret/anything", "--namespace", shop)).ShouldBeTrue();
        (await MayAsync(ns, "get", "secret/registry-login", "--namespace", offices)).ShouldBeTrue();
        (await MayAsync(ns, "get", "secret/anything", "--namespace", offices)).ShouldBeFalse();
        (await MayAsync(ns, "list", "secrets", "--namespace", shop)).ShouldBeFalse();
        (await MayAsync(ns, "get", "secrets", "--namespace", "kube-system")).ShouldBeFalse();
    }

    [Fact]
    public async Task Apply_WithComponents_ReadsSecretsEverywhereAndKeepsReportsOnAVolume()
    {
        using var overlay = new TemporaryFolder("overlay");
        var deploy = Path.GetRelativePath(overlay.Path, Path.Combine(Product.RepositoryRoot, "deploy"));
        overlay.Write("kustomization.yaml", $"""
            resources: [{deploy}/cluster]
            components: [{deploy}/components/secrets-everywhere, {deploy}/components/persistent]
            """);

        var ns = await InstallAsync(overlay.Path);

        (await MayAsync(ns, "get", "secrets", "--namespace", "kube-system")).ShouldBeTrue();
        (await MayAsync(ns, "list", "secrets", "--namespace", "kube-system")).ShouldBeFalse();
        var deployment = JsonNode.Parse(await cluster.KubectlAsync("get", "deployment", Account, "-n", ns, "-o", "json"))!;
        ((string?)deployment["spec"]!["template"]!["spec"]!["volumes"]![0]!["persistentVolumeClaim"]!["claimName"]).ShouldBe(Account);
        await cluster.KubectlAsync("get", "persistentvolumeclaim", Account, "-n", ns);
    }

    [Fact]
    public async Task Apply_WithoutTheComponentOfDrift_TellsTheMissingRightUntilItIsThere()
    {
        var ns = await InstallAsync("deploy/namespaced");
        using var folder = new TemporaryFolder("kubeconfig");
        var kubeconfig = folder.Write("config", await KubeconfigOfAccountAsync(ns));
        await using var registry = await DockerRegistry.StartAsync(_cancellation);
        using (var pusher = registry.CreatePusher()) await pusher.PushAsync(Repository, SampleImages.Versions(1), _cancellation);
        await using var @operator = await RunningOperator.OverClusterAsync(kubeconfig, "--namespace", ns);

        await cluster.ApplyAsync(Resources.Registry("api", registry.Url, Repository, "  driftDetection: {enabled: true}", ns));

        var without = await cluster.WaitAsync(ns, "api", "the right is missing", resource => ReadableOf(resource).Status == "False");
        ReadableOf(without).Message.ShouldNotBeNull().ShouldContain("the operator needs the rights list and watch for pods, deployments.apps");
        ((string?)without["status"]!["drift"]!["reason"], without["status"]!["drift"]!["summary"]).ShouldBe(("WorkloadsUnknown", null));

        await cluster.ApplyAsync(string.Join("\n---\n", await RenderWithDriftAsync("namespaced", "drift-namespaced"))
            .Replace($"namespace: {Account}\n", $"namespace: {ns}\n", StringComparison.Ordinal));
        await cluster.WaitAsync(ns, "api", "workloads are read", resource => ReadableOf(resource).Status == "True");

        (await MayAsync(ns, "watch", "pods")).ShouldBeTrue();
        (await MayAsync(ns, "list", "cronjobs.batch")).ShouldBeTrue();
        (await MayAsync(ns, "get", "pods")).ShouldBeFalse();
        (await MayAsync(ns, "list", "nodes")).ShouldBeFalse();
        (await MayAsync(ns, "list", "configmaps")).ShouldBeFalse();
        (await MayAsync(ns, "list", "pods", "--namespace", "kube-system")).ShouldBeFalse();
    }

    [Fact]
    public async Task Apply_ComponentOfDriftForTheCluster_ListsWhatRunsEverywhere()
    {
        var ns = await cluster.CreateNamespaceAsync();
        var documents = (await RenderWithDriftAsync("cluster", "drift")).Where(document => !document.Contains("kind: Namespace\n", StringComparison.Ordinal));
        await cluster.ApplyAsync(string.Join("\n---\n", documents).Replace($"namespace: {Account}\n", $"namespace: {ns}\n", StringComparison.Ordinal));

        (await MayAsync(ns, "list", "pods", "--all-namespaces")).ShouldBeTrue();
        (await MayAsync(ns, "watch", "nodes", "--all-namespaces")).ShouldBeTrue();
        (await MayAsync(ns, "delete", "pods", "--all-namespaces")).ShouldBeFalse();
        (await MayAsync(ns, "list", "secrets", "--all-namespaces")).ShouldBeFalse();
    }

    private async Task<string[]> RenderWithDriftAsync(string kustomization, string component)
    {
        using var overlay = new TemporaryFolder("overlay");
        var deploy = Path.GetRelativePath(overlay.Path, Path.Combine(Product.RepositoryRoot, "deploy"));
        overlay.Write("kustomization.yaml", $"resources: [{deploy}/{kustomization}]\ncomponents: [{deploy}/components/{component}]\n");
        return await RenderAsync(overlay.Path);
    }

    private static (string? Status, string? Message) ReadableOf(JsonNode resource)
    {
        var condition = resource["status"]?["conditions"]?.AsArray().FirstOrDefault(one => (string?)one!["type"] == "WorkloadsReadable");
        return ((string?)condition?["status"], (string?)condition?["message"]);
    }

    /// <summary>All goes to the team's namespace, also whom the rights are given to; the namespace's own object is not touched.</summary>
    [Fact]
    public async Task Apply_OverlayForATeamsNamespace_GivesTheRightsThereAndToNobodyElse()
    {
        var team = await cluster.CreateNamespaceAsync();
        using var overlay = new TemporaryFolder("overlay");
        overlay.Write("kustomization.yaml", $$"""
            namespace: {{team}}
            resources: [{{Path.GetRelativePath(overlay.Path, Path.Combine(Product.RepositoryRoot, "deploy", "kustomize"))}}]
            """);

        var documents = await RenderAsync(overlay.Path);
        await cluster.ApplyAsync(string.Join("\n---\n", documents));

        documents.ShouldNotContain(document => document.Contains("kind: Namespace\n", StringComparison.Ordinal));
        documents.ShouldNotContain(document => document.Contains($"namespace: {Account}\n", StringComparison.Ordinal));
        (await MayAsync(team, "watch", "registries")).ShouldBeTrue();
        (await MayAsync(team, "get", "secrets")).ShouldBeTrue();
        (await MayAsync(team, "watch", "registries", "--all-namespaces")).ShouldBeFalse();
    }

    /// <summary>Deleting a CRD deletes the resources of everybody, and waits for their finalizers, which a deleted operator takes off no more.</summary>
    [Theory]
    [InlineData("deploy/cluster")]
    [InlineData("deploy/namespaced")]
    public async Task Delete_Kustomization_LeavesTheResourcesAndTheirDefinition(string kustomization)
    {
        var documents = await RenderAsync(kustomization);

        documents.ShouldNotContain(document => document.Contains("kind: CustomResourceDefinition", StringComparison.Ordinal));
    }

    /// <summary>A pod is evicted, with all its emptyDirs, when together they exceed its limit of ephemeral storage.</summary>
    [Fact]
    public async Task Apply_Kustomization_HasRoomForAllVolumesTogether()
    {
        var ns = await InstallAsync("deploy/namespaced");

        var pod = JsonNode.Parse(await cluster.KubectlAsync("get", "deployment", Account, "-n", ns, "-o", "json"))!["spec"]!["template"]!["spec"]!;

        var volumes = pod["volumes"]!.AsArray().Select(volume => (string?)volume!["emptyDir"]?["sizeLimit"]).OfType<string>().Sum(MiB);
        MiB((string)pod["containers"]![0]!["resources"]!["limits"]!["ephemeral-storage"]!).ShouldBeGreaterThan(volumes);

        static long MiB(string quantity) =>
            long.Parse(quantity[..^2], CultureInfo.InvariantCulture) * (quantity.EndsWith("Gi", StringComparison.Ordinal) ? 1024 : 1);
    }

    [Fact]
    public async Task Apply_Kustomization_HasOneOperatorWithoutRoot()
    {
        var ns = await InstallAsync("deploy/namespaced");

        var deployment = JsonNode.Parse(await cluster.KubectlAsync("get", "deployment", Account, "-n", ns, "-o", "json"))!;

        ((int)deployment["spec"]!["replicas"]!).ShouldBe(1);
        ((bool)deployment["spec"]!["template"]!["spec"]!["securityContext"]!["runAsNonRoot"]!).ShouldBeTrue();
        ((string?)deployment["spec"]!["template"]!["spec"]!["serviceAccountName"]).ShouldBe(Account);
    }

    /// <summary>Installs into a namespace of its own.</summary>
    private async Task<string> InstallAsync(string kustomization)
    {
        var ns = await cluster.CreateNamespaceAsync();
        var documents = (await RenderAsync(kustomization)).Where(document => !document.Contains("kind: Namespace\n", StringComparison.Ordinal));
        await cluster.ApplyAsync(string.Join("\n---\n", documents).Replace($"namespace: {Account}\n", $"namespace: {ns}\n", StringComparison.Ordinal));
        return ns;
    }

    private async Task<string[]> RenderAsync(string kustomization) =>
        (await cluster.KubectlAsync("kustomize", Path.Combine(Product.RepositoryRoot, kustomization))).Split("\n---\n");

    private async Task ApplyExampleAsync(string name, string operatorsNamespace, string resourcesNamespace)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Product.RepositoryRoot, "deploy", "examples", $"{name}.yaml"), _cancellation);
        await cluster.ApplyAsync(text
            .Replace("namespace: shop\n", $"namespace: {resourcesNamespace}\n", StringComparison.Ordinal)
            .Replace($"namespace: {Account}\n", $"namespace: {operatorsNamespace}\n", StringComparison.Ordinal));
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
