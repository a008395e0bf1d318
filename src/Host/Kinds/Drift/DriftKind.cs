using RegistryOperator.Abstractions.Drift;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Decisions;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Workloads;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Kinds.Drift;

/// <summary><c>spec.driftDetection</c> and <c>status.drift</c>: running workloads against the tags of the repository.</summary>
internal sealed class DriftKind : IScanKind
{
    /// <summary>Updates of a workload that are scanned.</summary>
    private const int ScannedUpdates = 2;

    /// <summary>Updates of all workloads that are scanned.</summary>
    private const int MostScannedUpdates = 50;

    public ScannerKind Kind => ScannerKind.Drift;

    public string OptionsField => "spec.driftDetection.options";

    public bool TakesImageScanners => false;

    public bool TakesRegistryScanners => true;

    public IReadOnlyList<RegistryCut> RegistryCuts { get; } =
    [
        new(CutOrder.Updates, "availableUpdates", status => DriftCuts.CountUpdates(status.Drift), CutUpdates),
        new(CutOrder.Workloads, "workloads", status => DriftCuts.CountUpToDate(status.Drift), CutWorkloads),
        new(CutOrder.AfterImages, "workloads", status => status.Drift?.Workloads.Count ?? 0, CutWorkloads),
    ];

    public IEnumerable<ScannerUse> UsesOf(RegistrySpec spec)
    {
        if (spec.DriftDetection is not { IsEnabled: true } section) return [];
        return
        [
            new ScannerUse(Kind, section.EffectiveScanner, spec.EffectiveDriftInterval, "spec.driftDetection.scanner")
            {
                Options = section.Options,
                OptionsField = OptionsField,
                IntervalField = "spec.driftDetection.checkInterval",
            },
        ];
    }

    public WorkloadSelection? WorkloadsOf(RegistrySpec spec) => spec.DriftDetection is { IsEnabled: true } section
        ? new WorkloadSelection { Namespaces = section.Namespaces, Mirrors = section.Mirrors }
        : null;

    /// <summary>The best updates, where images are scanned: what an update fixes, who signed it and which packages it changes is known once it is scanned as
    /// well.</summary>
    public IEnumerable<string> TagsOf(RegistrySpec spec, RegistryStatus status) =>
        spec is { DriftDetection.IsEnabled: true }
            and ({ VulnerabilityScanning.IsEnabled: true } or { ProvenanceTracking.IsEnabled: true } or { SbomGeneration.IsEnabled: true })
        ? (status.Drift?.Workloads ?? []).SelectMany(workload => workload.AvailableUpdates.Take(ScannedUpdates)).Select(update => update.Tag)
            .Distinct(StringComparer.Ordinal).Take(MostScannedUpdates)
        : [];

    public string ConditionType => WorkloadsCondition.Type;

    public KindCondition? ConditionOfWorkloads(RegistrySpec spec, bool areKnown, string? problem) => WorkloadsCondition.Of(spec, areKnown, problem);

    /// <summary>Never asked: an image scanner of this kind is not run.</summary>
    public ResultSummary Summarize(ImageScanResult result, string scanner) => throw NotDrift(scanner);

    public StoredRegistryResult Summarize(RegistryScanResult result, string scanner) =>
        result is DriftScanResult ? StoredRegistryResult.Of(result, scanner) : throw NotDrift(scanner);

    /// <summary>Where drift detection is off, the section belongs to other controllers.</summary>
    public RegistryStatus ShowRegistry(RegistryStatus status, IReadOnlyList<RegistryFindings> findings) =>
        findings is [var only, ..] ? status with { Drift = DriftSection.Build(only, status.Drift) } : status;

    public RegistryStatus KeepOthers(RegistrySpec spec, RegistryStatus? written, RegistryStatus status) =>
        spec.DriftDetection is { IsEnabled: true } ? status : status with { Drift = written?.Drift };

    public IEnumerable<WorkloadExplanation> ExplainWorkload(AskedWorkload asked, RegistrySpec spec, RegistryStatus status) =>
        DriftDecisions.Explain(asked, spec, status.Drift);

    public IEnumerable<RegistryEvent> EventsOf(RegistryStatus? before, RegistryStatus after) => DriftEvents.Of(before, after);

    public IEnumerable<string> LinesOf(RegistryStatus status) =>
        DriftLines.LineOf(status) is { } line ? [.. DriftLines.WorkloadLinesOf(status), line] : [];

    public IEnumerable<ScanProblem> ProblemsOf(RegistryStatus status) => ScanProblem.Of(status.Drift?.Reason, status.Drift?.Message);

    public async Task<ReportView> ViewAsync(ResourceReport report, IReportStore store, CancellationToken cancellationToken) =>
        DriftView.Of(report, DriftAdvice.Of(await store.ReadDocumentsAsync(report.Key, cancellationToken)));

    private static RegistryStatus CutUpdates(RegistryStatus status, int count) => status with { Drift = DriftCuts.WithoutUpdates(status.Drift!, count) };

    private static RegistryStatus CutWorkloads(RegistryStatus status, int count) =>
        status with { Drift = status.Drift! with { Workloads = [.. status.Drift.Workloads.SkipLast(count)] } };

    private ScanException NotDrift(string scanner) =>
        new(ScanReasons.InvalidContent, $"{scanner} is of kind {Kind} but does not return a {nameof(DriftScanResult)}.");
}
