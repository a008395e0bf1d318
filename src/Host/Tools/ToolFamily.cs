using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging;

namespace RegistryOperator.Host.Tools;

/// <summary>
/// All processes of one run. A child that outlives its parent is handed to process 1, and one that starts a session of its own leaves the
/// group: neither is found any more by looking for children. But each inherits the environment, and in it the run's mark.
/// </summary>
internal sealed partial class ToolFamily(TimeProvider timeProvider, ILogger logger)
{
    /// <summary>The variable that marks a run's processes.</summary>
    public const string MarkVariable = "REGISTRY_OPERATOR_RUN";

    private const string ProcessFolder = "/proc";

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    /// <summary>The value of <see cref="MarkVariable"/>, unique for the run.</summary>
    public string Mark { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Kills every process that carries the mark, until there is none: one may start others meanwhile.</summary>
    public async Task EndAsync()
    {
        if (!OperatingSystem.IsLinux()) return;
        var start = timeProvider.GetTimestamp();
        while (Find() is { Count: > 0 } members)
        {
            foreach (var member in members) Kill(member);
            if (timeProvider.GetElapsedTime(start) > Deadline)
            {
                LogSurvivors(string.Join(", ", members));
                return;
            }

            await Task.Delay(Interval, timeProvider, CancellationToken.None);
        }
    }

    private List<int> Find()
    {
        var entry = Encoding.ASCII.GetBytes($"{MarkVariable}={Mark}");
        return [.. Directory.EnumerateDirectories(ProcessFolder)
            .Select(folder => int.TryParse(Path.GetFileName(folder.AsSpan()), out var id) ? id : 0)
            .Where(id => id != 0 && Carries(id, entry))];
    }

    private static bool Carries(int processId, byte[] entry)
    {
        try
        {
            return File.ReadAllBytes($"{ProcessFolder}/{processId}/environ").AsSpan().IndexOf(entry) >= 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Gone in between, or another user's.
            return false;
        }
    }

    private static void Kill(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            process.Kill();
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // Gone in between; what is still there is found again.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Processes {Processes}, which a tool started, do not end though they were killed")]
    private partial void LogSurvivors(string processes);
}
