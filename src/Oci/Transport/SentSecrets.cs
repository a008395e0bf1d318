using RegistryOperator.Abstractions.Authentication;

namespace RegistryOperator.Oci.Transport;

/// <summary>Masks in what servers say the secrets that one client has sent: its credential and the tokens it was given.</summary>
internal sealed class SentSecrets(RegistryCredential credential)
{
    /// <summary>Tokens remembered: those in use, of the registry and of where it redirects, and those replaced while their answers were under way.</summary>
    private const int MaximumTokens = 16;

    private const string Bearer = "Bearer ";

    private readonly Lock _gate = new();

    // Made for the first error: most clients have none.
    private readonly Lazy<SecretMask> _credential = new(credential.CreateMask);

    // Replaced, never changed: read without the lock, by which no token is lost to another that comes at the same time.
    private volatile SentToken[] _tokens = [];

    /// <summary>Remembers the token of an <c>Authorization</c> header; Basic ones are the credential's.</summary>
    public void Remember(string? authorization)
    {
        if (authorization is null || !authorization.StartsWith(Bearer, StringComparison.Ordinal) || IsKnown(authorization)) return;
        lock (_gate)
        {
            if (!IsKnown(authorization)) _tokens = [new SentToken(authorization[Bearer.Length..]), .. _tokens.Take(MaximumTokens - 1)];
        }
    }

    /// <summary>The text with the secrets masked.</summary>
    public string Conceal(string text)
    {
        text = _credential.Value.Conceal(text);
        foreach (var token in _tokens) text = token.Mask.Conceal(text);
        return text;
    }

    /// <summary>True where a secret is in the text.</summary>
    public bool IsIn(string text) => !ReferenceEquals(Conceal(text), text);

    private bool IsKnown(string authorization)
    {
        foreach (var known in _tokens)
        {
            if (authorization.AsSpan(Bearer.Length).SequenceEqual(known.Token)) return true;
        }

        return false;
    }

    private sealed class SentToken(string token)
    {
        private readonly Lazy<SecretMask> _mask = new(new RegistryCredential.RegistryToken(token).CreateMask);

        public string Token { get; } = token;

        public SecretMask Mask => _mask.Value;
    }
}
