using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using RegistryOperator.Host.Files;

namespace RegistryOperator.Host.Tools;

/// <summary>
/// Has the kernel limit a tool: <c>prlimit</c> bounds its files, <c>setpriv</c> has it killed when this process dies, however that happens. Both replace
/// themselves by the tool, so that it keeps its process. Where util-linux is not installed, or others could change it, tools run without.
/// </summary>
internal sealed partial class ToolConfinement(ToolLimits limits, PathTrust trust, ILogger<ToolConfinement> logger)
{
    private const string FallbackFolder = "/usr/bin";
    private const int ExecutableHead = 4;

    // How prlimit and setpriv report that what they were given can't be executed.
    private const int CannotExecute = 126;
    private const int NotFound = 127;

    private static readonly TimeSpan ProbeTime = TimeSpan.FromSeconds(5);
    private static readonly byte[] Elf = [0x7F, (byte)'E', (byte)'L', (byte)'F'];

    private readonly Lock _lock = new();
    private string[]? _prefix;

    /// <summary>Where the programs are looked for first.</summary>
    public string? SearchPath { private get; init; } = Environment.GetEnvironmentVariable("PATH");

    public ToolLimits Limits => limits;

    private string[] Prefix
    {
        get
        {
            lock (_lock) return _prefix ??= FindPrefix();
        }
    }

    /// <summary>Puts the limits before a command; leaves it as it is where they can't be had, or where the command can't be executed.</summary>
    /// <returns>True where they are there.</returns>
    public bool Confine(ProcessStartInfo start)
    {
        // The one who executes should be the one who says why that is not possible; and neither may fall back to a shell.
        if (!IsProgram(start.FileName) || Prefix is not [var first, .. var rest]) return false;
        string[] arguments = [.. rest, start.FileName, .. start.ArgumentList];
        start.FileName = first;
        start.ArgumentList.Clear();
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return true;
    }

    /// <summary>True where a confined tool was not executed at all, so that starting it without would say why.</summary>
    public static bool IsUnstarted(int exitCode, string errors) =>
        exitCode is CannotExecute or NotFound
        && (errors.StartsWith("prlimit: failed to execute", StringComparison.Ordinal)
            || errors.StartsWith("setpriv: failed to execute", StringComparison.Ordinal));

    private string[] FindPrefix()
    {
        if (!OperatingSystem.IsLinux()) return [];
        string[] prefix =
        [
            .. Usable("setpriv", "--pdeathsig", "KILL"),
            .. Usable("prlimit", $"--fsize={limits.MaximumDiskBytes}"),
        ];
        if (!prefix.Any(part => part.EndsWith("setpriv", StringComparison.Ordinal))) LogMissing(logger, "setpriv", "do not end where the operator is killed");
        if (!prefix.Any(part => part.EndsWith("prlimit", StringComparison.Ordinal))) LogMissing(logger, "prlimit", "have no limit on the size of a file");
        return prefix;
    }

    /// <summary>The command up to the one that it is to execute; nothing where it can't do that: smaller systems have such programs that do less.</summary>
    private string[] Usable(string name, params string[] options)
    {
        // It is started before it is asked what it is: one that others may change is passed over, as a tool of that kind is refused.
        var path = ToolFinder.FindAll(name, SearchPath, FallbackFolder).FirstOrDefault(one => trust.ProblemOf(one) is null);
        if (path is null) return [];
        string[] command = [path, .. options, "--"];
        try
        {
            var start = new ProcessStartInfo(path, [.. command[1..], path, "--version"])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var probe = Process.Start(start)!;
            if (!probe.WaitForExit(ProbeTime)) probe.Kill();
            return probe is { HasExited: true, ExitCode: 0 } ? command : [];
        }
        catch (Exception failure) when (failure is Win32Exception or InvalidOperationException)
        {
            return [];
        }
    }

    private static bool IsProgram(string path)
    {
        try
        {
            using var file = File.OpenHandle(path);
            Span<byte> head = stackalloc byte[ExecutableHead];
            return RandomAccess.Read(file, head, fileOffset: 0) is var read && (head[..read].SequenceEqual(Elf) || head[..read].StartsWith("#!"u8));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Program} of util-linux is not installed, too old, or others may change it: tools {Consequence}")]
    private static partial void LogMissing(ILogger logger, string program, string consequence);
}
