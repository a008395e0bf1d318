using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Kinds.Custom;
using RegistryOperator.Host.Kinds.Drift;
using RegistryOperator.Host.Kinds.Provenance;
using RegistryOperator.Host.Kinds.Sboms;
using RegistryOperator.Host.Kinds.Vulnerabilities;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Workloads;

namespace RegistryOperator.Host.Kinds;

/// <summary>The kinds of scanner that the host knows, in the order in which they are shown.</summary>
/// <param name="known">Kinds with a section of their own in a resource.</param>
internal sealed class ScanKinds(params IReadOnlyList<IScanKind> known)
{
    private readonly IScanKind _custom = new CustomKind();

    /// <summary>The one list of kinds.</summary>
    public static ScanKinds Create() => new(
        new VulnerabilityKind(),
        new SbomKind(),
        new ProvenanceKind(),
        new DriftKind());

    /// <summary>All of them, that of scanners without a section last.</summary>
    public IReadOnlyList<IScanKind> All => field ??= [.. known, _custom];

    /// <summary>The one that verifies what is attached to images.</summary>
    public IVerifyingKind Verifying => field ??= known.OfType<IVerifyingKind>().Single();

    /// <summary>The one whose findings have a severity.</summary>
    public IRatingKind Rating => field ??= known.OfType<IRatingKind>().Single();

    /// <summary>What may be cut from images' statuses, the least important first.</summary>
    public IReadOnlyList<StatusCut> Cuts => field ??= [.. All.SelectMany(kind => kind.Cuts).OrderBy(cut => cut.Order)];

    /// <summary>What may be cut from the rest of a status, the least important first.</summary>
    public IReadOnlyList<RegistryCut> RegistryCuts => field ??= [.. All.SelectMany(kind => kind.RegistryCuts).OrderBy(cut => cut.Order)];

    /// <summary>A kind by its name; the custom kind for every name that is not registered here.</summary>
    public IScanKind Of(ScannerKind kind) => known.FirstOrDefault(one => one.Kind == kind) ?? _custom;

    /// <summary>Everything that a resource asks for, in the order in which an image is scanned.</summary>
    public IReadOnlyList<ScannerUse> UsesOf(RegistrySpec spec) => [.. All.OrderByDescending(kind => kind.RunsFirst).SelectMany(kind => kind.UsesOf(spec))];

    /// <summary>The workloads that a resource's scanners compare; null where none looks at any.</summary>
    public WorkloadSelection? WorkloadsOf(RegistrySpec spec) => All.Select(kind => kind.WorkloadsOf(spec)).FirstOrDefault(selection => selection is not null);

    /// <summary>Tags that were found to matter: their images are read and scanned, too.</summary>
    public IEnumerable<string> TagsOf(RegistrySpec spec, RegistryStatus? status) => status is null ? [] : All.SelectMany(kind => kind.TagsOf(spec, status));

    /// <summary>Why parts of an image's status are missing or old.</summary>
    public IEnumerable<ScanProblem> ProblemsOf(ImageStatus image) => All.SelectMany(kind => kind.ProblemsOf(image));

    /// <summary>The status with what registry scanners have found over all images, or why they have not.</summary>
    public RegistryStatus ShowRegistry(RegistryStatus status, IReadOnlyList<RegistryFindings> findings) =>
        All.Aggregate(status, (shown, kind) => kind.ShowRegistry(shown, [.. findings.Where(found => found.Use.Kind == kind.Kind)]));

    /// <summary>The types of all conditions that kinds add.</summary>
    public IReadOnlyList<string> ConditionTypes => field ??= [.. All.Select(kind => kind.ConditionType).OfType<string>()];

    /// <summary>The conditions that kinds add to a resource.</summary>
    /// <param name="spec">What the resource asks for.</param>
    /// <param name="problemOf">Why the scanner of a kind can't run.</param>
    /// <param name="images">What was found.</param>
    /// <param name="areWorkloadsKnown">True where workloads are known, if not all.</param>
    /// <param name="workloadsProblem">Why workloads can't be read, or not all.</param>
    public IReadOnlyList<KindCondition> ConditionsOf(
        RegistrySpec spec, Func<ScannerKind, ScanProblem?> problemOf, IReadOnlyList<ImageStatus> images, bool areWorkloadsKnown, string? workloadsProblem) =>
    [
        .. All.Select(kind => kind.ConditionOf(spec, problemOf(kind.Kind), images) ?? kind.ConditionOfWorkloads(spec, areWorkloadsKnown, workloadsProblem))
            .OfType<KindCondition>(),
    ];

    /// <summary>The status with sections that other controllers own kept as they were written.</summary>
    public RegistryStatus KeepOthers(RegistrySpec spec, RegistryStatus? written, RegistryStatus status) =>
        All.Aggregate(status, (kept, kind) => kind.KeepOthers(spec, written, kept));
}
