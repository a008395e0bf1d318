using System.Collections.Concurrent;

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
    private readonly ConcurrentDictionary<TokenKey, Entry> _entries = new();

    /// <summary>Number of tokens, expired ones included.</summary>
    public int Count => _entries.Count;

    /// <summary>The cached token, where there is one that needs no refresh.</summary>
    public AccessToken? Find(TokenKey key) => _entries.TryGetValue(key, out var entry) && IsFresh(entry.Token) ? entry.Token : null;

    /// <summary>
    /// The token, fetched where it is not cached. The fetch is shared: it continues when this caller is cancelled, and has its own deadline. A
    /// failure is thrown to all its callers and not cached.
    /// </summary>
    public Task<AccessToken> GetAsync(TokenKey key, Func<Task<AccessToken>> fetch, CancellationToken cancellationToken)
    {
        if (_entries.Count > PruneAbove) Prune();
        var entry = _entries.GetOrAdd(key, static _ => new Entry());
        lock (entry)
        {
            if (entry.Token is { } token && IsFresh(token)) return Task.FromResult(token);
            if (entry.Fetch is null or { IsCompleted: true }) entry.Fetch = FetchAsync(entry, fetch);
            return entry.Fetch.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Removes a token that was refused, unless a newer one has replaced it.</summary>
    public void Invalidate(TokenKey key, string authorization)
    {
        if (!_entries.TryGetValue(key, out var entry)) return;
        lock (entry)
        {
            if (entry.Token?.Authorization == authorization) entry.Token = null;
        }
    }

    private static async Task<AccessToken> FetchAsync(Entry entry, Func<Task<AccessToken>> fetch)
    {
        // Leaves the caller's lock at once: the fetch may run synchronously up to its first await.
        await Task.Yield();
        var token = await fetch();
        lock (entry) entry.Token = token;
        return token;
    }

    // An expiry further ahead than the longest lifetime means that the clock was set back.
    private bool IsFresh(AccessToken? token) =>
        token is not null && token.RefreshAt - time.GetUtcNow() is var left && left > TimeSpan.Zero && left <= TokenResponse.LongestLifetime;

    private void Prune()
    {
        foreach (var (key, entry) in _entries)
        {
            if (!IsFresh(entry.Token) && entry.Fetch is { IsCompleted: true }) _entries.TryRemove(key, out _);
        }
    }

    private sealed class Entry
    {
        public volatile AccessToken? Token;
        public Task<AccessToken>? Fetch;
    }
}
