namespace RegistryOperator.Oci.Transport;

/// <summary>The origin of a registry: scheme, host and port. Its credentials and TLS settings are for no other.</summary>
internal sealed class RegistryOrigin(Uri url)
{
    /// <summary>True where a URL is on the registry's own origin.</summary>
    public bool Owns(Uri other) =>
        other.Port == url.Port && other.Scheme == url.Scheme && string.Equals(other.IdnHost, url.IdnHost, StringComparison.OrdinalIgnoreCase);
}
