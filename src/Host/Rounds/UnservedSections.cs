using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Scans.Model;

namespace RegistryOperator.Host.Rounds;

/// <summary>What a round says of sections of a spec that can be switched on while nothing serves them, so that nobody takes silence for an all-clear.</summary>
internal static class UnservedSections
{
    /// <summary>A sentence for each section that is switched on and not served, in the order of the spec.</summary>
    public static IReadOnlyList<string> Of(RegistrySpec spec) => Webhook(spec) is { } webhook ? [.. UnservedKinds.Of(spec), webhook] : UnservedKinds.Of(spec);

    /// <summary>The sentence about <c>spec.webhook</c>; null where it is off.</summary>
    public static string? Webhook(RegistrySpec spec) => spec.Webhook is { IsEnabled: true }
        ? "spec.webhook.enabled: this version of the operator sends no notifications, so nobody is told of anything. Set it to false until a version does."
        : null;

    /// <summary>What the scanners' condition says with the kinds that no scanner serves.</summary>
    /// <param name="scanners">What it says of the scanners that can be used; null where there are none.</param>
    /// <param name="spec">The resource's spec.</param>
    public static ScannersCondition? AddTo(ScannersCondition? scanners, RegistrySpec spec)
    {
        var unserved = UnservedKinds.Of(spec);
        if (unserved.Count == 0) return scanners;
        return scanners is { IsReady: false }
            ? scanners with { Message = string.Join(" ", [scanners.Message, .. unserved]) }
            : new ScannersCondition(false, ScanReasons.ScannerUnavailable, string.Join(" ", unserved));
    }
}
