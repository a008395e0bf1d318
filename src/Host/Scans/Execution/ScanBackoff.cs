using System.Collections.Concurrent;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Scans.Execution;

/// <summary>A scan as one resource would make it: another's registry may have the image, and another's credentials may be right.</summary>
/// <param name="Key">What is scanned.</param>
/// <param name="Access">How its registry is accessed (<see cref="OpenedRegistry.Access"/>).</param>
internal readonly record struct Attempt(ReportKey Key, string Access);

/// <summary>A scan over all images of a resource. Other options, and other access, are another attempt.</summary>
/// <param name="Key">Whose images are scanned, and by what.</param>
/// <param name="Options">A hash of the options.</param>
/// <param name="Access">How the registry is accessed (<see cref="OpenedRegistry.Access"/>).</param>
internal readonly record struct RegistryAttempt(ResourceReportKey Key, string Options, string Access);

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
        _failures.TryGetValue(attempt, out var failure) && failure.Versions == versions && time.GetElapsedTime(failure.At) < Delay(failure.InARow)
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
