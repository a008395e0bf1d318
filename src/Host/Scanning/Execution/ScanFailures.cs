using System.Collections.Concurrent;
using RegistryOperator.Host.Reports;

namespace RegistryOperator.Host.Scanning.Execution;

/// <summary>
/// Remembers scans that failed, so that an image that can't be scanned is tried less and less often instead of each time its repository is
/// read. Lost at a restart, at the price of one more try.
/// </summary>
internal sealed class ScanFailures(TimeProvider time)
{
    /// <summary>The delay after the first failure, doubled with each further one.</summary>
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LongestDelay = TimeSpan.FromHours(6);

    private readonly ConcurrentDictionary<ReportKey, Failure> _failures = new();

    public void Forget(ReportKey key) => _failures.TryRemove(key, out _);

    public void Remember(ReportKey key, ReportVersions versions, ScanProblem problem) => _failures.AddOrUpdate(
        key,
        _ => new Failure(problem, versions, 1, time.GetUtcNow() + FirstDelay),
        (_, earlier) => new Failure(problem, versions, earlier.InARow + 1, time.GetUtcNow() + Delay(earlier.InARow)));

    /// <summary>The problem of a scan that is not to be tried now; null where it may be. Other versions may do what these can't.</summary>
    public ScanProblem? Holding(ReportKey key, ReportVersions? versions) =>
        _failures.TryGetValue(key, out var failure) && failure.Versions == versions && time.GetUtcNow() < failure.NotBefore ? failure.Problem : null;

    private static TimeSpan Delay(int failuresBefore)
    {
        var delay = FirstDelay * Math.Pow(2, Math.Min(failuresBefore, 20));
        return delay < LongestDelay ? delay : LongestDelay;
    }

    private sealed record Failure(ScanProblem Problem, ReportVersions Versions, int InARow, DateTimeOffset NotBefore);
}
