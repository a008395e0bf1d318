using RegistryOperator.Abstractions.Authentication;

namespace RegistryOperator.Testing.Registries;

/// <summary>How an <see cref="InMemoryRegistry"/> behaves.</summary>
public sealed record InMemoryRegistryOptions
{
    /// <summary>The port on 127.0.0.1; 0 for any that is free.</summary>
    public int Port { get; init; }

    /// <summary>The only user let in, by Basic authentication; null lets everyone in.</summary>
    public RegistryCredential.UsernamePassword? User { get; init; }

    /// <summary>The most tags on one page, whatever a client asks for; null for no bound.</summary>
    public int? MaximumPageSize { get; init; }

    /// <summary>Whether the Referrers API exists. Without it, clients keep referrers under the fallback tag.</summary>
    public bool ReferrersApi { get; init; } = true;

    /// <summary>What goes wrong from the start; the first fault that answers a request ends it. More are injected later.</summary>
    public IReadOnlyList<Fault> Faults { get; init; } = [];
}
