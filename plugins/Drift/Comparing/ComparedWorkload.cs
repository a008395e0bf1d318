using RegistryOperator.Abstractions.Drift;

namespace RegistryOperator.Plugins.Drift.Comparing;

/// <summary>A workload as it was compared.</summary>
/// <param name="Drift">What was found, or what is kept.</param>
/// <param name="Failure">Why nothing of it could be checked; null where something was.</param>
internal sealed record ComparedWorkload(WorkloadDrift Drift, Exception? Failure);
