using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Plugins.Drift.Versions;

namespace RegistryOperator.Plugins.Drift.Options;

/// <summary>What holds for one workload: the resource's options, and its own annotations on top of them.</summary>
internal sealed record WorkloadPolicy
{
    public UpdatePolicy Updates { get; init; } = UpdatePolicy.Default;

    public bool ExpectsImmutableTags { get; init; }

    public TimeSpan MinimumAge { get; init; }

    /// <summary>True where the workload's annotation of the minimum age can't be read: until it is corrected, its updates wait. None that does not would be
    /// older than somebody wanted.</summary>
    public bool IsAgeUnreadable { get; init; }

    /// <summary>From this severity on, a fix is not held back; null holds all back.</summary>
    public Severity? BypassSeverity { get; init; }

    /// <summary>Annotations that can't be used, each in sentences; the resource's option counts instead, or nothing is let through.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];
}
