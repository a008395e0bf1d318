using RegistryOperator.Host.Access;
using RegistryOperator.Host.Registry.Status;

namespace RegistryOperator.Host.Rounds;

/// <summary>The outcome of a round: the status to write and, where it failed, why.</summary>
/// <param name="Status">The status, within its budget.</param>
/// <param name="Failure">Null after success.</param>
internal sealed record RoundOutcome(RegistryStatus Status, RoundFailure? Failure)
{
    /// <summary>The same without what its messages repeat of the resource's Secrets.</summary>
    public RoundOutcome Mask(ResourceSecrets secrets) => new(StatusMask.Apply(Status, secrets.CreateMask()), Failure?.Mask(secrets));
}
