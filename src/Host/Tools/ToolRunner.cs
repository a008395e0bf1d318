using Microsoft.Extensions.Logging;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Tools;
using RegistryOperator.Host.Files;

namespace RegistryOperator.Host.Tools;

/// <summary>The host's <see cref="IToolRunner"/>, one for each plugin.</summary>
/// <param name="pluginFolder">The plugin's folder, where its tools may lie.</param>
/// <param name="trust">Tells which executables others can change.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Logs what could not be cleaned up.</param>
internal sealed class ToolRunner(string pluginFolder, PathTrust trust, TimeProvider time, ILogger<ToolRunner> logger) : IToolRunner
{
    /// <summary>How long to wait for the end of the output once the tool has ended: an escaped process may hold the pipes open for ever.</summary>
    public static readonly TimeSpan OutputGrace = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public string? Find(string name, string? configured = null) => ToolFinder.Find(name, configured, Environment.GetEnvironmentVariable("PATH"), pluginFolder);

    /// <inheritdoc/>
    public IToolFolder CreateFolder() => ToolFolder.Create(logger);

    /// <inheritdoc/>
    public async Task<ToolResult> RunAsync(ToolCommand command, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(command);
        cancellationToken.ThrowIfCancellationRequested();
        // Each time: the file may have been replaced since it was found.
        if (trust.ProblemOf(command.Executable) is { } problem)
            throw new ScanException(ScanReasons.ScannerUnavailable, $"{Path.GetFileName(command.Executable)} is not run: {problem}");
        var start = time.GetTimestamp();
        await using var output = new ToolOutput(command);
        await using var process = await ToolProcess.StartAsync(command, time, logger, cancellationToken);
        var memory = new PeakMemory(process.Id, time);
        var errors = new ErrorTail();

        using var reading = new CancellationTokenSource();
        var feeding = FeedAsync(process.Input, command.Input, reading.Token);
        var copying = output.CopyAsync(process.Output, reading.Token);
        var tailing = errors.CopyAsync(process.Error, reading.Token);
        var measuring = memory.WatchAsync(reading.Token);
        try
        {
            var exit = process.WaitForExitAsync(cancellationToken);
            // When output can't be stored any more, the tool would block on its pipe: the failure is thrown at once, which ends the tool.
            if (await Task.WhenAny(exit, copying) == copying) await copying;
            await exit;
            // What the tool left behind would hold its output open.
            await process.EndAsync();
            await Task.WhenAny(Task.WhenAll(copying, tailing), Task.Delay(OutputGrace, time, cancellationToken));
        }
        finally
        {
            await process.EndAsync();
            await reading.CancelAsync();
            // Wait for all, failed or not: nothing may write to the file, or read from the pipes, after the return.
            await Task.WhenAll(feeding, copying, tailing, measuring).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        // A terminal's Ctrl+C reaches the tool as well as the host: then the tool's failure counts as the cancellation.
        cancellationToken.ThrowIfCancellationRequested();
        if (copying.IsFaulted) await copying;
        return new ToolResult(process.ExitCode, output.Text, errors.Text, time.GetElapsedTime(start), memory.Bytes);
    }

    /// <summary>Concurrent with reading the output: the tool may fill its output pipe before it has read all input.</summary>
    private static async Task FeedAsync(Stream input, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        try
        {
            await using (input)
            {
                if (!content.IsEmpty) await input.WriteAsync(content, cancellationToken);
            }
        }
        catch (IOException)
        {
            // The tool has ended, or closed its input early, which it may do: its exit code decides.
        }
    }
}
