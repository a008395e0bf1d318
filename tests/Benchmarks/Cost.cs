using System.Diagnostics;

namespace RegistryOperator.Benchmarks;

/// <summary>What a piece of work took.</summary>
/// <param name="Wall">Seconds from begin to end.</param>
/// <param name="Cpu">Seconds of processor time of the processes that it started, and those that they started. Neighbours on the machine
/// disturb it less than <paramref name="Wall"/>.</param>
internal sealed record Cost(double Wall, double Cpu)
{
    public static async Task<Cost> OfAsync(Func<Task> work)
    {
        var cpu = ProcessMeter.EndedChildren(Environment.ProcessId);
        var clock = Stopwatch.StartNew();
        await work();
        return new Cost(clock.Elapsed.TotalSeconds, (ProcessMeter.EndedChildren(Environment.ProcessId) - cpu).TotalSeconds);
    }

    /// <summary>The medians of both.</summary>
    public static Cost Median(IEnumerable<Cost> costs)
    {
        var all = costs.ToArray();
        return new Cost(Median(all.Select(cost => cost.Wall)), Median(all.Select(cost => cost.Cpu)));
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
