using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Kinds;

/// <summary>The reports of a resource's images at a moment of a round of scans.</summary>
internal interface IRoundReports
{
    /// <summary>The manifests that are scanned.</summary>
    IEnumerable<Digest> Subjects { get; }

    /// <summary>The report of the resource's scanner of a kind; null where there is none, or no such scanner is asked for.</summary>
    Report? Find(ScannerKind kind, Digest subject);

    /// <summary>True where the resource asks for a scanner of this kind.</summary>
    bool Asks(ScannerKind kind);

    /// <summary>Puts a report whose summary has changed in the place of the earlier one.</summary>
    void Replace(Report report);
}
