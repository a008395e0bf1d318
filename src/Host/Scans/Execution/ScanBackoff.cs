using RegistryOperator.Host.Decisions;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Scans.Planning;
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

    /// <summary>Tries a scan and remembers how it ended. One attempt at a time is made, so that none is counted over another.</summary>
    /// <param name="attempt">What is tried.</param>
    /// <param name="versions">With what.</param>
    /// <param name="scan">Scans, and gives the report.</param>
    /// <param name="explain">The problem that an exception means.</param>
    /// <param name="cancellationToken">That of the scan: a cancelled one is remembered as nothing.</param>
    public async Task<(TReport? Report, ScanProblem? Problem)> TryAsync<TReport>(
        TAttempt attempt, ReportVersions versions, Func<Task<TReport>> scan, Func<Exception, ScanProblem> explain, CancellationToken cancellationToken)
        where TReport : class
    {
        try
        {
            var report = await scan();
            Forget(attempt);
            return (report, null);
        }
        catch (CircuitOpenException untried)
        {
            // No backoff is recorded, so that the scan is due as soon as the circuit closes.
            return (null, untried.Problem);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            var problem = explain(failure);
            Remember(attempt, versions, problem);
            return (null, problem);
        }
    }

    public void Forget(TAttempt attempt) => _failures.Remove(attempt);

    public void Remember(TAttempt attempt, ReportVersions versions, ScanProblem problem) =>
        _failures.Set(attempt, new Failure(problem, versions, (_failures.Find(attempt)?.InARow ?? 0) + 1, time.GetTimestamp()));

    /// <summary>The problem of a scan whose delay has not passed; null where it may be tried. Other versions may do what these can't.</summary>
    public ScanProblem? ProblemWithin(TAttempt attempt, ReportVersions? versions) =>
        _failures.Find(attempt) is { } failure && failure.Versions == versions && Left(failure) > TimeSpan.Zero ? failure.Problem : null;

    /// <summary>Says until when a scan waits, and after which failure.</summary>
    public Decision Explain(TAttempt attempt, ReportVersions? versions)
    {
        if (_failures.Find(attempt) is not { } failure) return Decision.Pass("NoBackoff", "The last try did not fail.");
        var what = $"{failure.InARow} in a row failed, the last one by {failure.Problem.Reason}: {failure.Problem.Message}";
        if (ProblemWithin(attempt, versions) is null)
            return Decision.Pass("BackoffOver", $"{what} It may be tried again.").By("failures in a row", $"{failure.InARow}");
        return Decision.Wait("Backoff", $"{what} It is tried again at {DueRules.Time(time.GetUtcNow() + Left(failure))}, or with another version.")
            .By("failures in a row", $"{failure.InARow}");
    }

    private TimeSpan Left(Failure failure) => Delay(failure.InARow) - time.GetElapsedTime(failure.At);

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
