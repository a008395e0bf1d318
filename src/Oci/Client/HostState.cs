using RegistryOperator.Oci.Authentication;
using RegistryOperator.Oci.Reading;
using RegistryOperator.Oci.Transport;

namespace RegistryOperator.Oci.Client;

/// <summary>Everything that all clients of one registry share: a part for each layer.</summary>
internal sealed class HostState(Uri registry, OciClientOptions options, TimeProvider time) : IDisposable
{
    public RegistryHost Host { get; } = new(registry, options, time);

    public HostChallenge Challenge { get; } = new();

    public RegistryCapabilities Capabilities { get; } = new(options.ReferrersProbeInterval, time);

    public void Dispose() => Host.Dispose();
}
