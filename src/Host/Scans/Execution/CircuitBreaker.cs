using RegistryOperator.Host.Kinds;

namespace RegistryOperator.Host.Scans.Execution;

/// <summary>
/// Opens when a scanner fails again and again, so that a broken tool does not cost a deadline for each image. Polly's circuit breaker counts shares
/// within a window: one success in half an hour would keep a tool that hangs in use. Safe for concurrent use.
/// </summary>
/// <param name="registries">From how many registries the faults must come, where those of one may be its images' doing.</param>
/// <param name="time">The clock.</param>
internal sealed class CircuitBreaker(int registries, TimeProvider time)
{
    /// <summary>This many consecutive failures open the circuit.</summary>
    public const int Limit = 5;

    /// <summary>How long the circuit stays open; after that, one more fault is enough to open it again.</summary>
    public static readonly TimeSpan Break = TimeSpan.FromMinutes(2);

    private readonly Lock _lock = new();
    private readonly HashSet<string> _failedAt = new(StringComparer.OrdinalIgnoreCase);
    private int _faults;

    /// <summary>When the last fault was, as a monotonic timestamp: the wall clock may be adjusted.</summary>
    private long _since;

    /// <summary>How long the scanner is still not to be used; null where it may be.</summary>
    public TimeSpan? OpenFor
    {
        get
        {
            lock (_lock)
            {
                var left = Break - time.GetElapsedTime(_since);
                return _faults >= Limit && _failedAt.Count >= registries && left > TimeSpan.Zero ? left : null;
            }
        }
    }

    /// <summary>The scanner worked, even where the image has no result.</summary>
    public void Worked()
    {
        lock (_lock)
        {
            _faults = 0;
            _failedAt.Clear();
        }
    }

    /// <summary>The scanner has failed.</summary>
    public void Failed(string registry)
    {
        lock (_lock)
        {
            _faults++;
            if (_failedAt.Count < registries) _failedAt.Add(registry);
            _since = time.GetTimestamp();
        }
    }
}

/// <summary>A scan that was not tried, because the circuit breaker of its scanner is open. It says nothing about the image.</summary>
internal sealed class CircuitOpenException(ScanProblem problem) : Exception(problem.Message)
{
    public ScanProblem Problem { get; } = problem;
}
