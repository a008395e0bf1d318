using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Text;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Kinds.Custom;

/// <summary>
/// <c>spec.scanners[]</c>, <c>status.images[].scans</c> and, for what is found over all images, <c>status.scans</c>: scanners of every kind that has no
/// section of its own.
/// </summary>
internal sealed class CustomKind : IScanKind
{
    public ScannerKind Kind => ScannerKind.Custom;

    public string SwitchField => "spec.scanners";

    public string OptionsField => "spec.scanners[].options";

    public bool TakesRegistryScanners => true;

    public IEnumerable<ScannerUse> UsesOf(RegistrySpec spec) => spec.Scanners.Select((custom, index) =>
        new ScannerUse(Kind, custom.Name, custom.EffectiveInterval, $"spec.scanners[{index}]") { Tags = custom.Tags, Options = custom.Options });

    public ResultSummary Summarize(ImageScanResult result, string scanner) => new(CustomSummaryJson.Write(CustomSummary.Of(result)));

    public ValueTask<ImageStatus> ShowAsync(
        ImageStatus image, IReadOnlyList<ScannerFindings> findings, RegistrySpec spec, IReportStore store, CancellationToken cancellationToken)
    {
        var scans = new SortedDictionary<string, CustomScanStatus>(StringComparer.Ordinal);
        foreach (var found in findings)
        {
            if (CustomSection.Build(found, image.Scans.GetValueOrDefault(found.Use.Scanner)) is { } section) scans[found.Use.Scanner] = section;
        }

        return ValueTask.FromResult(image with { Scans = scans });
    }

    public RegistryStatus ShowRegistry(RegistryStatus status, IReadOnlyList<RegistryFindings> findings)
    {
        if (findings.Count == 0 && status.Scans.Count == 0) return status;
        var scans = new SortedDictionary<string, RegistryScanStatus>(StringComparer.Ordinal);
        foreach (var found in findings)
        {
            if (RegistryScanSection.Build(found, status.Scans.GetValueOrDefault(found.Use.Scanner)) is { } section) scans[found.Use.Scanner] = section;
        }

        return status with { Scans = scans };
    }

    public IEnumerable<ScanColumn> ColumnsOf(IReadOnlyList<ImageStatus> images) => images
        .SelectMany(image => image.Scans.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
        .Select(scanner => new ScanColumn(scanner.ToUpperInvariant(), image => CellOf(image.Scans.GetValueOrDefault(scanner))));

    public IEnumerable<ScanProblem> ProblemsOf(ImageStatus image) => image.Scans.Values.SelectMany(scan => ScanProblem.Of(scan.Reason, scan.Message));

    public IEnumerable<string> LinesOf(RegistryStatus status) => status.Scans.Select(scan => RegistryScanSection.LineOf(scan.Key, scan.Value));

    public IEnumerable<ScanProblem> ProblemsOf(RegistryStatus status) => status.Scans.Values.SelectMany(scan => ScanProblem.Of(scan.Reason, scan.Message));

    public ScanProblem? ProblemOf(ImageStatus image, string scanner) =>
        image.Scans.TryGetValue(scanner, out var scan) ? ScanProblem.Of(scan.Reason, scan.Message).FirstOrDefault() : null;

    public ResultVerdict ReadVerdict(Report report) => CustomSummaryJson.Read(report.Summary).ToVerdict();

    public Task<ReportView> ViewAsync(Report report, IReportStore store, CancellationToken cancellationToken)
    {
        var summary = CustomSummaryJson.Read(report.Summary);
        var verdict = summary.ToVerdict();
        // Without figures the status has all there is.
        return Task.FromResult(verdict.Figures.Count == 0
            ? new ReportView(ResultVerdict.Describe(report.Result, verdict.Word))
            : ResultView.Of(report.Result, verdict.Word, summary.Values, verdict.Figures));
    }

    public Task<ReportView> ViewAsync(ResourceReport report, IReportStore store, CancellationToken cancellationToken) =>
        Task.FromResult(RegistryScanSection.View(report));

    private static TerminalText CellOf(CustomScanStatus? section) => section switch
    {
        null => default,
        { Result: { } result, Verdict: var verdict } =>
            new TerminalText(ResultVerdict.Describe(result, verdict) + ScanColumn.Suffix(section.Reason), ToneOf(verdict)),
        _ => section.Reason,
    };

    private static Tone ToneOf(string? verdict) => verdict switch
    {
        nameof(ScanVerdict.Passed) => Tone.Good,
        nameof(ScanVerdict.Failed) => Tone.Bad,
        _ => Tone.Plain,
    };
}
