using System.Net;
using RegistryOperator.Oci.Network;

namespace RegistryOperator.Oci;

/// <summary>
/// Limits and settings for every registry. Timeouts and retries of a single client are in its <see cref="Abstractions.Registries.RegistryClientRequest"/>.
/// </summary>
public sealed record OciClientOptions
{
    /// <summary>The defaults.</summary>
    public static OciClientOptions Default { get; } = new();

    /// <summary>Concurrent requests to one registry host, over all clients; also the limit of connections to it.</summary>
    public int MaximumConcurrency { get; init; } = 20;

    /// <summary>
    /// The longest wait for a registry's <c>Retry-After</c> or rate limit. Where it requires more, the request fails at once as rate limited, and
    /// the caller decides when to retry.
    /// </summary>
    public TimeSpan MaximumPause { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Tags requested per page.</summary>
    public int TagPageSize { get; init; } = 1000;

    /// <summary>Largest page of tags accepted, in bytes. It is not held in memory: some registries describe each image in it.</summary>
    public long MaximumTagPageBytes { get; init; } = 48 * 1024 * 1024;

    /// <summary>Largest list of referrers accepted, over all its pages, in bytes.</summary>
    public int MaximumReferrersBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Most pages read of one list of referrers: anyone who may push makes it longer.</summary>
    public int MaximumReferrerPages { get; init; } = 200;

    /// <summary>Bytes of large pages of entries that are read at the same time, over all registries; they wait for one another.</summary>
    public long MaximumPageBytesInFlight { get; init; } = 48 * 1024 * 1024;

    /// <summary>Most tags of one repository accepted: a registry may send pages without end, and each tag is compared and sorted in memory.</summary>
    public int MaximumTags { get; init; } = 300_000;

    /// <summary>Most bytes of memory that the tags of one repository may take.</summary>
    public long MaximumTagBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>The bytes that a text takes in memory: two for each character, and what every object takes.</summary>
    public static long SizeOf(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return (2L * text.Length) + 40;
    }

    /// <summary>Bytes of memory that pages of tags may take, over all repositories, for which the registry gave an <c>ETag</c>.</summary>
    public long CachedTagBytes { get; init; } = 12 * 1024 * 1024;

    /// <summary>Registries of which it is kept what was learnt from them; above it, what was used longest ago is learnt anew.</summary>
    public int MaximumHosts { get; init; } = 1000;

    /// <summary>How long a registry is assumed to lack the Referrers API before the next probe.</summary>
    public TimeSpan ReferrersProbeInterval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Longest time to establish a connection, including TLS.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A connection pool without a request for this long is closed.</summary>
    public TimeSpan ConnectionPoolIdleTime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Connection pools kept, idle ones included; above it, those idle for longest are closed.</summary>
    public int MaximumConnectionPools { get; init; } = 64;

    /// <summary>Which addresses are connected to, and who gets credentials.</summary>
    public OutboundPolicy Outbound { get; init; } = OutboundPolicy.Default;

    /// <summary>The proxy; by default what the environment says.</summary>
    public IWebProxy Proxy { get; init; } = EnvironmentProxy.OfThisProcess();

    /// <summary>True where the logins of the person who runs the program are used, so that <c>docker login</c> is what helps who has none.</summary>
    public bool UsesLocalLogins { get; init; }

    /// <summary>Told before each request that is tried again; null where nobody is told.</summary>
    public Action<RegistryRetry>? Retrying { get; init; }

    /// <summary>The <c>User-Agent</c> header.</summary>
    public string UserAgent { get; init; } =
        $"registry-operator/{typeof(OciClientOptions).Assembly.GetName().Version?.ToString(3)} (+https://registry.kubecontroller.io)";
}
