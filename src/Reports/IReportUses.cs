using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;

namespace RegistryOperator.Reports;

/// <summary>
/// Remembers which reports each resource uses: those of the scanners that it asks for, with its options and Secrets. A digest may have others, of other
/// resources or of options that nobody has any more; these are not shown as the resource's, and go when nobody has used them for the time to live.
/// </summary>
/// <exception cref="ReportStoreException">The store can't do its work; the message says what to do. Thrown by every method.</exception>
public interface IReportUses
{
    /// <summary>Records which reports a resource uses from now on. Until that was done once, all that may be about its images count.</summary>
    Task SetUsesAsync(ResourceName resource, ReportUses uses, CancellationToken cancellationToken);

    /// <summary>The keys of the reports that a resource uses, as last recorded.</summary>
    Task<IReadOnlySet<ReportKey>> FindUsesAsync(ResourceName resource, CancellationToken cancellationToken);

    /// <summary>The reports of all these digests, each with the resources that have the digest and use the report, in no particular order.</summary>
    Task<IReadOnlyList<UsedReport>> FindUsedAsync(IReadOnlyCollection<Digest> digests, CancellationToken cancellationToken);
}

/// <summary>What a resource uses after a round.</summary>
/// <param name="Keys">The keys of its scanners' reports. One that has no report yet is passed over, and the last one of the same scanner stays in its
/// place.</param>
/// <param name="Seen">The digests that they are about. What is used of the resource's other digests stays.</param>
/// <param name="Kept">Scanners whose keys could not be told this time: what is used of them stays.</param>
public sealed record ReportUses(
    IReadOnlyCollection<ReportKey> Keys, IReadOnlySet<Digest> Seen, IReadOnlySet<(ScannerKind Kind, string Scanner)> Kept)
{
    /// <summary>Of a resource whose scanners have not run yet.</summary>
    public static ReportUses None { get; } = new([], new HashSet<Digest>(), new HashSet<(ScannerKind, string)>());
}

/// <summary>A report and who uses it.</summary>
/// <param name="Report">The report.</param>
/// <param name="Resources">The resources that have its digest and use it; none where it is superseded.</param>
public sealed record UsedReport(Report Report, IReadOnlyList<ResourceName> Resources);
