using RegistryOperator.Host.Kinds;

namespace RegistryOperator.Host.Scans.Execution;

/// <summary>
/// Leaves a scanner alone for a while when it fails again and again, so that a broken tool does not cost a deadline for each image. Polly's circuit
/// breaker counts shares within a window: one success in half an hour would keep a tool that hangs in use. Safe for concurrent use.
/// </summary>
internal sealed class FaultsInARow(TimeProvider time)
{
    /// <summary>So many scans have to fail, and none succeed in between.</summary>
    public const int Limit = 5;

    /// <summary>How long the scanner is left alone; after that, one more fault is enough.</summary>
    public static readonly TimeSpan Break = TimeSpan.FromMinutes(2);

    private readonly Lock _lock = new();
    private int _faults;

    /// <summary>When the last fault was, as a timestamp: the clock may be set meanwhile.</summary>
    private long _since;
    private ScanProblem? _last;

    /// <summary>The last fault while the scanner is left alone; null where it may be used.</summary>
    public ScanProblem? Holding
    {
        get
        {
            lock (_lock) return _faults >= Limit && time.GetElapsedTime(_since) < Break ? _last : null;
        }
    }

    /// <summary>The scanner has done its work, be it that the image has no result.</summary>
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

/// <summary>A scan that was not tried, because its scanner is left alone for a while. It says nothing about the image.</summary>
internal sealed class ScannerLeftAloneException(ScanProblem problem) : Exception(problem.Message)
{
    public ScanProblem Problem { get; } = problem;
}
