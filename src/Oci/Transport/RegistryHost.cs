namespace RegistryOperator.Oci.Transport;

/// <summary>The address of one registry, and the request budget that all its clients share.</summary>
/// <param name="url">The registry's URL.</param>
/// <param name="options">The limits.</param>
/// <param name="time">The clock.</param>
/// <param name="key">What is learnt from the registry is kept under this key; null for its origin.</param>
/// <param name="permits">The permits that all clients of the registry share; null for own ones.</param>
internal sealed class RegistryHost(Uri url, OciClientOptions options, TimeProvider time, string? key = null, SemaphoreSlim? permits = null)
{
    /// <summary>The root, <c>scheme://host[:port]</c>, without a trailing slash.</summary>
    public string Root { get; } = url.GetLeftPart(UriPartial.Authority);

    public Uri Url => url;

    /// <summary>What is learnt from the registry (tokens, pages of tags) is kept under this key: its origin, and how its certificate is verified.</summary>
    public string Key { get; } = key ?? url.GetLeftPart(UriPartial.Authority);

    /// <summary>The registry's own origin.</summary>
    public RegistryOrigin Origin { get; } = new(url);

    public HostBudget Budget { get; } = new(options.MaximumConcurrency, options.MaximumPause, time, permits ?? NewPermits(options));

    /// <summary>True where a URL is on the registry's own origin: its credentials are sent only there.</summary>
    public bool Owns(Uri other) => Origin.Owns(other);

    /// <summary>Permits for the requests to one registry. Without a wait handle they hold nothing that must be disposed.</summary>
    public static SemaphoreSlim NewPermits(OciClientOptions options) => new(options.MaximumConcurrency, options.MaximumConcurrency);
}
