using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Plugins.Drift.Versions;

namespace RegistryOperator.Plugins.Drift.Options;

/// <summary>What holds for one workload: the resource's options, and its own annotations on top of them.</summary>
internal sealed record WorkloadPolicy
{
    public UpdatePolicy Updates { get; init; } = UpdatePolicy.Default;

    public bool ExpectsImmutableTags { get; init; }

    public TimeSpan MinimumAge { get; init; }

    /// <summary>From this severity on, a fix is not held back; null holds all back.</summary>
    public Severity? BypassSeverity { get; init; }

    /// <summary>Annotations that can't be used, each a sentence; the resource's option counts instead.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];
}
