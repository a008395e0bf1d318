using RegistryOperator.Host.Registry.Spec;

namespace RegistryOperator.Host.Kinds.Drift;

/// <summary>The condition that tells whether workloads can be read.</summary>
internal static class WorkloadsCondition
{
    public const string Type = "WorkloadsReadable";

    public static KindCondition? Of(RegistrySpec spec, bool areKnown, string? problem)
    {
        if (spec.DriftDetection is not { IsEnabled: true }) return null;
        if (problem is not null) return new KindCondition(false, areKnown ? "SomeUnreadable" : "Unreadable", problem) { Type = Type };
        return areKnown ? new KindCondition(true, "Readable", "Workloads are read.") { Type = Type } : null;
    }
}
