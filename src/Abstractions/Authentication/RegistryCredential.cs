namespace RegistryOperator.Abstractions.Authentication;

/// <summary>
/// A credential for a registry. Passed per call, kept in memory only. <see cref="object.ToString"/> of every kind shows no secret.
/// </summary>
public abstract record RegistryCredential
{
    private RegistryCredential()
    {
    }

    /// <summary>No credential.</summary>
    public static RegistryCredential Anonymous { get; } = new AnonymousCredential();

    /// <summary>
    /// Credentials to try, in this order, where the registry refuses this one: a Secret may have several entries that fit a repository, of which one has
    /// expired. Those of an alternative are not looked at.
    /// </summary>
    public IReadOnlyList<RegistryCredential> Alternatives { get; init; } = [];

    /// <summary>The secrets to mask; the user name is not one.</summary>
    private protected virtual IEnumerable<string> Secrets => [];

    /// <summary>Encodings that combine a secret with other text.</summary>
    private protected virtual IEnumerable<string> Encodings => [];

    /// <summary>
    /// Masks the credential's secrets with <c>***</c> in a text that a tool or a server wrote: verbatim, escaped for URLs, JSON and HTML, in hexadecimal
    /// digits, and in Base64, also within a longer text such as <c>user:password</c>. A secret of 4 to 7 characters is masked where no letter or digit
    /// stands beside it, and a shorter one only in Base64: masking it everywhere would ruin the text.
    /// </summary>
    /// <remarks>Those of its <see cref="Alternatives"/> are masked, too.</remarks>
    public string Conceal(string text) => Alternatives.Count == 0
        ? SecretMask.Conceal(text, Secrets, Encodings)
        : SecretMask.Conceal(
            text, Secrets.Concat(Alternatives.SelectMany(other => other.Secrets)), Encodings.Concat(Alternatives.SelectMany(other => other.Encodings)));

    /// <summary>True for the same credential with the same alternatives.</summary>
    public virtual bool Equals(RegistryCredential? other) =>
        other is not null && EqualityContract == other.EqualityContract && Alternatives.SequenceEqual(other.Alternatives);

    /// <inheritdoc/>
    public override int GetHashCode() => Alternatives.Aggregate(EqualityContract.GetHashCode(), HashCode.Combine);

    /// <summary>No credential.</summary>
    public sealed record AnonymousCredential : RegistryCredential
    {
        /// <inheritdoc/>
        public override string ToString() => "anonymous";
    }

    /// <summary>A user name and a password or access token, for Basic authentication and for token servers.</summary>
    public sealed record UsernamePassword(string Username, string Password) : RegistryCredential
    {
        private protected override IEnumerable<string> Secrets => [Password];

        private protected override IEnumerable<string> Encodings => Password.Length == 0 ? [] : SecretMask.Base64($"{Username}:{Password}");

        /// <inheritdoc/>
        public override string ToString() => $"user '{Username}'";
    }

    /// <summary>An OAuth2 refresh token (Docker's <c>identitytoken</c>), exchanged for an access token at the registry's token server.</summary>
    public sealed record IdentityToken(string Token) : RegistryCredential
    {
        private protected override IEnumerable<string> Secrets => [Token];

        /// <inheritdoc/>
        public override string ToString() => "identity token";
    }

    /// <summary>An access token sent to the registry as it is (Docker's <c>registrytoken</c>).</summary>
    public sealed record RegistryToken(string Token) : RegistryCredential
    {
        private protected override IEnumerable<string> Secrets => [Token];

        /// <inheritdoc/>
        public override string ToString() => "registry token";
    }
}
