namespace RegistryOperator.Host.Tools;

/// <summary>The content of <c>/proc/PID/stat</c> (<see href="https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html"/>).</summary>
/// <param name="HasEnded">True for a process that waits for its parent to notice its end (a zombie).</param>
/// <param name="IsKernelThread">True for a thread of the kernel's own.</param>
/// <param name="StartTime">When it was started, in the system's ticks.</param>
internal readonly record struct ProcessStat(bool HasEnded, bool IsKernelThread, long StartTime)
{
    // Counted from the state, the first after the program's name, which may hold spaces and parentheses.
    private const int FlagsField = 6;
    private const int StartTimeField = 19;

    // PF_KTHREAD of the kernel's include/linux/sched.h.
    private const uint KernelThread = 0x0020_0000;

    /// <summary>Reads the file's text; a truncated one is that of a process that has just ended.</summary>
    public static ProcessStat Parse(string stat)
    {
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length <= StartTimeField || !uint.TryParse(fields[FlagsField], out var flags) || !long.TryParse(fields[StartTimeField], out var startTime))
            return new ProcessStat(HasEnded: true, IsKernelThread: false, long.MaxValue);
        return new ProcessStat(fields[0] is "Z" or "X", (flags & KernelThread) != 0, startTime);
    }
}
