namespace RegistryOperator.Oci.Network;

/// <summary>
/// Decides which token server gets a registry's credentials: one on the registry's own host or of its registrable domain, or one of the list. Whoever
/// answers for a registry chooses the token server, so anything wider would let him have the credentials sent anywhere.
/// </summary>
internal sealed class TokenServerTrust(IReadOnlyList<TokenServer> configured)
{
    // Public registries whose token server is of another domain, or which are named here so that the table of the documentation is complete.
    private static readonly TokenServer[] BuiltIn =
    [
        BuiltInServer("registry-1.docker.io=auth.docker.io"),
        BuiltInServer("registry.gitlab.com=gitlab.com"),
        BuiltInServer("registry.redhat.io=sso.redhat.com"),
        BuiltInServer("registry.connect.redhat.com=sso.redhat.com"),
        BuiltInServer("nvcr.io=authn.nvidia.com"),
        BuiltInServer("*.scw.cloud=api.scaleway.com"),
    ];

    /// <summary>True where the token server gets the registry's credentials; how it is connected to is judged elsewhere.</summary>
    public bool Trusts(Uri registry, Uri realm)
    {
        var (own, other) = (HostOf(registry), HostOf(realm));
        if (own == other) return true;
        if (RegistrableDomain.Of(own) is { } domain && domain == RegistrableDomain.Of(other)) return true;
        return BuiltIn.Concat(configured).Any(server => server.Trusts(own, other));
    }

    private static string HostOf(Uri url) => url.IdnHost.TrimEnd('.').ToLowerInvariant();

    private static TokenServer BuiltInServer(string text) => TokenServer.TryParse(text) ?? throw new FormatException(text);
}
