using RegistryOperator.Abstractions.Provenance;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Decisions;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Workloads;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Kinds;

/// <summary>
/// All that the host knows of one kind of scanner: what a resource asks of it, what is stored of a result, and how it is shown. The host asks the kinds
/// (<see cref="ScanKinds"/>) and names none; to add one, write this and register it there.
/// </summary>
internal interface IScanKind
{
    ScannerKind Kind { get; }

    /// <summary>What a resource switches scanners of this kind on with, e.g. <c>spec.scanners</c>.</summary>
    string SwitchField => OptionsField[..OptionsField.LastIndexOf('.')] + ".enabled";

    /// <summary>Where a resource gives a scanner of this kind its options, e.g. <c>spec.scanners[].options</c>.</summary>
    string OptionsField { get; }

    /// <summary>True where scanners of other kinds may read the results: scanners of this kind run first.</summary>
    bool RunsFirst => false;

    /// <summary>True where a scanner of this kind may be an <see cref="IImageScanner"/>.</summary>
    bool TakesImageScanners => true;

    /// <summary>True where a scanner of this kind may be an <see cref="IRegistryScanner"/>.</summary>
    bool TakesRegistryScanners => false;

    /// <summary>The scanners that a resource asks for, in its order; none where the kind is switched off.</summary>
    IEnumerable<ScannerUse> UsesOf(RegistrySpec spec);

    /// <summary>The workloads that its scanners compare, whose images are read and scanned, too; null where it looks at none.</summary>
    WorkloadSelection? WorkloadsOf(RegistrySpec spec) => null;

    /// <summary>Tags that were found to matter, whose images are read and scanned, too, so that they can be compared.</summary>
    /// <param name="spec">What the resource asks for.</param>
    /// <param name="status">What was found the last time.</param>
    IEnumerable<string> TagsOf(RegistrySpec spec, RegistryStatus status) => [];

    /// <summary>Adds to a request what only scanners of this kind get.</summary>
    ImageScanRequest Prepare(ImageScanRequest request, ScannerUse use) => request;

    /// <summary>A result that is attached to the image and taken in the place of a scan (<see cref="ScannerUse.TakesAttached"/>); null where there is
    /// none.</summary>
    /// <param name="request">The image.</param>
    /// <param name="skipped">Called for each document that can't be used, with the reason.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    Task<ImageScanResult?> FindAttachedAsync(ImageScanRequest request, Action<Abstractions.Oci.Digest, string> skipped, CancellationToken cancellationToken) =>
        Task.FromResult<ImageScanResult?>(null);

    /// <summary>What of a result is stored beside its documents.</summary>
    /// <param name="result">What the scanner returned.</param>
    /// <param name="scanner">The scanner's name, for errors.</param>
    /// <exception cref="ScanException">The result is not what the kind promises.</exception>
    ResultSummary Summarize(ImageScanResult result, string scanner);

    /// <summary>What is stored of a registry scanner's result beside its documents.</summary>
    /// <param name="result">What the scanner returned.</param>
    /// <param name="scanner">The scanner's name, for errors.</param>
    /// <exception cref="ScanException">The result is not what the kind promises.</exception>
    StoredRegistryResult Summarize(RegistryScanResult result, string scanner) => StoredRegistryResult.Of(result, scanner);

    /// <summary>The provenance in a stored report, for registry scanners; null for every kind but provenance.</summary>
    BuildProvenance? ReadProvenance(Report report) => null;

    /// <summary>The verdict and the figures of a stored report, for programs; null for kinds whose sections tell more.</summary>
    ResultVerdict? ReadVerdict(Report report) => null;

