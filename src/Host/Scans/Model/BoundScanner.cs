using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Plugins.Guards;
using RegistryOperator.Host.Reports;
using RegistryOperator.Host.Scans.Planning;

namespace RegistryOperator.Host.Scans.Model;

/// <summary>A scanner that a resource asks for, found and ready, or the problem that keeps it from running.</summary>
/// <param name="Use">What the resource asks for.</param>
internal sealed record BoundScanner(ScannerUse Use)
{
    public GuardedScanner? Scanner { get; init; }

    /// <summary>
    /// True where it looks at all images of the resource together, false where at one; null where it is not installed, and its kind doesn't tell.
    /// </summary>
    public bool? IsOverAll { get; init; }

    /// <summary>With what it would make results now; null where it can't.</summary>
    public ReportVersions? Versions { get; init; }

    /// <summary>The resource's options, an instance of the scanner's own type.</summary>
    public object? Options { get; init; }

    /// <summary>Results with other options are other results.</summary>
    public string OptionsHash { get; init; } = "";

    /// <summary>Why it can't run.</summary>
    public ScanProblem? Problem { get; init; }

    public ReportKey KeyOf(ChosenPlatform platform) => KeyOf(platform.Digest);

    public ReportKey KeyOf(Digest subject) => new(subject, Use.Kind, Use.Scanner, OptionsHash);
}
