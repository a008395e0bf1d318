using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Scans.Model;

namespace RegistryOperator.Host.Rounds;

/// <summary>
/// The one place that knows which sections of a spec can be switched on while nothing serves them, so that nobody takes silence for an all-clear.
/// A kind of scanner leaves the list by being among <see cref="ScanKinds"/>.
/// </summary>
internal static class UnservedSections
{
    private static readonly (string Field, ScannerKind Kind, Func<RegistrySpec, bool> IsOn)[] Kinds =
    [
        ("spec.provenanceTracking.enabled", ScannerKind.Provenance, spec => spec.ProvenanceTracking is { IsEnabled: true }),
    ];

    /// <summary>A sentence for each section that is switched on and not served, in the order of the spec.</summary>
    public static IReadOnlyList<string> Of(RegistrySpec spec, ScanKinds kinds) => Webhook(spec) is { } webhook ? [.. Scanners(spec, kinds), webhook] : Scanners(spec, kinds);

    /// <summary>The sentence about <c>spec.webhook</c>; null where it is off.</summary>
    public static string? Webhook(RegistrySpec spec) => spec.Webhook is { IsEnabled: true }
        ? "spec.webhook.enabled: this version of the operator sends no notifications, so nobody is told of anything. Set it to false until a version does."
        : null;

    /// <summary>What the scanners' condition says with the kinds that no scanner serves.</summary>
    /// <param name="scanners">What it says of the scanners that can be used; null where there are none.</param>
    /// <param name="spec">The resource's spec.</param>
    /// <param name="kinds">The kinds that are served.</param>
    public static ScannersCondition? AddTo(ScannersCondition? scanners, RegistrySpec spec, ScanKinds kinds)
    {
        var unserved = Scanners(spec, kinds);
        if (unserved.Length == 0) return scanners;
        return scanners is { IsReady: false }
            ? scanners with { Message = string.Join(" ", [scanners.Message, .. unserved]) }
            : new ScannersCondition(false, ScanReasons.ScannerUnavailable, string.Join(" ", unserved));
    }

    private static string[] Scanners(RegistrySpec spec, ScanKinds kinds)
    {
        var served = kinds.UsesOf(spec).Select(use => use.Kind).ToHashSet();
        return [.. Kinds.Where(section => section.IsOn(spec) && !served.Contains(section.Kind)).Select(section => Sentence(section.Field, section.Kind))];
    }

    private static string Sentence(string field, ScannerKind kind) =>
        $"{field}: this version of the operator uses no scanner of kind {kind}, not even one that is installed, so nothing is found out. Set it to false until a version does.";
}
