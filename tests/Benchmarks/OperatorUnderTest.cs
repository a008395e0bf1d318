using System.Text.Json.Nodes;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Benchmarks;

/// <summary>The published operator over a folder of resources.</summary>
internal sealed class OperatorUnderTest : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(30);
    private readonly TemporaryFolder _folder;
    private readonly ServerProcess _process;
    private readonly Dictionary<string, int> _scansAskedFor = new(StringComparer.Ordinal);

    private OperatorUnderTest(TemporaryFolder folder, ServerProcess process, Uri url)
    {
        _folder = folder;
        _process = process;
        Url = url;
    }

    /// <summary>The executable of the published product.</summary>
    public static string Executable { get; } = Path.Combine(RepositoryRoot(), "artifacts", "registry-operator", "registry-operator");

    /// <summary>Where it serves reports.</summary>
    public Uri Url { get; }

    /// <summary>Where it keeps reports.</summary>
    public string DataDirectory => _folder.File("data");

    public ProcessMeter Meter => ProcessMeter.Read(_process.Id);

    /// <summary>Processor time of the tools it has run.</summary>
    public TimeSpan ToolTime => ProcessMeter.EndedChildren(_process.Id);

    /// <summary>Starts it, without waiting until it is ready.</summary>
    /// <param name="settings">Settings, each <c>KEY=VALUE</c>.</param>
    public static async Task<OperatorUnderTest> StartAsync(params IEnumerable<string> settings)
    {
        var folder = new TemporaryFolder("benchmark");
        Directory.CreateDirectory(folder.File("resources"));
        var url = new Uri($"http://127.0.0.1:{FreePort.Find()}");
        string[] arguments =
        [
            "run", "--directory", folder.File("resources"), "--data-dir", folder.File("data"), "--listen", url.GetLeftPart(UriPartial.Authority),
        ];
        var process = await ServerProcess.StartAsync(new ServerProcessOptions(
            Executable, [.. arguments, .. settings.SelectMany(setting => new[] { "--set", setting })], folder.File("operator.log")));
        return new OperatorUnderTest(folder, process, url);
    }

    /// <summary>
    /// Writes a resource; a new <paramref name="request"/> asks for a scan now. <paramref name="more"/> is more of its spec, indented by two spaces.
    /// </summary>
    public void Write(string name, Uri registry, string repository, int concurrency, string request, string more = "")
    {
        _scansAskedFor[name] = _scansAskedFor.GetValueOrDefault(name) + 1;
        _folder.Write(Path.Combine("resources", $"{name}.yaml"), $$"""
            apiVersion: registry.kubecontroller.io/v1alpha1
            kind: Registry
            metadata:
              name: {{name}}
              annotations: {registry.kubecontroller.io/scan-requested-at: "{{request}}"}
            spec:
              url: {{registry.Scheme}}://{{registry.Authority}}
              repository: {{repository}}
              scanInterval: 86400
              scanConfig: {concurrency: {{concurrency}}}
            {{more}}
            """);
    }

    /// <summary>Waits for the status that answers a request for a scan.</summary>
    /// <returns>The status and its size in bytes.</returns>
    public async Task<(JsonNode Status, long Bytes)> WaitAsync(string name, string request, CancellationToken cancellationToken)
    {
        var file = Path.Combine(_folder.File("resources"), ".status", $"default.{name}.json");
        JsonNode? status = null;
        var seen = default(DateTime);
        await Wait.UntilAsync($"{name} is scanned", async token =>
        {
            // A large status is read only when there is a new one: reading costs time that the operator would have.
            var written = File.GetLastWriteTimeUtc(file);
            if (!File.Exists(file) || written == seen) return false;
            seen = written;
            status = JsonNode.Parse(await File.ReadAllTextAsync(file, token))!["status"];
            return (string?)status?["lastHandledScanRequest"] == request;
        }, Deadline, cancellationToken);
        return (string?)status!["lastScanStatus"] == "Success"
            ? (status, System.Text.Encoding.UTF8.GetByteCount(status.ToJsonString()))
            : throw new InvalidOperationException($"The scan failed: {status["message"]}");
    }

    /// <summary>Seconds of the last scan that was asked for, by the operator's own log, which comes a moment after the status.</summary>
    public async Task<double> LastScanSecondsAsync(string name, CancellationToken cancellationToken)
    {
        string[] lines = [];
        await Wait.UntilAsync($"the log tells of every scan of {name}", async token =>
        {
            using var reader = new StreamReader(new FileStream(_folder.File("operator.log"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            lines = [.. (await reader.ReadToEndAsync(token)).Split('\n')[..^1].Where(line => line.Contains($"default/{name}: ", StringComparison.Ordinal))];
            return lines.Length == _scansAskedFor[name];
        }, Deadline, cancellationToken);
        return double.Parse(lines[^1].Split(" in ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    public static string RepositoryRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Framework.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("No Framework.sln above the benchmark.");
        return folder;
    }
}
