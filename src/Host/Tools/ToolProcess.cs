using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Tools;

namespace RegistryOperator.Host.Tools;

/// <summary>A tool's process and all that it starts. Ended, with its family, when disposed.</summary>
internal sealed class ToolProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ToolFamily _family;
    private readonly IDisposable? _starter;
    private bool _isOver;

    private ToolProcess(Process process, ToolFamily family, IDisposable? starter)
    {
        _process = process;
        _family = family;
        _starter = starter;
    }

    /// <summary>True where the kernel limits it.</summary>
    public bool IsConfined => _starter is not null;

    public int Id => _process.Id;

    public int ExitCode => _process.ExitCode;

    public Stream Input => _process.StandardInput.BaseStream;

    public Stream Output => _process.StandardOutput.BaseStream;

    public Stream Error => _process.StandardError.BaseStream;

    /// <summary>Starts the tool. It waits for its standard input until that is closed.</summary>
    /// <exception cref="ScanException">It can't be started.</exception>
    public static async Task<ToolProcess> StartAsync(
        ToolCommand command, ToolConfinement? confinement, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        var family = new ToolFamily(logger);
        var start = Describe(command, family);
        var starter = confinement?.Confine(start) is true ? new ProcessStarter() : null;
        try
        {
            var process = await StartAsync(command, start, starter, time, cancellationToken);
            family.Watch(process.Id);
            return new ToolProcess(process, family, starter);
        }
        catch
        {
            starter?.Dispose();
            throw;
        }
    }

    public Task WaitForExitAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken);

    /// <summary>Ends the tool, where it still runs, and all it started, and waits for that.</summary>
    public async Task EndAsync()
    {
        if (_isOver) return;
        try
        {
            if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or AggregateException)
        {
            // Some of it ended in between; the family finds the rest.
        }

        await _family.EndAsync();
        await _process.WaitForExitAsync(CancellationToken.None);
        _isOver = true;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _starter?.Dispose();
        _process.Dispose();
    }

    private static ProcessStartInfo Describe(ToolCommand command, ToolFamily family)
    {
        var environment = ToolEnvironment.Build(command, ToolEnvironment.OfThisProcess());
        var start = new ProcessStartInfo(command.Executable, command.Arguments)
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // Tools take settings from files in the current folder. It is the run's own where it has one, else one that nobody else writes to.
            WorkingDirectory = command.Environment.GetValueOrDefault(ToolEnvironment.TemporaryDirectory) ?? Path.GetPathRoot(command.Executable),
        };
        start.Environment.Clear();
        foreach (var (name, value) in environment) start.Environment[name] = value;
        start.Environment[ToolFamily.MarkVariable] = family.Mark;
        return start;
    }

    private static async Task<Process> StartAsync(
        ToolCommand command, ProcessStartInfo start, ProcessStarter? starter, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var retries = ToolStart.Retries; ; retries--)
        {
            try
            {
                return starter is null ? Process.Start(start)! : await starter.StartAsync(start);
            }
            catch (Win32Exception exception) when (retries > 0 && ToolStart.PassesByItself(exception))
            {
                await Task.Delay(ToolStart.RetryDelay, time, cancellationToken);
            }
            catch (Win32Exception exception)
            {
                throw ToolStart.Explain(command.Executable, exception);
            }
        }
    }
}
