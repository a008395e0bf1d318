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
/// <param name="confinement">Limits the tools; null for none.</param>
internal sealed class ToolRunner(
    string pluginFolder, PathTrust trust, TimeProvider time, ILogger<ToolRunner> logger, ToolConfinement? confinement = null) : IToolRunner
{
    private readonly long _maximumDisk = (confinement?.Limits ?? new ToolLimits()).MaximumDiskBytes;

    /// <summary>How long to wait for the end of the output once the tool has ended: an escaped process may hold the pipes open for ever.</summary>
    public static readonly TimeSpan OutputGrace = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public string? Find(string name, string? configured = null) => ToolFinder.Find(name, configured, Environment.GetEnvironmentVariable("PATH"), pluginFolder);

    /// <inheritdoc/>
    public IToolFolder CreateFolder() => ToolFolder.Create(_maximumDisk, logger);

    /// <inheritdoc/>
    public async Task<ToolResult> RunAsync(ToolCommand command, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(command);
        return await RunAsync(command, confinement, cancellationToken) ?? (await RunAsync(command, limited: null, cancellationToken))!;
    }

    /// <summary>Runs the tool; null where it was not executed because of its limits.</summary>
    private async Task<ToolResult?> RunAsync(ToolCommand command, ToolConfinement? limited, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        // Each time: the file may have been replaced since it was found.
        if (trust.ProblemOf(command.Executable) is { } problem)
            throw new ScanException(ScanReasons.ScannerUnavailable, $"{Path.GetFileName(command.Executable)} is not run: {problem}");
        var start = time.GetTimestamp();
        await using var output = new ToolOutput(command);
        await using var process = await ToolProcess.StartAsync(command, limited, time, logger, cancellationToken);
        var memory = new PeakMemory(process.Id, time);
        var disk = new DiskWatch(
            Path.GetFileName(command.Executable), command.Environment.GetValueOrDefault(ToolEnvironment.TemporaryDirectory), _maximumDisk, time);
        var errors = new ErrorTail();

        using var reading = new CancellationTokenSource();
        var feeding = FeedAsync(process.Input, command.Input, reading.Token);
        var copying = output.CopyAsync(process.Output, reading.Token);
        var tailing = errors.CopyAsync(process.Error, reading.Token);
        var measuring = memory.WatchAsync(reading.Token);
        var watching = disk.WatchAsync(reading.Token);
        try
        {
            var exit = process.WaitForExitAsync(cancellationToken);
            // When output can't be stored any more, the tool would block on its pipe: the failure is thrown at once, which ends the tool.
            if (await Task.WhenAny(exit, copying, watching) is { IsFaulted: true } failed && failed != exit) await failed;
            if (await Task.WhenAny(exit, watching) == watching) await watching;
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
            await Task.WhenAll(feeding, copying, tailing, measuring, watching).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        // A terminal's Ctrl+C reaches the tool as well as the host: then the tool's failure counts as the cancellation.
        cancellationToken.ThrowIfCancellationRequested();
        if (copying.IsFaulted) await copying;
        if (process.IsConfined && ToolConfinement.IsUnstarted(process.ExitCode, errors.Text))
        {
            // Its place is free for the next try.
            if (command.OutputFile is { } file) File.Delete(file);
            return null;
        }

        if (process.ExitCode != 0) disk.ThrowIfFull();
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
