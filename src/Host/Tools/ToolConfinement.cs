using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace RegistryOperator.Host.Tools;

/// <summary>
/// Has the kernel limit a tool: <c>prlimit</c> bounds its files, <c>setpriv</c> has it killed when this process dies, however that happens. Both replace
/// themselves by the tool, so that it keeps its process. Where util-linux is not installed, tools run without.
/// </summary>
internal sealed partial class ToolConfinement(ToolLimits limits, ILogger<ToolConfinement> logger)
{
    private const string FallbackFolder = "/usr/bin";
    private const int ExecutableHead = 4;

    // How prlimit and setpriv report that what they were given can't be executed.
    private const int CannotExecute = 126;
    private const int NotFound = 127;

    private static readonly TimeSpan ProbeTime = TimeSpan.FromSeconds(5);
    private static readonly byte[] Elf = [0x7F, (byte)'E', (byte)'L', (byte)'F'];

    private readonly Lazy<string[]> _prefix = new(() => FindPrefix(limits, logger));

    public ToolLimits Limits => limits;

    /// <summary>Puts the limits before a command; leaves it as it is where they can't be had, or where the command can't be executed.</summary>
    /// <returns>True where they are there.</returns>
    public bool Confine(ProcessStartInfo start)
    {
        // The one who executes should be the one who says why that is not possible; and neither may fall back to a shell.
        if (!IsProgram(start.FileName) || _prefix.Value is not [var first, .. var rest]) return false;
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

    private static string[] FindPrefix(ToolLimits limits, ILogger logger)
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
    private static string[] Usable(string name, params string[] options)
    {
        var path = ToolFinder.Find(name, configured: null, Environment.GetEnvironmentVariable("PATH"), FallbackFolder);
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Program} of util-linux is not installed or too old: tools {Consequence}")]
    private static partial void LogMissing(ILogger logger, string program, string consequence);
}
