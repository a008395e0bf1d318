using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Vulnerabilities;

namespace RegistryOperator.Host.Kinds;

/// <summary>What is stored of a result beside its documents.</summary>
/// <param name="Json">Small JSON in the kind's own form: what its section of a status is made of.</param>
internal sealed record ResultSummary(ReadOnlyMemory<byte> Json)
{
    /// <summary>All vulnerabilities, for reports and for the search.</summary>
    public IReadOnlyList<Vulnerability> Vulnerabilities { get; init; } = [];

    /// <summary>All packages, for the search.</summary>
    public IReadOnlyList<SbomPackage> Packages { get; init; } = [];
}
