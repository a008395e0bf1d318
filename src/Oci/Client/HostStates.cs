using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Authentication;
using RegistryOperator.Oci.Transport;
using RegistryOperator.Shared;

namespace RegistryOperator.Oci.Client;

/// <summary>The state of each registry, by its origin and by how its certificate is verified; of the registries that were used last.</summary>
internal sealed class HostStates(OciClientOptions options, CredentialIdentity identities, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly BoundedCache<string, HostState> _states = new(options.MaximumHosts, comparer: StringComparer.OrdinalIgnoreCase);
    private readonly BoundedCache<string, SemaphoreSlim> _permits = new(options.MaximumHosts, comparer: StringComparer.OrdinalIgnoreCase);

    public HostState Get(Uri registry, TransportSecurity security)
    {
        var origin = registry.GetLeftPart(UriPartial.Authority);
        // In plain text nothing is verified, whatever the settings.
        var key = registry.Scheme == Uri.UriSchemeHttp ? origin : $"{origin} {identities.Of(security)}";
        lock (_lock)
        {
            if (_states.Find(key) is { } known) return known;
            if (_permits.Find(origin) is not { } permits) _permits.Set(origin, permits = RegistryHost.NewPermits(options));
            var state = new HostState(registry, key, permits, options, time);
            _states.Set(key, state);
            return state;
        }
    }
}
