using System.Text.Json.Nodes;
using RegistryOperator.Tests.Servers.Kubernetes;
using RegistryOperator.Tests.Servers.Processes;

[assembly: AssemblyFixture(typeof(RegistryOperator.Integration.Tests.Support.Cluster))]

namespace RegistryOperator.Integration.Tests.Support;

/// <summary>A real kube-apiserver with the CRD, shared by the tests of this assembly; each uses a namespace of its own.</summary>
public sealed class Cluster : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private KubeApiServer? _server;

    internal KubeApiServer Server => _server ?? throw new InvalidOperationException("The API server has not been started.");

    internal string Kubeconfig => Server.AdminKubeconfig;

    public async ValueTask InitializeAsync()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        _server = await KubeApiServer.StartAsync(cancellationToken);
        // As the README tells: what the executable prints is what is applied.
        await Server.ApplyAsync((await Product.RunAsync(["crd"])).EnsureSuccess().Output, cancellationToken);
        // "kubectl wait" fails where the definition has no conditions yet.
        await Wait.UntilAsync(
            "the definition is established",
            async token => (await Server.KubectlAsync(
                ["get", "crd", "registries.registry.kubecontroller.io", "-o", "jsonpath={.status.conditions[?(@.type=='Established')].status}"],
                input: null,
                token)).Output == "True",
            Deadline,
            cancellationToken);
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Creates a namespace that no other test uses.</summary>
    internal async Task<string> CreateNamespaceAsync()
    {
        var name = $"test-{Guid.NewGuid().ToString("N")[..8]}";
        await KubectlAsync("create", "namespace", name);
        return name;
    }

    internal async Task<string> KubectlAsync(params string[] arguments) =>
        (await Server.KubectlAsync(arguments, input: null, TestContext.Current.CancellationToken)).EnsureSuccess().Output;

    internal Task ApplyAsync(string yaml) => Server.ApplyAsync(yaml, TestContext.Current.CancellationToken);

    /// <summary>The resource as the API server has it, or null.</summary>
    internal async Task<JsonNode?> GetAsync(string @namespace, string name)
    {
        var output = await KubectlAsync("get", "registry", name, "-n", @namespace, "-o", "json", "--ignore-not-found");
        return output.Length == 0 ? null : JsonNode.Parse(output);
    }

    /// <summary>Waits until the resource is as wanted.</summary>
    internal async Task<JsonNode> WaitAsync(string @namespace, string name, string condition, Func<JsonNode, bool> isMet)
    {
        JsonNode? last = null;
        try
        {
            await Wait.UntilAsync(
                $"{@namespace}/{name}: {condition}",
                async _ => (last = await GetAsync(@namespace, name)) is { } resource && isMet(resource),
                Deadline,
                TestContext.Current.CancellationToken);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message} It is: {last?["status"]?.ToJsonString()}", late);
        }

        return last!;
    }

    internal Task<JsonNode> WaitForStatusAsync(string @namespace, string name, string status) =>
        WaitAsync(@namespace, name, $"lastScanStatus is {status}", resource => (string?)resource["status"]?["lastScanStatus"] == status);
}
