using System.Collections.Concurrent;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Oci.Transport;

namespace RegistryOperator.Oci.Authentication;

/// <summary>
/// Tokens for registries to which the client's registry redirects, as gateways do (lscr.io, Scarf): such a registry wants a token also for what is public.
/// The token is asked for without credentials, and sent to the origin that challenged, and to no other.
/// </summary>
internal sealed class RedirectTokens(
    RegistryHost host, string repository, TokenCache tokens, ConnectionSource connections, TimeSpan timeout, RegistryErrors errors, TimeProvider time)
{
    /// <summary>A gateway redirects to one registry or a few mirrors of it.</summary>
    private const int MaximumOrigins = 8;

    private readonly ConcurrentDictionary<string, Session> _sessions = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The token for a URL; null for none.</summary>
    public string? Find(Uri url) =>
        !_sessions.IsEmpty && _sessions.TryGetValue(OriginOf(url), out var session) ? tokens.Find(session.Key)?.Authorization : null;

    /// <summary>Fetches the token that the target of a redirect asks for; false where it asks for none that can be had without credentials.</summary>
    public async ValueTask<bool> AnswerAsync(Uri url, List<Challenge> challenges, CancellationToken cancellationToken)
    {
        if (challenges.Find(challenge => challenge is { IsBearer: true, Realm: not null }) is not { } bearer) return false;
        if (Realm.Parse(bearer.Realm) is not { } realm || (realm.Scheme == "http" && url.Scheme != "http")) return false;
        var origin = OriginOf(url);
        var scope = string.IsNullOrEmpty(bearer.Scope) ? $"repository:{repository}:pull" : bearer.Scope;
        var key = new TokenKey($"{host.Key} > {origin}", realm.AbsoluteUri, bearer.Service ?? "", scope, CredentialIdentity.Anonymous);
        if (_sessions.TryGetValue(origin, out var earlier) && earlier.Key == key && tokens.Find(key) is { } refused)
            tokens.Invalidate(key, refused.Authorization);
        else if (earlier is null && _sessions.Count >= MaximumOrigins)
            return false;

        var client = new TokenClient(connections, RegistryCredential.Anonymous, basic: null, policy: null, host.Url, timeout, errors, time);
        await tokens.GetAsync(key, ends => client.FetchAsync(key, realm, ends), cancellationToken);
        _sessions[origin] = new Session(key);
        return true;
    }

    private static string OriginOf(Uri url) => url.GetLeftPart(UriPartial.Authority);

    private sealed record Session(TokenKey Key);
}
