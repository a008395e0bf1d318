using RegistryOperator.Abstractions.Provenance;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Decisions;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Text;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Kinds.Provenance;

/// <summary><c>spec.provenanceTracking</c> and <c>status.images[].provenance</c>.</summary>
internal sealed class ProvenanceKind : IVerifyingKind
{
    public ScannerKind Kind => ScannerKind.Provenance;

    public string OptionsField => "spec.provenanceTracking.options";

    public IEnumerable<ScannerUse> UsesOf(RegistrySpec spec)
    {
        if (spec.ProvenanceTracking is not { IsEnabled: true } section) return [];
        return
        [
            new ScannerUse(Kind, section.EffectiveScanner, section.EffectiveScanInterval, "spec.provenanceTracking.scanner")
            {
                Tags = section.Tags,
                Options = section.Options,
                OptionsField = OptionsField,
                Section = section.Verification is { } verification ? VerificationPolicies.Of(verification) : null,
                SectionField = "spec.provenanceTracking.verification",
            },
        ];
    }

    public ImageScanRequest Prepare(ImageScanRequest request, ScannerUse use) =>
        use.Section is VerificationPolicy policy ? request with { VerificationPolicy = policy } : request;

    public IReadOnlyList<StatusCut> Cuts { get; } =
        [new(CutOrder.Contents, "attestations", image => image.Provenance?.Attestations.Count ?? 0, WithoutAttestations)];

    public ResultSummary Summarize(ImageScanResult result, string scanner) => result is ProvenanceScanResult found
        ? new ResultSummary(ProvenanceSummaryJson.Write(ProvenanceSummary.Of(found)))
        : throw new ScanException(ScanReasons.InvalidContent, $"{scanner} is of kind {Kind} but does not return a {nameof(ProvenanceScanResult)}.");

    public BuildProvenance? ReadProvenance(Report report) => ProvenanceSummaryJson.Read(report.Summary).ToProvenance();

    public string ConditionType => VerifiableCondition.Type;

    public KindCondition? ConditionOf(RegistrySpec spec, ScanProblem? problem, IReadOnlyList<ImageStatus> images) =>
        VerifiableCondition.Of(spec, problem, images);

    public IEnumerable<DecisionStep> Explain(Report report, ScannerUse use) =>
        ProvenanceDecisions.Of(ProvenanceSummaryJson.Read(report.Summary), use.Section as VerificationPolicy);

    public ValueTask<ImageStatus> ShowAsync(
        ImageStatus image, IReadOnlyList<ScannerFindings> findings, RegistrySpec spec, IReportStore store, CancellationToken cancellationToken) =>
        ValueTask.FromResult(image with { Provenance = findings is [var only, ..] ? Section(only, image) : null });

    public IEnumerable<ScanColumn> ColumnsOf(IReadOnlyList<ImageStatus> images) =>
        images.Any(image => image.Provenance is not null) ? [new ScanColumn("PROVENANCE", image => CellOf(image.Provenance))] : [];

    public IEnumerable<string> LinesOf(RegistryStatus status) => ProvenanceLines.Of(status);

    public IEnumerable<ScanProblem> ProblemsOf(ImageStatus image) => ScanProblem.Of(image.Provenance?.Reason, image.Provenance?.Message);

    public Task<ReportView> ViewAsync(Report report, IReportStore store, CancellationToken cancellationToken)
    {
        var summary = ProvenanceSummaryJson.Read(report.Summary);
        string?[] parts =
        [
            Describe(summary.SlsaLevel, summary.IsSigned),
            summary.Builder is { } builder ? $"{(summary.IsProved ? "" : "claimed: ")}built by {builder}" : null,
            summary.SourceRepository is { } source ? $"from {source}{(summary.SourceCommit is { } commit ? $"@{commit}" : "")}" : null,
        ];
        string?[] notes =
        [
            summary is { IsSigned: false, Attested.Verification: { Reason: { } reason, Message: var message } }
                ? $"{ProvenanceLines.Word(reason)}: {reason}: {message}"
                : null,
            summary.Attested?.Expectations is { AreMet: false } expectations ? $"not as expected: {string.Join(' ', expectations.Unmet)}" : null,
        ];
        return Task.FromResult(new ReportView(string.Join(", ", parts.OfType<string>())) { Notes = [.. notes.OfType<string>()] });
    }

    public VerificationSpec? VerificationOf(RegistrySpec spec) => spec.ProvenanceTracking?.Verification;

    public RegistrySpec AskFor(RegistrySpec spec, VerificationSpec? verification) => spec with
    {
        // What does not choose the repository, or how it is read, is left out; a field of the access that is added goes along.
        ScanInterval = null,
        Suspend = null,
        TagFilter = null,
        VulnerabilityScanning = null,
        SbomGeneration = null,
        DriftDetection = null,
        Scanners = [],
        Webhook = null,
        // Whoever pulls the image may be given any of its platforms.
        Platforms = spec.Platforms.Count > 0 ? spec.Platforms : [PlatformChoice.All],
        ProvenanceTracking = (spec.ProvenanceTracking ?? new ProvenanceTrackingSpec()) with { Enabled = true, Verification = verification, Tags = [] },
    };

    public ImageVerification Read(Report report) => ProvenanceSummaryJson.Read(report.Summary).ToVerification();

    /// <summary>Of several platforms, the first one's.</summary>
    private static ProvenanceStatus? Section(ScannerFindings findings, ImageStatus image)
    {
        if (findings.Reports.Count == 0)
        {
            if (findings.Problem is not { } problem) return image.Provenance;
            return (image.Provenance ?? new ProvenanceStatus()) with { Reason = problem.Reason, Message = problem.Message, Missing = findings.Missing };
        }

        return ProvenanceSummaryJson.Read(findings.Reports[0].Summary).ToStatus() with
        {
            LastCheckTime = findings.Oldest,
            Scanner = findings.Use.Scanner,
            Reason = findings.Problem?.Reason,
            Message = findings.Problem?.Message,
            ReportDigests = findings.DigestsBeside(image.Digest),
            Missing = findings.Missing,
        };
    }

    private static ImageStatus WithoutAttestations(ImageStatus image) => image with { Provenance = image.Provenance! with { Attestations = [] } };

    private static TerminalText CellOf(ProvenanceStatus? section)
    {
        if (section is null) return default;
        if (section.LastCheckTime is null) return section.Reason;
        return Describe(section.SlsaLevel, section.Signed is true) + ScanColumn.Suffix(section.Expectations is { Met: false } ? "unexpected" : section.Reason);
    }

    private static string Describe(int? level, bool isSigned) =>
        $"{(level is null ? "no SLSA level" : $"SLSA {level}")}, {(isSigned ? "signed" : "not verified")}";
}
