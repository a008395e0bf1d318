using RegistryOperator.Host.Kinds;
using RegistryOperator.Reports;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Scans.Execution;

/// <summary>
/// Remembers scans that failed, so that an image that can't be scanned is tried less and less often instead of each time its repository is
/// read. Lost at a restart, at the price of one more try. Bounded, since images go and new ones come: what was not asked for longest is forgotten.
/// </summary>
internal sealed class ScanBackoff<TAttempt>(TimeProvider time, int capacity = ScanBackoff<TAttempt>.DefaultCapacity)
    where TAttempt : notnull
{
    /// <summary>More failures than a large installation has at a time; up to 1 KiB each.</summary>
    public const int DefaultCapacity = 10_000;

    /// <summary>The delay after the first failure, doubled with each further one.</summary>
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LongestDelay = TimeSpan.FromHours(6);

    private readonly BoundedCache<TAttempt, Failure> _failures = new(capacity);

    public void Forget(TAttempt attempt) => _failures.Remove(attempt);

    /// <summary>Remembers a failure. One attempt at a time is made, so that none is counted over another.</summary>
    public void Remember(TAttempt attempt, ReportVersions versions, ScanProblem problem) =>
        _failures.Set(attempt, new Failure(problem, versions, (_failures.Find(attempt)?.InARow ?? 0) + 1, time.GetTimestamp()));

    /// <summary>The problem of a scan whose delay has not passed; null where it may be tried. Other versions may do what these can't.</summary>
    public ScanProblem? ProblemWithin(TAttempt attempt, ReportVersions? versions) =>
        _failures.Find(attempt) is { } failure && failure.Versions == versions && time.GetElapsedTime(failure.At) < Delay(failure.InARow)
            ? failure.Problem
            : null;

    private static TimeSpan Delay(int failuresInARow)
    {
        var delay = FirstDelay * Math.Pow(2, Math.Min(failuresInARow - 1, 20));
        return delay < LongestDelay ? delay : LongestDelay;
    }

    /// <param name="Problem">The last one.</param>
    /// <param name="Versions">With what it was met.</param>
    /// <param name="InARow">How many there were without a success.</param>
    /// <param name="At">A timestamp, since a clock that is set back would make the delay as long as its error.</param>
    private sealed record Failure(ScanProblem Problem, ReportVersions Versions, int InARow, long At);
}
