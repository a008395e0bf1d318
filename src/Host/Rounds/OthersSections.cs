using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;

namespace RegistryOperator.Host.Rounds;

/// <summary>The one place that knows which parts of a status other controllers own; these are kept as written.</summary>
internal static class OthersSections
{
    /// <summary>This operator's status with the others' sections of a written one.</summary>
    /// <param name="kinds">The kinds of scanner, which know when a section of theirs is others'.</param>
    /// <param name="spec">What the status is about.</param>
    /// <param name="written">The status as it is written; null for none.</param>
    /// <param name="status">This operator's.</param>
    public static RegistryStatus Keep(ScanKinds kinds, RegistrySpec spec, RegistryStatus? written, RegistryStatus status) =>
        kinds.KeepOthers(spec, written, status) with { Webhook = written?.Webhook, OtherFields = written?.OtherFields };
}
