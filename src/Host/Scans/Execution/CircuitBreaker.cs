using RegistryOperator.Host.Kinds;

namespace RegistryOperator.Host.Scans.Execution;

/// <summary>
/// Opens when a scanner fails again and again, so that a broken tool does not cost a deadline for each image. Polly's circuit breaker counts shares
/// within a window: one success in half an hour would keep a tool that hangs in use. Safe for concurrent use.
/// </summary>
internal sealed class CircuitBreaker(TimeProvider time)
{
    /// <summary>This many consecutive failures open the circuit.</summary>
    public const int Limit = 5;

    /// <summary>How long the circuit stays open; after that, one more fault is enough to open it again.</summary>
    public static readonly TimeSpan Break = TimeSpan.FromMinutes(2);

    private readonly Lock _lock = new();
    private int _faults;

    /// <summary>When the last fault was, as a monotonic timestamp: the wall clock may be adjusted.</summary>
    private long _since;
    private ScanProblem? _last;

    /// <summary>The last fault while the circuit is open; null where the scanner may be used.</summary>
    public ScanProblem? Open => State?.Last;

    /// <summary>The last fault, and how long the circuit stays open; null where it is closed.</summary>
    public (ScanProblem Last, TimeSpan Left)? State
    {
        get
        {
            lock (_lock)
            {
                var left = Break - time.GetElapsedTime(_since);
                return _faults >= Limit && left > TimeSpan.Zero ? (_last!, left) : null;
            }
        }
    }

    /// <summary>The scanner worked, even where the image has no result.</summary>
    public void Worked()
    {
        lock (_lock) _faults = 0;
    }

    /// <summary>The scanner has failed.</summary>
    public void Failed(ScanProblem fault)
    {
        lock (_lock)
        {
            _last = fault;
            _faults++;
            _since = time.GetTimestamp();
        }
    }
}

/// <summary>A scan that was not tried, because the circuit breaker of its scanner is open. It says nothing about the image.</summary>
internal sealed class CircuitOpenException(ScanProblem problem) : Exception(problem.Message)
{
    public ScanProblem Problem { get; } = problem;
}
