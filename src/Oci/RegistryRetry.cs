using RegistryOperator.Abstractions.Registries;

namespace RegistryOperator.Oci;

/// <summary>A request that failed and is tried again.</summary>
/// <param name="Repository">The repository that was asked about.</param>
/// <param name="Failure">How it failed.</param>
/// <param name="Attempt">Which of the retries comes; the first is 1.</param>
/// <param name="Attempts">How many there may be.</param>
/// <param name="Delay">How long is waited before.</param>
public sealed record RegistryRetry(RepositoryReference Repository, RegistryException Failure, int Attempt, int Attempts, TimeSpan Delay);
