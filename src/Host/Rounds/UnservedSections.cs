using RegistryOperator.Host.Registry.Spec;

namespace RegistryOperator.Host.Rounds;

/// <summary>Warns about a section of a spec that is enabled but not implemented, so that silence is not mistaken for success.</summary>
internal static class UnservedSections
{
    /// <summary>The sentence about <c>spec.webhook</c>; null where it is off.</summary>
    public static string? Webhook(RegistrySpec spec) => spec.Webhook is { IsEnabled: true }
        ? "spec.webhook.enabled: this version of the operator sends no notifications, so nobody is told of anything. Set it to false until a version does."
        : null;
}
