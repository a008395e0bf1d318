using RegistryOperator.Shared;

namespace RegistryOperator.Oci.Authentication;

/// <summary>What a token grants, and to whom; the identity is a hash.</summary>
/// <param name="Registry">The registry that named the token server, and how it is verified: no other is sent the token.</param>
/// <param name="Realm">The token server.</param>
/// <param name="Service">The service of the challenge.</param>
/// <param name="Scope">The scope asked for.</param>
/// <param name="Identity">Who asks.</param>
internal readonly record struct TokenKey(string Registry, string Realm, string Service, string Scope, string Identity)
{
    /// <summary>The scope for reading a repository, where a challenge names none.</summary>
    public static string PullScope(string repository) => $"repository:{repository}:pull";
}

/// <summary>A token as the value of an <c>Authorization</c> header, and when to replace it.</summary>
internal sealed record AccessToken(string Authorization, DateTimeOffset RefreshAt)
{
    public override string ToString() => $"token to be refreshed at {RefreshAt:O}";
}

/// <summary>Tokens of all registries, of limited size. Concurrent callers for one token share one request (single flight).</summary>
internal sealed class TokenCache(TimeProvider time)
{
    /// <summary>Characters of all tokens together.</summary>
    public const int MaximumCharacters = 8 * 1024 * 1024;

    // What an entry takes beside its token: key and bookkeeping.
    private const int EntryCharacters = 512;

    private readonly BoundedCache<TokenKey, AccessToken> _tokens = new(MaximumCharacters, token => token.Authorization.Length + EntryCharacters);
    private readonly SingleFlight<TokenKey, AccessToken> _fetches = new();

    /// <summary>Number of tokens, expired ones included.</summary>
    public int Count => _tokens.Count;

    /// <summary>The cached token, where there is one that needs no refresh.</summary>
    public AccessToken? Find(TokenKey key) => _tokens.Find(key) is { } token && IsFresh(token) ? token : null;

    /// <summary>
    /// The token, fetched where it is not cached. The fetch is shared: it goes on while anyone waits for it, and has its own deadline. A failure is
    /// thrown to all its callers and not cached.
    /// </summary>
    public Task<AccessToken> GetAsync(TokenKey key, Func<CancellationToken, Task<AccessToken>> fetch, CancellationToken cancellationToken)
    {
        if (Find(key) is { } known) return Task.FromResult(known);
        return _fetches.RunAsync(key, async ends => Find(key) ?? Keep(key, await fetch(ends)), cancellationToken);
    }

    /// <summary>Removes a token that was refused, unless a newer one has replaced it.</summary>
    public void Invalidate(TokenKey key, string authorization)
    {
        if (_tokens.Find(key) is { } token && token.Authorization == authorization) _tokens.Remove(key, token);
    }

    // An expiry further ahead than the longest lifetime means that the clock was set back.
    private bool IsFresh(AccessToken token) =>
        token.RefreshAt - time.GetUtcNow() is var left && left > TimeSpan.Zero && left <= TokenResponse.LongestLifetime;

    private AccessToken Keep(TokenKey key, AccessToken token)
    {
        _tokens.Set(key, token);
        return token;
    }
}
