using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging;

namespace RegistryOperator.Host.Tools;

/// <summary>
/// All processes of one run. A child that outlives its parent is handed to process 1, and one that starts a session of its own leaves the
/// group: neither can be found as a child any more. But each inherits the environment, and with it the run's mark.
/// </summary>
internal sealed partial class ToolFamily(ILogger logger)
{
    /// <summary>The variable that marks a run's processes.</summary>
    public const string MarkVariable = "REGISTRY_OPERATOR_RUN";

    private const string ProcessFolder = "/proc";

    // Processes end in real time, whichever clock the rest uses.
    private static readonly TimeProvider Time = TimeProvider.System;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    // How long a process without an environment is checked again: during execve a process has none for a moment.
    private static readonly TimeSpan DoubtLimit = TimeSpan.FromMilliseconds(250);

    private readonly HashSet<int> _ended = [];
    private long _toolStartTime;

    private enum Membership
    {
        No,
        Yes,
        Unknown,
    }

    /// <summary>The value of <see cref="MarkVariable"/>, unique for the run.</summary>
    public string Mark { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Names the tool's own process: processes started before it are not of its family.</summary>
    public void Watch(int toolId)
    {
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            _toolStartTime = ProcessStat.Parse(File.ReadAllText($"{ProcessFolder}/{toolId}/stat")).StartTime;
        }
        catch (IOException)
        {
            // It has ended already: any process may be of its family.
            _toolStartTime = 0;
        }
    }

    /// <summary>Kills every process that carries the mark, until there is none: one may start others meanwhile.</summary>
    public async Task EndAsync()
    {
        if (!OperatingSystem.IsLinux()) return;
        var start = Time.GetTimestamp();
        while (true)
        {
            var (members, isInDoubt) = Find();
            foreach (var member in members) Kill(member);
            var elapsed = Time.GetElapsedTime(start);
            if (members.Count == 0 && (!isInDoubt || elapsed > DoubtLimit)) return;
            if (elapsed > Deadline)
            {
                LogSurvivors(string.Join(", ", members));
                return;
            }

            await Task.Delay(Interval, Time, CancellationToken.None);
        }
    }

    private (List<int> Members, bool IsInDoubt) Find()
    {
        var entry = Encoding.ASCII.GetBytes($"{MarkVariable}={Mark}");
        var members = new List<int>();
        var isInDoubt = false;
        foreach (var folder in Directory.EnumerateDirectories(ProcessFolder))
        {
            if (!int.TryParse(Path.GetFileName(folder.AsSpan()), out var id)) continue;
            var membership = Judge(id, entry);
            if (membership is Membership.Yes) members.Add(id);
            isInDoubt |= membership is Membership.Unknown;
        }

        return (members, isInDoubt);
    }

    private Membership Judge(int processId, byte[] entry)
    {
        try
        {
            var environment = ReadEnvironment(processId);
            if (environment.Length > 0) return environment.AsSpan().IndexOf(entry) >= 0 ? Membership.Yes : Membership.No;
            var stat = ProcessStat.Parse(File.ReadAllText($"{ProcessFolder}/{processId}/stat"));
            if (stat.IsKernelThread || stat.StartTime < _toolStartTime) return Membership.No;
            // One that has ended and is still listed may, when seen so for the first time, have started another that was not listed yet.
            return !stat.HasEnded || _ended.Add(processId) ? Membership.Unknown : Membership.No;
        }
        catch (IOException)
        {
            // Gone in between: it may have started another just before, which was not listed yet.
            return Membership.Unknown;
        }
        catch (UnauthorizedAccessException)
        {
            // Another user's.
            return Membership.No;
        }
    }

    private static byte[] ReadEnvironment(int processId)
    {
        try
        {
            return File.ReadAllBytes($"{ProcessFolder}/{processId}/environ");
        }
        catch (IOException)
        {
            // The kernel's threads and what has ended have none to read.
            return [];
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
            // Ended in between; what still runs is found again.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Processes {Processes}, which a tool started, do not end though they were killed")]
    private partial void LogSurvivors(string processes);
}
