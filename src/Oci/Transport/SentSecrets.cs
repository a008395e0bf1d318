using RegistryOperator.Abstractions.Authentication;

namespace RegistryOperator.Oci.Transport;

/// <summary>Masks in what servers say the secrets that one client has sent: its credential and the tokens it was given.</summary>
internal sealed class SentSecrets(RegistryCredential credential)
{
    /// <summary>Tokens remembered: the one in use and those that were replaced while their answers were under way.</summary>
    private const int MaximumTokens = 4;

    private const string Bearer = "Bearer ";

    // Replaced, never changed: read without a lock.
    private volatile RegistryCredential.RegistryToken[] _tokens = [];

    /// <summary>Remembers the token of an <c>Authorization</c> header; Basic ones are the credential's.</summary>
    public void Remember(string? authorization)
    {
        if (authorization is null || !authorization.StartsWith(Bearer, StringComparison.Ordinal)) return;
        var tokens = _tokens;
        foreach (var known in tokens)
        {
            if (authorization.AsSpan(Bearer.Length).SequenceEqual(known.Token)) return;
        }

        _tokens = [new RegistryCredential.RegistryToken(authorization[Bearer.Length..]), .. tokens.Take(MaximumTokens - 1)];
    }

    /// <summary>The text with the secrets masked.</summary>
    public string Conceal(string text)
    {
        text = credential.Conceal(text);
        foreach (var token in _tokens) text = token.Conceal(text);
        return text;
    }

    /// <summary>True where a secret is in the text.</summary>
    public bool IsIn(string text) => !string.Equals(Conceal(text), text, StringComparison.Ordinal);
}
