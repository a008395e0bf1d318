using System.Collections.Concurrent;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Scans.Execution;

/// <summary>
/// Remembers scans that failed, so that an image that can't be scanned is tried less and less often instead of each time its repository is
/// read. Lost at a restart, at the price of one more try.
/// </summary>
internal sealed class ScanBackoff<TAttempt>(TimeProvider time)
    where TAttempt : notnull
{
    /// <summary>The delay after the first failure, doubled with each further one.</summary>
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LongestDelay = TimeSpan.FromHours(6);

    private readonly ConcurrentDictionary<TAttempt, Failure> _failures = new();

    public void Forget(TAttempt attempt) => _failures.TryRemove(attempt, out _);

    public void Remember(TAttempt attempt, ReportVersions versions, ScanProblem problem) => _failures.AddOrUpdate(
        attempt,
        _ => new Failure(problem, versions, 1, time.GetTimestamp()),
        (_, earlier) => new Failure(problem, versions, earlier.InARow + 1, time.GetTimestamp()));

    /// <summary>The problem of a scan whose delay has not passed; null where it may be tried. Other versions may do what these can't.</summary>
    public ScanProblem? ProblemWithin(TAttempt attempt, ReportVersions? versions) =>
        _failures.TryGetValue(attempt, out var failure) && failure.Versions == versions && time.GetElapsedTime(failure.At) < Delay(failure.InARow) ? failure.Problem : null;

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
