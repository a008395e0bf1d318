using RegistryOperator.Host.Access;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Scans.Model;

/// <summary>A scan's end: a report in the store, or the problem that there is none.</summary>
internal sealed record WorkOutcome(Report? Report, ScanProblem? Problem)
{
    /// <summary>In which namespace and with whose access (<see cref="OpenedRegistry.Access"/>) the scan was made.</summary>
    public (string Namespace, string Access)? Whose { get; init; }
}
