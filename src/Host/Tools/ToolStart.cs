using System.ComponentModel;
using RegistryOperator.Abstractions.Scanning;

namespace RegistryOperator.Host.Tools;

/// <summary>What it means that a process can't be started, by the system's error number
/// (<see href="https://man7.org/linux/man-pages/man2/execve.2.html"/>).</summary>
internal static class ToolStart
{
    /// <summary>How often a start is tried again.</summary>
    public const int Retries = 3;

    private const int NoSuchFile = 2;
    private const int NotExecutableFormat = 8;
    private const int TryAgain = 11;
    private const int AccessDenied = 13;
    private const int TextFileBusy = 26;

    /// <summary>The time between the tries.</summary>
    public static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    /// <summary>True for a transient failure: the file is being replaced, or the user has as many processes as allowed.</summary>
    public static bool PassesByItself(Win32Exception exception) => exception.NativeErrorCode is TextFileBusy or TryAgain;

    /// <summary>The error for the user.</summary>
    public static ScanException Explain(string executable, Win32Exception exception) =>
        new(ScanReasons.ScannerUnavailable, $"{Path.GetFileName(executable)} cannot be started: {Reason(executable, exception)}", exception);

    private static string Reason(string executable, Win32Exception exception) => exception.NativeErrorCode switch
    {
        NoSuchFile when File.Exists(executable) => $"the interpreter or loader that {executable} needs is missing. Install a build for this system.",
        NoSuchFile => $"{executable} does not exist. Install the tool, or correct its path in the plugin's settings.",
        AccessDenied => $"{executable} may not be executed by this user. Set its execute permission, and mount its volume without 'noexec'.",
        NotExecutableFormat => $"{executable} is not a program for this system. Install the build for this operating system and processor.",
        TryAgain => "this user or container has as many processes as it may have. Raise the limit, or lower the number of concurrent scans.",
        TextFileBusy => $"{executable} is still being written. Replace it by renaming a finished file.",
        _ => $"{exception.Message} ({executable}).",
    };
}
