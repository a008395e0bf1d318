using RegistryOperator.Oci.Authentication;
using RegistryOperator.Oci.Reading;
using RegistryOperator.Oci.Transport;

namespace RegistryOperator.Oci.Client;

/// <summary>
/// Everything that all clients of one registry share that verify its certificate in the same way: a part for each layer. What an unverified connection
/// told must not decide what a verified one does.
/// </summary>
internal sealed class HostState(Uri registry, string key, SemaphoreSlim permits, OciClientOptions options, TimeProvider time)
{
    public RegistryHost Host { get; } = new(registry, options, time, key, permits);

    public HostChallenge Challenge { get; } = new();

    public RegistryCapabilities Capabilities { get; } = new(options.ReferrersProbeInterval, time);
}
