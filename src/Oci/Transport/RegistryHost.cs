using RegistryOperator.Oci.Authentication;
using RegistryOperator.Oci.Budgets;
using RegistryOperator.Oci.Referrers;

namespace RegistryOperator.Oci.Transport;

/// <summary>What is shared by all clients of one registry: its budget, and what has been learnt about it.</summary>
internal sealed class RegistryHost(Uri url, OciClientOptions options, TimeProvider time) : IDisposable
{
    private volatile Challenge? _challenge;
    private volatile bool _refusesPageSize;

    /// <summary>The root, <c>scheme://host[:port]</c>, without a slash at its end.</summary>
    public string Root { get; } = url.GetLeftPart(UriPartial.Authority);

    public Uri Url => url;

    public HostBudget Budget { get; } = new(options.MaximumConcurrency, options.MaximumPause, time);

    public ReferrersSupport Referrers { get; } = new(options.ReferrersProbeInterval, time);

    /// <summary>The challenge last answered, so that the next client need not be challenged first.</summary>
    public Challenge? Challenge
    {
        get => _challenge;
        set => _challenge = value;
    }

    /// <summary>True once the registry has refused the number of tags asked for per page.</summary>
    public bool RefusesPageSize
    {
        get => _refusesPageSize;
        set => _refusesPageSize = value;
    }

    /// <summary>True where a URL is the registry's own: only there does its authorization go.</summary>
    public bool Owns(Uri other) =>
        other.Port == url.Port && other.Scheme == url.Scheme && string.Equals(other.Host, url.Host, StringComparison.OrdinalIgnoreCase);

    public void Dispose() => Budget.Dispose();
}
