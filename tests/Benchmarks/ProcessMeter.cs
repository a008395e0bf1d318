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
        // The name, the second field, may hold spaces: what follows its closing parenthesis is counted.
        var stat = File.ReadAllText($"/proc/{processId}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        var status = File.ReadAllLines($"/proc/{processId}/status");
        return new ProcessMeter(TimeSpan.FromSeconds(ticks / TicksPerSecond), Kilobytes(status, "VmHWM:"), Kilobytes(status, "VmRSS:"));
    }

    /// <summary>TCP connections opened by any process of this machine since it started.</summary>
    public static long ConnectionsOpened()
    {
        var lines = File.ReadAllLines("/proc/net/snmp").Where(line => line.StartsWith("Tcp:", StringComparison.Ordinal)).Select(line => line.Split(' ')).ToArray();
        return long.Parse(lines[1][Array.IndexOf(lines[0], "ActiveOpens")], CultureInfo.InvariantCulture);
    }

    private static long Kilobytes(string[] status, string name) =>
        1024 * long.Parse(status.Single(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
}
