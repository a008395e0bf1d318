using System.Collections.Concurrent;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;
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

    private readonly ConcurrentDictionary<string, TokenKey> _keys = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The token for a URL; null for none.</summary>
    public string? Find(Uri url) =>
        !_keys.IsEmpty && _keys.TryGetValue(OriginOf(url), out var key) ? tokens.Find(key)?.Authorization : null;

    /// <summary>Fetches the token that the target of a redirect asks for; false where it asks for none that can be had without credentials.</summary>
    /// <param name="url">The target.</param>
    /// <param name="challenges">Its challenges.</param>
    /// <param name="sent">The token that it refused; null for none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<bool> AnswerAsync(Uri url, List<Challenge> challenges, string? sent, CancellationToken cancellationToken)
    {
        if (challenges.Find(challenge => challenge is { IsBearer: true, Realm: not null }) is not { } bearer) return false;
        if (Realm.Parse(bearer.Realm) is not { } realm || (realm.Scheme == "http" && url.Scheme != "http")) return false;
        var origin = OriginOf(url);
        if (_keys.Count >= MaximumOrigins && !_keys.ContainsKey(origin)) return false;
        var scope = string.IsNullOrEmpty(bearer.Scope) ? TokenKey.PullScope(repository) : bearer.Scope;
        var key = new TokenKey($"{host.Key} > {origin}", realm.AbsoluteUri, bearer.Service ?? "", scope, CredentialIdentity.Anonymous);
        if (sent is not null) tokens.Invalidate(key, sent);
        var client = new TokenClient(connections, RegistryCredential.Anonymous, basic: null, policy: null, host.Url, timeout, errors, time);
        try
        {
            await tokens.GetAsync(key, ends => client.FetchAsync(key, realm, ends), cancellationToken);
        }
        catch (RegistryException refusal) when (refusal.Kind is RegistryErrorKind.Unauthorized)
        {
            // It gives none to anybody, which is no word on the client's credentials: the target's own answer is the error.
            return false;
        }

        _keys[origin] = key;
        return true;
    }

    private static string OriginOf(Uri url) => url.GetLeftPart(UriPartial.Authority);
}
