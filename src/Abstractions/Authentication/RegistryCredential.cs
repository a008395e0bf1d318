namespace RegistryOperator.Abstractions.Authentication;

/// <summary>
/// What proves who asks. Handed over per call, kept in memory only. <see cref="object.ToString"/> of every kind shows no secret.
/// </summary>
public abstract record RegistryCredential
{
    private RegistryCredential()
    {
    }

    /// <summary>No credential.</summary>
    public static RegistryCredential Anonymous { get; } = new AnonymousCredential();

    /// <summary>No credential.</summary>
    public sealed record AnonymousCredential : RegistryCredential
    {
        /// <inheritdoc/>
        public override string ToString() => "anonymous";
    }

    /// <summary>A user name and a password or access token, for Basic authentication and for token servers.</summary>
    public sealed record UsernamePassword(string Username, string Password) : RegistryCredential
    {
        /// <inheritdoc/>
        public override string ToString() => $"user '{Username}'";
    }

    /// <summary>An OAuth2 refresh token (Docker's <c>identitytoken</c>), exchanged for an access token at the registry's token server.</summary>
    public sealed record IdentityToken(string Token) : RegistryCredential
    {
        /// <inheritdoc/>
        public override string ToString() => "identity token";
    }

    /// <summary>An access token sent to the registry as it is (Docker's <c>registrytoken</c>).</summary>
    public sealed record RegistryToken(string Token) : RegistryCredential
    {
        /// <inheritdoc/>
        public override string ToString() => "registry token";
    }
}