    /// <summary>Completes stored summaries with what scanners of other kinds found in the same images; runs before scanners that need both.</summary>
    Task JoinAsync(IRoundReports reports, IReportStore store, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The image's status with what this kind's scanners have found, or why they have not; without a section of it where
    /// <paramref name="findings"/> is empty.</summary>
    /// <param name="image">The image, with the sections as they were for the same digest.</param>
    /// <param name="findings">What there is, by scanner, in the resource's order.</param>
    /// <param name="spec">What the resource asks for.</param>
    /// <param name="store">The full reports.</param>
    /// <param name="cancellationToken">Ends the reading of reports.</param>
    ValueTask<ImageStatus> ShowAsync(
        ImageStatus image, IReadOnlyList<ScannerFindings> findings, RegistrySpec spec, IReportStore store, CancellationToken cancellationToken) =>
        ValueTask.FromResult(image);

    /// <summary>The resource's status with what this kind's registry scanners have found over all images, or why they have not.</summary>
    /// <param name="status">The status, with the sections as they were.</param>
    /// <param name="findings">What there is, by scanner, in the resource's order; empty where none is asked for.</param>
    RegistryStatus ShowRegistry(RegistryStatus status, IReadOnlyList<RegistryFindings> findings) => status;

    /// <summary>The type of the condition that the kind adds to a resource; null for none.</summary>
    string? ConditionType => null;

    /// <summary>That condition; null where the resource does not ask for what it is about.</summary>
    /// <param name="spec">What the resource asks for.</param>
    /// <param name="problem">Why its scanner can't run; null where it can.</param>
    /// <param name="images">What was found.</param>
    KindCondition? ConditionOf(RegistrySpec spec, ScanProblem? problem, IReadOnlyList<ImageStatus> images) => null;

    /// <summary>The same of a kind that compares workloads.</summary>
    /// <param name="spec">What the resource asks for.</param>
    /// <param name="areKnown">True where workloads are known, if not all.</param>
    /// <param name="problem">Why they can't be read, or not all; null where they can, or nobody reads any.</param>
    KindCondition? ConditionOfWorkloads(RegistrySpec spec, bool areKnown, string? problem) => null;

    /// <summary>This operator's status with the kind's section as it is written, where <paramref name="spec"/> leaves that section to others.</summary>
    /// <param name="spec">What the status is about.</param>
    /// <param name="written">The status as it is written; null for none.</param>
    /// <param name="status">This operator's.</param>
    RegistryStatus KeepOthers(RegistrySpec spec, RegistryStatus? written, RegistryStatus status) => status;

    /// <summary>What may be left out of an image's status that is too large.</summary>
    IReadOnlyList<StatusCut> Cuts => [];

    /// <summary>What may be left out of the rest of a status that is too large.</summary>
    IReadOnlyList<RegistryCut> RegistryCuts => [];

    /// <summary>What has happened between two statuses of a resource that somebody should be told of, once.</summary>
    /// <param name="before">The earlier; null for a new resource.</param>
    /// <param name="after">The later.</param>
    IEnumerable<RegistryEvent> EventsOf(RegistryStatus? before, RegistryStatus after) => [];

    /// <summary>The columns of the table of images; none where no image has anything to show.</summary>
    IEnumerable<ScanColumn> ColumnsOf(IReadOnlyList<ImageStatus> images) => [];

    /// <summary>Lines below the table: what registry scanners found over all images.</summary>
    IEnumerable<string> LinesOf(RegistryStatus status) => [];

    /// <summary>Why parts of an image's status are missing or old: each a reason and its sentence.</summary>
    IEnumerable<ScanProblem> ProblemsOf(ImageStatus image) => [];

    /// <summary>Why the result of one scanner is missing or old; null where it is not.</summary>
    ScanProblem? ProblemOf(ImageStatus image, string scanner) => ProblemsOf(image).FirstOrDefault();

    /// <summary>What of a stored report was decided by the resource's own fields, e.g. by its verification policy.</summary>
    /// <param name="report">The report.</param>
    /// <param name="use">What the resource asks for.</param>
    IEnumerable<DecisionStep> Explain(Report report, ScannerUse use) => [];

    /// <summary>What was decided of a workload, for each image of it, or why nothing was; none of a kind that never compares workloads.</summary>
    /// <param name="asked">The workload.</param>
    /// <param name="spec">What the resource asks for.</param>
    /// <param name="status">What was found.</param>
    IEnumerable<WorkloadExplanation> ExplainWorkload(AskedWorkload asked, RegistrySpec spec, RegistryStatus status) => [];

    /// <summary>Why the result over all images is missing or old.</summary>
    IEnumerable<ScanProblem> ProblemsOf(RegistryStatus status) => [];

    /// <summary>A stored report for people.</summary>
    Task<ReportView> ViewAsync(Report report, IReportStore store, CancellationToken cancellationToken) => Task.FromResult(new ReportView(report.Result));

    /// <summary>A stored report over all images for people.</summary>
    Task<ReportView> ViewAsync(ResourceReport report, IReportStore store, CancellationToken cancellationToken) =>
        Task.FromResult(new ReportView(report.Result));
}
