using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using RegistryOperator.Tests.Servers;
using RegistryOperator.Tests.Servers.Kubernetes;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Benchmarks.Workloads;

/// <summary>A real API server with Deployments, their ReplicaSets, and Pods as a kubelet reports them.</summary>
internal sealed class RunningPods : IAsyncDisposable
{
    public const string Namespace = "bench";

    private const int AtOnce = 16;
    private const string Registries = "apis/registry.kubecontroller.io/v1alpha1";
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);

    private readonly KubeApiServer _server;
    private readonly ServerProcess _proxy;
    private readonly TemporaryFolder _folder;
    private readonly HttpClient _http;

    private RunningPods(KubeApiServer server, ServerProcess proxy, TemporaryFolder folder, Uri url)
    {
        _server = server;
        _proxy = proxy;
        _folder = folder;
        _http = new HttpClient { BaseAddress = url };
    }

    public string Kubeconfig => _server.AdminKubeconfig;

    public static async Task<RunningPods> StartAsync(CancellationToken cancellationToken)
    {
        var server = await KubeApiServer.StartAsync(cancellationToken);
        var crd = await Tool.RunAsync(OperatorUnderTest.Executable, ["crd"], cancellationToken: cancellationToken);
        await server.ApplyAsync(crd.EnsureSuccess().Output, cancellationToken);
        var folder = new TemporaryFolder("pods");
        var url = new Uri($"http://127.0.0.1:{FreePort.Find()}");
        // Speaks HTTP without a login to this machine.
        var proxy = await ServerProcess.StartAsync(new ServerProcessOptions(
            ServerBinaries.Find("kubectl"), ["proxy", $"--kubeconfig={server.AdminKubeconfig}", $"--port={url.Port}"], folder.File("proxy.log")));
        var pods = new RunningPods(server, proxy, folder, url);
        await Wait.UntilAsync("the definition is served", async token =>
        {
            using var answer = await pods._http.GetAsync($"{Registries}/registries", token);
            return answer.IsSuccessStatusCode;
        }, Deadline, cancellationToken);
        await pods.SendAsync(HttpMethod.Post, "api/v1/namespaces", new JsonObject { ["metadata"] = Named(Namespace) }, cancellationToken);
        await pods.SendAsync(
            HttpMethod.Post, $"api/v1/namespaces/{Namespace}/serviceaccounts", new JsonObject { ["metadata"] = Named("default") }, cancellationToken);
        return pods;
    }

    /// <summary>Makes a Deployment with its ReplicaSet and Pods.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="image">Its image.</param>
    /// <param name="imageId">What the runtime reports.</param>
    /// <param name="replicas">How many Pods.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task DeployAsync(int number, string image, string imageId, int replicas, CancellationToken cancellationToken)
    {
        var name = $"app-{number}";
        var apps = $"apis/apps/v1/namespaces/{Namespace}";
        var spec = new JsonObject
        {
            ["replicas"] = replicas,
            ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = name } },
            ["template"] = new JsonObject
            {
                ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app"] = name } },
                ["spec"] = PodSpec(image),
            },
        };
        var deployment = await SendAsync(HttpMethod.Post, $"{apps}/deployments", Object(Named(name), spec), cancellationToken);
        var replicaSet = await SendAsync(HttpMethod.Post, $"{apps}/replicasets", Object(Owned($"{name}-1", "Deployment", deployment), spec), cancellationToken);
        for (var pod = 0; pod < replicas; pod++)
        {
            var metadata = Owned($"{name}-1-{pod}", "ReplicaSet", replicaSet);
            metadata["labels"] = new JsonObject { ["app"] = name };
            await SendAsync(HttpMethod.Post, $"api/v1/namespaces/{Namespace}/pods", Object(metadata, PodSpec(image)), cancellationToken);
            await ReportAsync($"{name}-1-{pod}", image, imageId, "ready", cancellationToken);
        }
    }

    /// <summary>As a kubelet does, also where nothing has changed of what runs.</summary>
    public Task ReportAsync(string pod, string image, string imageId, string message, CancellationToken cancellationToken) => PatchAsync(
        $"api/v1/namespaces/{Namespace}/pods/{pod}/status",
        $$$"""
        {"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True","message":"{{{message}}}"}],
         "containerStatuses":[{"name":"app","image":"{{{image}}}","imageID":"{{{imageId}}}","ready":true,"restartCount":0}]}}
        """,
        cancellationToken);

    public Task SetImageAsync(int number, string image, CancellationToken cancellationToken) => PatchAsync(
        $"apis/apps/v1/namespaces/{Namespace}/deployments/app-{number}",
        $$$"""[{"op":"replace","path":"/spec/template/spec/containers/0/image","value":"{{{image}}}"}]""",
        cancellationToken,
        "application/json-patch+json");

    public Task WatchAsync(string name, Uri registry, string repository, CancellationToken cancellationToken) => SendAsync(
        HttpMethod.Post,
        $"{Registries}/namespaces/{Namespace}/registries",
        Object(Named(name), new JsonObject
        {
            ["url"] = registry.GetLeftPart(UriPartial.Authority),
            ["repository"] = repository,
            ["scanInterval"] = 86_400,
        }, "registry.kubecontroller.io/v1alpha1", "Registry"),
        cancellationToken);

    public Task DetectDriftAsync(string name, int checkInterval, CancellationToken cancellationToken) => PatchAsync(
        $"{Registries}/namespaces/{Namespace}/registries/{name}",
        new JsonObject { ["spec"] = new JsonObject { ["driftDetection"] = new JsonObject { ["enabled"] = true, ["checkInterval"] = checkInterval } } }
            .ToJsonString(),
        cancellationToken);

    /// <summary>Waits until each resource's status is as wanted.</summary>
    public Task WaitAsync(string condition, int resources, Func<JsonNode, bool> isMet, CancellationToken cancellationToken) =>
        Wait.UntilAsync(condition, async token =>
        {
            // The lists of those who wait would take the processor of those who work.
            await Task.Delay(LookInterval, TimeProvider.System, token);
            return (await StatusesAsync(token)).Count(isMet) == resources;
        }, Deadline, cancellationToken);

    public async Task<IReadOnlyList<JsonNode>> StatusesAsync(CancellationToken cancellationToken)
    {
        var list = JsonNode.Parse(await _http.GetStringAsync($"{Registries}/namespaces/{Namespace}/registries", cancellationToken))!;
        return [.. list["items"]!.AsArray().Select(item => item!["status"]).OfType<JsonNode>()];
    }

    /// <summary>How many lists of workloads and Nodes the API server has answered since it began.</summary>
    public async Task<long> ListsAsync(CancellationToken cancellationToken)
    {
        string[] kinds = ["pods", "deployments", "replicasets", "statefulsets", "daemonsets", "jobs", "cronjobs", "nodes"];
        var metrics = await _http.GetStringAsync("metrics", cancellationToken);
        return metrics.Split('\n').Where(line => line.StartsWith("apiserver_request_total{", StringComparison.Ordinal)
                && line.Contains("verb=\"LIST\"", StringComparison.Ordinal)
                && kinds.Any(kind => line.Contains($"resource=\"{kind}\"", StringComparison.Ordinal)))
            .Sum(line => (long)double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }

    /// <summary>Does something a number of times, several at once.</summary>
    public static Task RepeatAsync(int times, Func<int, CancellationToken, Task> act, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        Enumerable.Range(0, times), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
        async (number, token) => await act(number, token));

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _proxy.DisposeAsync();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Of the usual size: a Pod is some 5 KB with what the server adds.</summary>
    private static JsonObject PodSpec(string image) => new()
    {
        ["automountServiceAccountToken"] = false,
        ["containers"] = new JsonArray(new JsonObject
        {
            ["name"] = "app",
            ["image"] = image,
            ["env"] = new JsonArray([.. Enumerable.Range(0, 30).Select(number =>
                new JsonObject { ["name"] = $"SETTING_{number}", ["value"] = $"a value of setting number {number} of this application" })]),
            ["resources"] = new JsonObject { ["requests"] = new JsonObject { ["cpu"] = "10m", ["memory"] = "64Mi" } },
        }),
    };

    private static JsonObject Named(string name) => new() { ["name"] = name };

    private static JsonObject Owned(string name, string kind, JsonNode owner) => new()
    {
        ["name"] = name,
        ["ownerReferences"] = new JsonArray(new JsonObject
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = kind,
            ["name"] = (string)owner["metadata"]!["name"]!,
            ["uid"] = (string)owner["metadata"]!["uid"]!,
            ["controller"] = true,
        }),
    };

    private static JsonObject Object(JsonObject metadata, JsonObject spec, string? apiVersion = null, string? kind = null)
    {
        var made = new JsonObject { ["metadata"] = metadata, ["spec"] = spec.DeepClone() };
        if (apiVersion is not null) made["apiVersion"] = apiVersion;
        if (kind is not null) made["kind"] = kind;
        return made;
    }

    private async Task<JsonNode> SendAsync(HttpMethod method, string path, JsonObject body, CancellationToken cancellationToken)
    {
        using var content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(method, path) { Content = content };
        return JsonNode.Parse(await SendAsync(request, cancellationToken))!;
    }

    private async Task PatchAsync(string path, string patch, CancellationToken cancellationToken, string type = "application/merge-patch+json")
    {
        using var content = new StringContent(patch, MediaTypeHeaderValue.Parse(type));
        using var request = new HttpRequestMessage(HttpMethod.Patch, path) { Content = content };
        await SendAsync(request, cancellationToken);
    }

    private async Task<string> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var answer = await _http.SendAsync(request, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        return answer.IsSuccessStatusCode ? text : throw new InvalidOperationException($"{request.Method} {request.RequestUri}: {text}");
    }
}
