namespace RegistryOperator.Kubernetes;

/// <summary>How long to wait after a failure: doubling from <see cref="Base"/> to <see cref="Max"/>, spread by jitter.</summary>
public sealed record BackoffOptions
{
    /// <summary>The wait after the first failure; default 1 s.</summary>
    public TimeSpan Base { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait; default 5 min. Jitter never exceeds it.</summary>
    public TimeSpan Max { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How far a wait is spread, as a share of it: 0.2 gives 80 % to 120 %. Without it, what failed together is tried again together.</summary>
    public double Jitter { get; init; } = 0.2;

    /// <summary>The wait after a number of failures in a row.</summary>
    /// <param name="failures">1 for the first failure; less counts as 1.</param>
    /// <param name="sample">A random number from 0 to 1 that places the wait within its spread.</param>
    public TimeSpan DelayAfter(int failures, double sample)
    {
        // In floating point, so that a resource that fails for months overflows to infinity and is cut to the maximum.
        var exponential = Math.Min(Base.TotalSeconds * Math.Pow(2, Math.Max(0, failures - 1.0)), Max.TotalSeconds);
        var spread = exponential * (1 + (Jitter * ((2 * sample) - 1)));
        return TimeSpan.FromSeconds(Math.Clamp(spread, 0, Max.TotalSeconds));
    }

    /// <summary>The wait after a number of failures in a row, spread at random.</summary>
    public TimeSpan DelayAfter(int failures) => DelayAfter(failures, Random.Shared.NextDouble());
}
