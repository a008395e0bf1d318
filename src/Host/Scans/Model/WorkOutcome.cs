using RegistryOperator.Host.Access;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Scans.Model;

/// <summary>A scan's end: a report in the store, or the problem that there is none.</summary>
internal sealed record WorkOutcome(Report? Report, ScanProblem? Problem)
{
    /// <summary>With whose access the scan was made (<see cref="OpenedRegistry.Access"/>).</summary>
    public string? Access { get; init; }
}
