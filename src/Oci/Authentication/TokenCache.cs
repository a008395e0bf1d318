using System.Collections.Concurrent;
using RegistryOperator.Shared;

namespace RegistryOperator.Oci.Authentication;

/// <summary>What a token grants, and to whom; the identity is a hash.</summary>
internal readonly record struct TokenKey(string Realm, string Service, string Scope, string Identity);

/// <summary>A token as the value of an <c>Authorization</c> header, and when to replace it.</summary>
internal sealed record AccessToken(string Authorization, DateTimeOffset RefreshAt)
{
    public override string ToString() => $"token to be refreshed at {RefreshAt:O}";
}

/// <summary>Tokens of all registries. Concurrent callers for one token share one request (single flight).</summary>
internal sealed class TokenCache(TimeProvider time)
{
    private const int PruneAbove = 1024;
    private readonly ConcurrentDictionary<TokenKey, AccessToken> _tokens = new();
    private readonly SingleFlight<TokenKey, AccessToken> _fetches = new();

    /// <summary>Number of tokens, expired ones included.</summary>
    public int Count => _tokens.Count;

    /// <summary>The cached token, where there is one that needs no refresh.</summary>
    public AccessToken? Find(TokenKey key) => _tokens.TryGetValue(key, out var token) && IsFresh(token) ? token : null;

    /// <summary>
    /// The token, fetched where it is not cached. The fetch is shared: it goes on while anyone waits for it, and has its own deadline. A failure is
    /// thrown to all its callers and not cached.
    /// </summary>
    public Task<AccessToken> GetAsync(TokenKey key, Func<CancellationToken, Task<AccessToken>> fetch, CancellationToken cancellationToken)
    {
        if (Find(key) is { } known) return Task.FromResult(known);
        if (_tokens.Count > PruneAbove) Prune();
        return _fetches.RunAsync(key, async ends => Find(key) ?? (_tokens[key] = await fetch(ends)), cancellationToken);
    }

    /// <summary>Removes a token that was refused, unless a newer one has replaced it.</summary>
    public void Invalidate(TokenKey key, string authorization)
    {
        if (_tokens.TryGetValue(key, out var token) && token.Authorization == authorization) _tokens.TryRemove(KeyValuePair.Create(key, token));
    }

    // An expiry further ahead than the longest lifetime means that the clock was set back.
    private bool IsFresh(AccessToken token) =>
        token.RefreshAt - time.GetUtcNow() is var left && left > TimeSpan.Zero && left <= TokenResponse.LongestLifetime;

    private void Prune()
    {
        foreach (var known in _tokens)
        {
            if (!IsFresh(known.Value)) _tokens.TryRemove(known);
        }
    }
}
