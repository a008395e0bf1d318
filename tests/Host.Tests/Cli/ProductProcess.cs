using System.Diagnostics;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Host.Tests.Cli;

/// <summary>The product as a process of its own, which takes signals.</summary>
internal sealed class ProductProcess : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    private ProductProcess(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        _error = process.StandardError.ReadToEndAsync(CancellationToken.None);
    }

    /// <summary>The executable as it was built, beside the tests.</summary>
    public static string Executable { get; } = Path.Combine(AppContext.BaseDirectory, "registry-operator");

    public bool HasExited => _process.HasExited;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static ProductProcess Start(params string[] arguments) => StartCommand(Executable, arguments);

    /// <summary>Runs a line of a shell in which <c>$0</c> is the product.</summary>
    public static ProductProcess StartInShell(string line, params string[] arguments) => StartCommand("bash", ["-c", line, Executable, .. arguments]);

    /// <summary>Closes its input.</summary>
    public ProductProcess WithoutInput()
    {
        _process.StandardInput.Close();
        return this;
    }

    /// <summary>Sends a signal, e.g. <c>INT</c>.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        await kill.WaitForExitAsync(Token);
    }

    /// <summary>Waits until the process takes signals, as the kernel tells it.</summary>
    public Task WaitUntilItListensAsync() => Wait.UntilAsync("the process handles SIGINT and SIGTERM", async token =>
    {
        const long Both = (1 << 1) | (1 << 14);
        var caught = (await File.ReadAllLinesAsync($"/proc/{_process.Id}/status", token)).First(line => line.StartsWith("SigCgt:", StringComparison.Ordinal));
        return (Convert.ToInt64(caught[7..].Trim(), 16) & Both) == Both;
    }, Deadline, Token);

    /// <summary>Waits for a condition; an early end of the process fails the test, with what it printed.</summary>
    public async Task WaitAsync(string condition, Func<CancellationToken, Task<bool>> isMet)
    {
        await Wait.UntilAsync(condition, async token => HasExited || await isMet(token), Deadline, Token);
        if (HasExited) Assert.Fail($"It ended with {_process.ExitCode} before {condition}: {await _error}{await _output}");
    }

    /// <summary>Waits for its end.</summary>
    public async Task<CommandRun> EndAsync()
    {
        await _process.WaitForExitAsync(Token).WaitAsync(Deadline, TimeProvider.System, Token);
        return new CommandRun(_process.ExitCode, await _output, await _error);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private static ProductProcess StartCommand(string program, string[] arguments)
    {
        // A shell that starts the tests in the background has Ctrl-C ignored, nohup SIGHUP, and children inherit that.
        var start = new ProcessStartInfo("env", ["--default-signal=INT,TERM,HUP,QUIT", program, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new ProductProcess(Process.Start(start)!);
    }
}
