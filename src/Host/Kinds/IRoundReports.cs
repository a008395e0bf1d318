using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Kinds;

/// <summary>The reports of a resource's images at a moment of a round of scans.</summary>
internal interface IRoundReports
{
    /// <summary>The manifests that are scanned.</summary>
    IEnumerable<Digest> Subjects { get; }

    /// <summary>The report of the resource's scanner of a kind; null where there is no report, or the resource asks for no such scanner.</summary>
    Report? Find(ScannerKind kind, Digest subject);

    /// <summary>True where the resource asks for a scanner of this kind.</summary>
    bool Asks(ScannerKind kind);

    /// <summary>Replaces a report by the same one with a changed summary.</summary>
    void Replace(Report report);
}
