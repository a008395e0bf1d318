using RegistryOperator.Tests.Servers.Certificates;

namespace RegistryOperator.Tests.Servers.Registries;

/// <summary>How a <see cref="DockerRegistry"/> lets clients in.</summary>
public abstract record DockerRegistryAccess
{
    private DockerRegistryAccess()
    {
    }

    /// <summary>Everyone.</summary>
    public static DockerRegistryAccess Open { get; } = new Everyone();

    /// <summary>One user, by Basic authentication.</summary>
    public static DockerRegistryAccess Basic(string username, string password) => new BasicUser(username, password);

    /// <summary>Whoever has a token of this server.</summary>
    public static DockerRegistryAccess Bearer(TokenServer tokenServer) => new Tokens(tokenServer);

    internal sealed record Everyone : DockerRegistryAccess;

    internal sealed record BasicUser(string Username, string Password) : DockerRegistryAccess;

    internal sealed record Tokens(TokenServer Server) : DockerRegistryAccess;
}

/// <summary>How a <see cref="DockerRegistry"/> is set up.</summary>
public sealed record DockerRegistryOptions
{
    /// <summary>How it lets clients in.</summary>
    public DockerRegistryAccess Access { get; init; } = DockerRegistryAccess.Open;

    /// <summary>Whose certificate it serves TLS with; null for plain HTTP.</summary>
    public TestAuthority? Authority { get; init; }
}
