namespace RegistryOperator.Oci.Transport;

/// <summary>The address of one registry, and the request budget that all its clients share.</summary>
internal sealed class RegistryHost(Uri url, OciClientOptions options, TimeProvider time) : IDisposable
{
    /// <summary>The root, <c>scheme://host[:port]</c>, without a trailing slash.</summary>
    public string Root { get; } = url.GetLeftPart(UriPartial.Authority);

    public Uri Url => url;

    public HostBudget Budget { get; } = new(options.MaximumConcurrency, options.MaximumPause, time);

    /// <summary>True where a URL is on the registry's own origin: its credentials are sent only there.</summary>
    public bool Owns(Uri other) =>
        other.Port == url.Port && other.Scheme == url.Scheme && string.Equals(other.Host, url.Host, StringComparison.OrdinalIgnoreCase);

    public void Dispose() => Budget.Dispose();
}
