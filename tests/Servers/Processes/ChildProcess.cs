using System.Diagnostics;
using System.Runtime.InteropServices;

namespace RegistryOperator.Tests.Servers.Processes;

/// <summary>What to start.</summary>
internal sealed record ChildProcessOptions(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>Variables set beside the inherited ones.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public string? WorkingDirectory { get; init; }
}

/// <summary>
/// A process of this one's own that leaves nothing behind: it leads a process group, which is killed as a whole, and on Linux the kernel
/// kills it when this process dies, however that happens. No shell is involved.
/// </summary>
internal sealed partial class ChildProcess : IDisposable
{
    private const int Terminate = 15;
    private const int KillSignal = 9;

    private readonly Process _process;
    private readonly bool _leadsGroup;
    private readonly TaskCompletionSource _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ChildProcess(Process process, bool leadsGroup)
    {
        _process = process;
        _leadsGroup = leadsGroup;
    }

    public int Id => _process.Id;

    public int ExitCode => _process.ExitCode;

    public Task Exited => _exited.Task;

    public StreamWriter Input => _process.StandardInput;

    public StreamReader Output => _process.StandardOutput;

    public StreamReader Error => _process.StandardError;

    public static Task<ChildProcess> StartAsync(ChildProcessOptions options)
    {
        var started = new TaskCompletionSource<ChildProcess>(TaskCreationOptions.RunContinuationsAsynchronously);
        // The kernel sends the death signal when the thread that started the process ends, not only when its process does. So the thread
        // is one of its own and stays until the child has ended.
        new Thread(() => Run(options, started)) { IsBackground = true, Name = Path.GetFileName(options.Program) }.Start();
        return started.Task;
    }

    /// <summary>Asks the whole group to end, and kills it where it has not after <paramref name="grace"/>.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        if (grace > TimeSpan.Zero && Signal(Terminate))
        {
            try
            {
                await Exited.WaitAsync(grace, TimeProvider.System);
            }
            catch (TimeoutException)
            {
                // Killed below.
            }
        }

        // Also after a proper end: a member of the group may have outlived its leader.
        if (!Signal(KillSignal) && !Exited.IsCompleted) _process.Kill(entireProcessTree: true);
        await Exited;
    }

    public void Dispose() => _process.Dispose();

    private static void Run(ChildProcessOptions options, TaskCompletionSource<ChildProcess> started)
    {
        ChildProcess child;
        try
        {
            var (start, leadsGroup) = Describe(options);
            child = new ChildProcess(Process.Start(start)!, leadsGroup);
        }
        catch (Exception error)
        {
            started.SetException(error);
            return;
        }

        started.SetResult(child);
        child._process.WaitForExit();
        child._exited.SetResult();
    }

    private static (ProcessStartInfo Start, bool LeadsGroup) Describe(ChildProcessOptions options)
    {
        // Both are util-linux's and replace themselves by the program: the process id stays the same.
        string[] wrapper = FindOnPath("setpriv") is { } setpriv && FindOnPath("setsid") is { } setsid ? [setpriv, "--pdeathsig", "KILL", setsid] : [];
        string[] command = [.. wrapper, options.Program, .. options.Arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = options.WorkingDirectory ?? "",
        };
        foreach (var (name, value) in options.Environment) start.Environment[name] = value;
        return (start, wrapper.Length > 0);
    }

    private static string? FindOnPath(string program) =>
        OperatingSystem.IsLinux()
            ? (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists)
            : null;

    private bool Signal(int signal) => _leadsGroup && Kill(-Id, signal) == 0;

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int id, int signal);
}
