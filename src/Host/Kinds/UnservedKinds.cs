using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Registry.Spec;

namespace RegistryOperator.Host.Kinds;

/// <summary>
/// Kinds with a section in a resource that can be switched on while no <see cref="IScanKind"/> serves it, so that nobody takes silence for an all-clear.
/// </summary>
internal static class UnservedKinds
{
    private static readonly (string Field, ScannerKind Kind, Func<RegistrySpec, bool> IsOn)[] Sections =
    [
        ("spec.driftDetection.enabled", ScannerKind.Drift, spec => spec.DriftDetection is { IsEnabled: true }),
    ];

    /// <summary>True where the kind has a section, so that its scanners are none of <c>spec.scanners</c>.</summary>
    public static bool Have(ScannerKind kind) => Sections.Any(section => section.Kind == kind);

    /// <summary>A sentence for each that is switched on, in the order of the spec.</summary>
    public static IReadOnlyList<string> Of(RegistrySpec spec) => [.. Sections.Where(section => section.IsOn(spec)).Select(section => Sentence(section.Field, section.Kind))];

    private static string Sentence(string field, ScannerKind kind) =>
        $"{field}: this version of the operator uses no scanner of kind {kind}, not even one that is installed, so nothing is found out. " +
        "Set it to false until a version does.";
}
