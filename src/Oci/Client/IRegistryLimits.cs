namespace RegistryOperator.Oci.Client;

/// <summary>What a registry lets one user do, as it told last. Its clients share it.</summary>
/// <param name="Pause">How long nothing, or no manifest, is asked for; zero for no pause.</param>
/// <param name="Remaining">Manifests that may still be read in <paramref name="Window"/>; null where the registry does not tell.</param>
/// <param name="Limit">Manifests that may be read in it; null where it does not tell.</param>
/// <param name="Window">The time for which they are allowed.</param>
public sealed record RegistryLimits(TimeSpan Pause, long? Remaining, long? Limit, TimeSpan? Window);

/// <summary>A client that knows what its registry allows.</summary>
public interface IRegistryLimits
{
    /// <summary>What the registry told last.</summary>
    RegistryLimits Limits { get; }
}
