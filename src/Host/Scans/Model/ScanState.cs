using System.Collections.Concurrent;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Reports;

namespace RegistryOperator.Host.Scans.Model;

/// <summary>What is known of a resource's images at a moment of a round of scans: reports, and problems of those that have none or an old one.</summary>
internal sealed class ScanState(IReadOnlyList<BoundScanner> scanners, IEnumerable<Report> reports)
{
    private readonly ConcurrentDictionary<ReportKey, Report> _reports = new(reports.Select(report => KeyValuePair.Create(report.Key, report)));
    private readonly ConcurrentDictionary<ReportKey, ScanProblem> _problems = new();

    public IReadOnlyList<BoundScanner> Scanners { get; } = scanners;

    public IReadOnlyDictionary<ReportKey, Report> Reports => _reports;

    public Report? ReportOf(ReportKey key) => _reports.GetValueOrDefault(key);

    public ScanProblem? ProblemOf(ReportKey key) => _problems.GetValueOrDefault(key);

    public void Add(ReportKey key, Execution.WorkOutcome outcome)
    {
        if (outcome.Report is { } report) Replace(report);
        if (outcome.Problem is { } problem) _problems[key] = problem;
    }

    public void Replace(Report report) => _reports[report.Key] = report;

    /// <summary>A problem of all images alike, such as a report store that does not answer.</summary>
    public ScanProblem? Problem { get; init; }
}
