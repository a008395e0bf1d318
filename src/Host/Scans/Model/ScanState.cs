using System.Collections.Concurrent;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Scans.Model;

/// <summary>What is known of a resource's images at a moment of a round of scans: reports, and problems of those that have none or an old one.</summary>
internal sealed class ScanState(IReadOnlyList<ScanImage> images, IReadOnlyList<BoundScanner> scanners, IEnumerable<Report> reports) : IRoundReports
{
    private readonly ConcurrentDictionary<ReportKey, Report> _reports = new(reports.Select(report => KeyValuePair.Create(report.Key, report)));
    private readonly ConcurrentDictionary<ReportKey, ScanProblem> _problems = new();

    private readonly ConcurrentDictionary<ReportKey, ScanProblem> _denied = new();

    public IReadOnlyList<BoundScanner> Scanners { get; } = scanners;

    public IReadOnlyDictionary<ReportKey, Report> Reports => _reports;

    public IEnumerable<Digest> Subjects => images.SelectMany(image => image.Platforms.Chosen).Select(platform => platform.Digest);

    /// <summary>The keys of reports that the resource used before the round; null until a scan that is due wants them.</summary>
    public IReadOnlySet<ReportKey>? Used { get; set; }

    /// <summary>What the resource has not shown that it may have.</summary>
    public IEnumerable<ReportKey> Denied => _denied.Keys;

    /// <summary>A problem of all images alike, such as a report store that does not answer.</summary>
    public ScanProblem? Problem { get; init; }

    public Report? ReportOf(ReportKey key) => _reports.GetValueOrDefault(key);

    public ScanProblem? ProblemOf(ReportKey key) => _problems.GetValueOrDefault(key);

    /// <summary>True where a scan of this round found that the scanner can't work.</summary>
    public bool FoundUnavailable(BoundScanner scanner) => _problems.Any(problem =>
        problem.Value.Reason == ScanReasons.ScannerUnavailable && problem.Key.Kind == scanner.Use.Kind && problem.Key.Scanner == scanner.Use.Scanner);

    public bool Asks(ScannerKind kind) => Scanners.Any(scanner => scanner.Use.Kind == kind);

    public Report? Find(ScannerKind kind, Digest subject) =>
        Scanners.FirstOrDefault(scanner => scanner.Use.Kind == kind) is { } scanner ? ReportOf(scanner.KeyOf(subject)) : null;

    public void Add(ReportKey key, WorkOutcome outcome)
    {
        if (outcome.Report is { } report) Replace(report);
        if (outcome.Problem is { } problem) _problems[key] = problem;
    }

    /// <summary>The resource has not shown that it may have the report.</summary>
    public void Deny(ReportKey key, ScanProblem problem)
    {
        _denied[key] = problem;
        _reports.TryRemove(key, out _);
        _problems[key] = problem;
    }

    public void Replace(Report report) => _reports[report.Key] = report;
}
