using System.Globalization;

namespace RegistryOperator.Benchmarks;

/// <summary>What the kernel says a process has used.</summary>
/// <param name="Cpu">Processor time, user and system.</param>
/// <param name="PeakMemory">Largest resident size so far, bytes.</param>
/// <param name="Memory">Resident size now, bytes.</param>
internal sealed record ProcessMeter(TimeSpan Cpu, long PeakMemory, long Memory)
{
    /// <summary>Clock ticks a second in /proc, the same on every Linux.</summary>
    private const double TicksPerSecond = 100;

    public static ProcessMeter Read(int processId)
    {
        var status = File.ReadAllLines($"/proc/{processId}/status");
        return new ProcessMeter(Time(processId, firstField: 11), Kilobytes(status, "VmHWM:"), Kilobytes(status, "VmRSS:"));
    }

    /// <summary>Processor time of the processes that a process has started and that have ended, and of those below them.</summary>
    public static TimeSpan EndedChildren(int processId) => Time(processId, firstField: 13);

    /// <summary>TCP connections opened by any process of this machine since it started.</summary>
    public static long ConnectionsOpened()
    {
        var lines = File.ReadAllLines("/proc/net/snmp")
            .Where(line => line.StartsWith("Tcp:", StringComparison.Ordinal))
            .Select(line => line.Split(' '))
            .ToArray();
        return long.Parse(lines[1][Array.IndexOf(lines[0], "ActiveOpens")], CultureInfo.InvariantCulture);
    }

    /// <summary>User time, and system time in the field after it.</summary>
    private static TimeSpan Time(int processId, int firstField)
    {
        // The name, the second field, may hold spaces: what follows its closing parenthesis is counted.
        var stat = File.ReadAllText($"/proc/{processId}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromSeconds((Field(firstField) + Field(firstField + 1)) / TicksPerSecond);

        long Field(int index) => long.Parse(fields[index], CultureInfo.InvariantCulture);
    }

    private static long Kilobytes(string[] status, string name)
    {
        var line = status.Single(line => line.StartsWith(name, StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
