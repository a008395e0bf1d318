namespace RegistryOperator.Tests.Servers.Processes;

/// <summary>What server to start.</summary>
/// <param name="Program">The program's path.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="LogFile">Where its output goes.</param>
public sealed record ServerProcessOptions(string Program, IReadOnlyList<string> Arguments, string LogFile)
{
    /// <summary>Variables set beside the inherited ones.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>A server that runs beside the test and ends with it.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private const int TailLines = 15;

    private readonly ServerProcessOptions _options;
    private readonly ChildProcess _process;
    private readonly FileStream _log;
    private readonly Task _copying;

    private ServerProcess(ServerProcessOptions options, ChildProcess process)
    {
        _options = options;
        _process = process;
        process.Input.Close();
        // Appended and unbuffered: a restarted server continues the file, and a test reads it while the server runs.
        _log = new FileStream(options.LogFile, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0, useAsync: true);
        _copying = Task.WhenAll(CopyAsync(process.Output.BaseStream), CopyAsync(process.Error.BaseStream));
    }

    /// <summary>The process's id.</summary>
    public int Id => _process.Id;

    /// <summary>True once it has ended.</summary>
    public bool HasExited => _process.Exited.IsCompleted;

    /// <summary>Starts the server, without waiting for it to be ready.</summary>
    public static async Task<ServerProcess> StartAsync(ServerProcessOptions options) =>
        new(options, await ChildProcess.StartAsync(new ChildProcessOptions(options.Program, options.Arguments) { Environment = options.Environment }));

    /// <summary>Waits until the server does its work.</summary>
    /// <param name="isReady">Asks the server; a failure to connect counts as "not yet".</param>
    /// <param name="deadline">The longest wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ServerFailedException">It ended, or is not ready in time; the message has the end of its log.</exception>
    public async Task WaitUntilReadyAsync(Func<CancellationToken, Task<bool>> isReady, TimeSpan deadline, CancellationToken cancellationToken)
    {
        try
        {
            await Wait.UntilAsync("the server is ready", async token => HasExited || await isReady(token), deadline, cancellationToken);
        }
        catch (TimeoutException error)
        {
            throw new ServerFailedException($"{Name} was not ready after {deadline.TotalSeconds:0} s.{Tail()}", error);
        }

        if (!HasExited) return;
        await _copying;
        throw new ServerFailedException($"{Name} ended with exit code {_process.ExitCode} before it was ready.{Tail()}");
    }

    /// <summary>Ends the server: asks it, and kills it where it does not end within <paramref name="grace"/>; with zero, kills at once.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        await _process.StopAsync(grace);
        await _copying;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero);
        _process.Dispose();
        await _log.DisposeAsync();
    }

    private string Name => Path.GetFileName(_options.Program);

    // One writer after the other and whole reads at a time, so that lines of the two streams do not mix.
    private async Task CopyAsync(Stream output)
    {
        var buffer = new byte[64 * 1024];
        while (await output.ReadAsync(buffer) is var count and > 0)
        {
            lock (_log) _log.Write(buffer.AsSpan(0, count));
        }
    }

    private string Tail()
    {
        using var reader = new StreamReader(new FileStream(_options.LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return $" The end of {_options.LogFile}:\n{string.Join('\n', lines.TakeLast(TailLines))}";
    }
}

/// <summary>A server could not be started.</summary>
public sealed class ServerFailedException(string message, Exception? innerException = null) : Exception(message, innerException);
