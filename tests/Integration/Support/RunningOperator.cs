using System.Net;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Integration.Tests.Support;

/// <summary>The operator as a process, over a cluster or a folder.</summary>
internal sealed class RunningOperator : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);
    private readonly TemporaryFolder _folder;
    private readonly ServerProcess _process;

    private RunningOperator(ServerProcess process, TemporaryFolder folder, Uri url)
    {
        _process = process;
        _folder = folder;
        Url = url;
    }

    public Uri Url { get; }

    public int ProcessId => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>What it has logged so far.</summary>
    public string Log
    {
        get
        {
            using var reader = new StreamReader(new FileStream(_folder.File("operator.log"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            return reader.ReadToEnd();
        }
    }

    /// <summary>Open file descriptors, sockets among them.</summary>
    public int OpenFiles => Directory.GetFileSystemEntries($"/proc/{ProcessId}/fd").Length;

    public static Task<RunningOperator> OverClusterAsync(string kubeconfig, params string[] arguments) =>
        StartAsync(["--kubeconfig", kubeconfig, .. arguments]);

    /// <summary>Does not wait until it sees its resources, which it can't where there is no CRD.</summary>
    public static Task<RunningOperator> OverClusterNotYetReadyAsync(string kubeconfig) => StartAsync(["--kubeconfig", kubeconfig], "/healthz");

    public static Task<RunningOperator> OverFolderAsync(string directory, params string[] arguments) => StartAsync(["--directory", directory, .. arguments]);

    /// <summary>With variables, e.g. those of <see cref="ScannerTools"/>; the data directory among them outlives this operator.</summary>
    public static Task<RunningOperator> WithAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        StartAsync(arguments, environment: environment);

    private static async Task<RunningOperator> StartAsync(
        IReadOnlyList<string> arguments, string probe = "/readyz", IReadOnlyDictionary<string, string>? environment = null)
    {
        var folder = new TemporaryFolder("operator");
        var variables = new Dictionary<string, string>(environment ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        variables.TryAdd(Product.DataVariable, folder.File("data"));
        // The tests' registries are on this machine, which no registry of a cluster is.
        if (arguments.Contains("--kubeconfig")) variables.TryAdd(Product.AllowVariable, "127.0.0.0/8");
        var url = new Uri($"http://127.0.0.1:{FreePort.Find()}");
        var process = await ServerProcess.StartAsync(new ServerProcessOptions(
            Product.Executable, ["run", "--listen", url.GetLeftPart(UriPartial.Authority), .. arguments], folder.File("operator.log"))
        { Environment = variables });
        var running = new RunningOperator(process, folder, url);
        await process.WaitUntilReadyAsync(token => running.IsReadyAsync(probe, token), StartDeadline, TestContext.Current.CancellationToken);
        return running;
    }

    public Task<bool> IsReadyAsync(CancellationToken cancellationToken) => IsReadyAsync("/readyz", cancellationToken);

    private async Task<bool> IsReadyAsync(string probe, CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(Url, probe), cancellationToken);
        return answer.StatusCode == HttpStatusCode.OK;
    }

    /// <summary>SIGTERM, and SIGKILL where it does not end within the time given.</summary>
    public Task StopAsync(TimeSpan grace) => _process.StopAsync(grace);

    /// <summary>SIGKILL.</summary>
    public Task KillAsync() => _process.StopAsync(TimeSpan.Zero);

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }
}
