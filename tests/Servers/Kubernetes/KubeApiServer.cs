using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Tests.Servers.Kubernetes;

/// <summary>
/// A real Kubernetes API (1.20) on 127.0.0.1: etcd, kube-apiserver and, where asked for, the controller manager. There is no kubelet: pods
/// are never started, a test writes their status itself. Starts in about five seconds and takes 400 MB.
/// </summary>
public sealed class KubeApiServer : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(2);

    private readonly KubeApiServerOptions _options;
    private readonly int _etcdPort = FreePort.Find();
    private readonly int _port;
    private readonly ClusterFiles _files;
    private readonly HttpClient _http;
    private ServerProcess? _etcd;
    private ServerProcess? _apiServer;
    private ServerProcess? _controllerManager;

    private KubeApiServer(KubeApiServerOptions options)
    {
        _options = options;
        _port = FreePort.Find();
        Url = new Uri($"https://127.0.0.1:{_port}");
        _files = new ClusterFiles(Url);
        _http = new HttpClient(_files.CreateHandler()) { BaseAddress = Url, Timeout = TimeSpan.FromSeconds(10) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _files.AdminToken);
    }

    /// <summary>The API's URL.</summary>
    public Uri Url { get; }

    /// <summary>The certificate authority of the API's certificate, PEM.</summary>
    public string CertificateAuthorityPem => _files.AuthorityPem;

    /// <summary>The kubeconfig of a user who may do everything.</summary>
    public string AdminKubeconfig => _files.AdminKubeconfig;

    /// <summary>The kubeconfig of the user <c>viewer</c>, group <c>viewers</c>, who may do what a test grants.</summary>
    public string ViewerKubeconfig => _files.ViewerKubeconfig;

    /// <summary>The folder with the servers' logs.</summary>
    public string LogFolder => _files.Folder;

    /// <summary>Starts a cluster without a controller manager.</summary>
    public static Task<KubeApiServer> StartAsync(CancellationToken cancellationToken) => StartAsync(new KubeApiServerOptions(), cancellationToken);

    /// <summary>Starts a cluster.</summary>
    public static async Task<KubeApiServer> StartAsync(KubeApiServerOptions options, CancellationToken cancellationToken)
    {
        var cluster = new KubeApiServer(options);
        try
        {
            await cluster.StartEtcdAsync(cancellationToken);
            await cluster.StartApiServerAsync(cancellationToken);
            if (options.ControllerManager) await cluster.StartControllerManagerAsync(cancellationToken);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the API server after <see cref="StopApiServerAsync"/>, at the same URL and with the same data.</summary>
    public async Task StartApiServerAsync(CancellationToken cancellationToken)
    {
        if (_apiServer is not null) throw new InvalidOperationException("The API server is running.");
        _apiServer = await StartAsync("kube-apiserver", KubeCommandLines.ApiServer(_files, _options, Url, _etcdPort));
        await _apiServer.WaitUntilReadyAsync(IsReadyAsync, StartDeadline, cancellationToken);
    }

    /// <summary>Stops the API server; etcd keeps its data. Open watches break off.</summary>
    public async Task StopApiServerAsync()
    {
        if (_apiServer is null) return;
        await _apiServer.StopAsync(StopGrace);
        await _apiServer.DisposeAsync();
        _apiServer = null;
    }

    /// <summary>Stops the API server and starts it again: clients lose their watches and must resume.</summary>
    public async Task RestartApiServerAsync(CancellationToken cancellationToken)
    {
        await StopApiServerAsync();
        await StartApiServerAsync(cancellationToken);
    }

    /// <summary>
    /// Lets etcd forget what is older than now. A list or watch from an older resource version is answered with 410 Gone once the API
    /// server can't serve it from memory: see <see cref="KubeApiServerOptions.WatchCache"/>.
    /// </summary>
    public async Task CompactAsync(CancellationToken cancellationToken)
    {
        var status = await EtcdctlAsync(["endpoint", "status", "--write-out=json"], cancellationToken);
        using var document = JsonDocument.Parse(status.Output);
        var revision = document.RootElement[0].GetProperty("Status").GetProperty("header").GetProperty("revision").GetInt64();
        await EtcdctlAsync(["compact", revision.ToString(CultureInfo.InvariantCulture)], cancellationToken);
    }

    /// <summary>Runs kubectl as the administrator; its failure is in the result.</summary>
    /// <param name="arguments">The arguments, e.g. <c>apply -f -</c>.</param>
    /// <param name="input">Standard input, e.g. YAML; null for none.</param>
    /// <param name="cancellationToken">Kills it.</param>
    public Task<ToolResult> KubectlAsync(IReadOnlyList<string> arguments, string? input, CancellationToken cancellationToken) =>
        KubectlAsync(AdminKubeconfig, arguments, input, cancellationToken);

    /// <summary>Runs kubectl as the user of a kubeconfig; its failure is in the result.</summary>
    public Task<ToolResult> KubectlAsync(string kubeconfig, IReadOnlyList<string> arguments, string? input, CancellationToken cancellationToken) =>
        Tool.RunAsync(
            ServerBinaries.Find("kubectl"),
            arguments,
            input,
            // A home of its own: kubectl keeps a cache there.
            new Dictionary<string, string>(StringComparer.Ordinal) { ["KUBECONFIG"] = kubeconfig, ["HOME"] = _files.Folder },
            cancellationToken: cancellationToken);

    /// <summary>Applies YAML as the administrator.</summary>
    /// <exception cref="InvalidOperationException">The API refused it.</exception>
    public async Task ApplyAsync(string yaml, CancellationToken cancellationToken) =>
        // Without validation on kubectl's side: this API is older than some of what a manifest may say.
        (await KubectlAsync(["apply", "--validate=false", "-f", "-"], yaml, cancellationToken)).EnsureSuccess();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        foreach (var process in new[] { _controllerManager, _apiServer, _etcd })
        {
            if (process is not null) await process.DisposeAsync();
        }

        _files.Dispose();
    }

    private Task<ServerProcess> StartAsync(string program, IReadOnlyList<string> arguments) =>
        ServerProcess.StartAsync(new ServerProcessOptions(ServerBinaries.Find(program), arguments, _files.File($"{program}.log")));

    private async Task StartEtcdAsync(CancellationToken cancellationToken)
    {
        _etcd = await StartAsync("etcd", KubeCommandLines.Etcd(_files, _etcdPort, FreePort.Find()));
        using var http = new HttpClient();
        await _etcd.WaitUntilReadyAsync(
            async token =>
            {
                using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{_etcdPort}/health"), token);
                return answer.IsSuccessStatusCode;
            },
            StartDeadline,
            cancellationToken);
    }

    private async Task StartControllerManagerAsync(CancellationToken cancellationToken)
    {
        var port = FreePort.Find();
        _controllerManager = await StartAsync("kube-controller-manager", KubeCommandLines.ControllerManager(_files, port));
        await _controllerManager.WaitUntilReadyAsync(
            async token =>
            {
                // Its certificate is self-signed; what counts is the default namespace's account, the first thing its controllers make.
                using var answer = await _http.GetAsync("/api/v1/namespaces/default/serviceaccounts/default", token);
                return answer.IsSuccessStatusCode;
            },
            StartDeadline,
            cancellationToken);
    }

    private async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        using var answer = await _http.GetAsync("/readyz", cancellationToken);
        return answer.IsSuccessStatusCode;
    }

    private async Task<ToolResult> EtcdctlAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        (await Tool.RunAsync(
            ServerBinaries.Find("etcdctl"),
            [$"--endpoints=http://127.0.0.1:{_etcdPort}", .. arguments],
            environment: new Dictionary<string, string>(StringComparer.Ordinal) { ["ETCDCTL_API"] = "3" },
            cancellationToken: cancellationToken)).EnsureSuccess();
}
