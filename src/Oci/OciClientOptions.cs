namespace RegistryOperator.Oci;

/// <summary>Limits and manners of the client towards every registry. How patient a single client is stands in its request instead.</summary>
public sealed record OciClientOptions
{
    /// <summary>The defaults.</summary>
    public static OciClientOptions Default { get; } = new();

    /// <summary>Requests under way to one registry host at a time, over all clients; also the most connections to it.</summary>
    public int MaximumConcurrency { get; init; } = 20;

    /// <summary>
    /// The longest that a registry's <c>Retry-After</c> or rate limit is waited for. Where it asks for more, the request fails as rate
    /// limited at once and the caller decides when to come back.
    /// </summary>
    public TimeSpan MaximumPause { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Tags asked for per page.</summary>
    public int TagPageSize { get; init; } = 1000;

    /// <summary>Largest page of tags or referrers accepted, in bytes.</summary>
    public int MaximumPageBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Most tags of one repository accepted: a registry may page for ever.</summary>
    public int MaximumTags { get; init; } = 1_000_000;

    /// <summary>Tags kept in memory, over all repositories, of pages for which the registry gave an <c>ETag</c>.</summary>
    public int CachedTags { get; init; } = 100_000;

    /// <summary>How long a registry is taken to lack the Referrers API before it is asked again.</summary>
    public TimeSpan ReferrersProbeInterval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Longest time to establish a connection, including TLS.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A connection pool without a request for this long is closed for good.</summary>
    public TimeSpan ConnectionPoolIdleTime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Connection pools kept, idle ones included; beyond this the longest idle are closed first.</summary>
    public int MaximumConnectionPools { get; init; } = 64;

    /// <summary>What the client calls itself.</summary>
    public string UserAgent { get; init; } =
        $"registry-operator/{typeof(OciClientOptions).Assembly.GetName().Version?.ToString(3)} (+https://registry.kubecontroller.io)";
}
