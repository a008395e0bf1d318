using System.Net.Http.Headers;
using System.Text;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Network;
using RegistryOperator.Oci.Transport;

namespace RegistryOperator.Oci.Authentication;

/// <summary>
/// Authorizes one client's requests. There is no ping: the first request is sent without a header, its challenge is answered, and the
/// challenge is kept for all later requests to the host.
/// </summary>
internal sealed class Authorizer(
    RegistryHost host,
    HostChallenge hostChallenge,
    string repository,
    RegistryCredential credential,
    string identity,
    TokenCache tokens,
    ConnectionSource connections,
    OutboundPolicy policy,
    TimeSpan timeout,
    RegistryErrors errors,
    TimeProvider time) : IRequestAuthorizer
{
    private readonly string? _basic = credential is RegistryCredential.UsernamePassword(var username, var password)
        ? "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{username}:{password}"))
        : null;

    private readonly string? _direct = credential is RegistryCredential.RegistryToken(var token) ? "Bearer " + token.Trim() : null;
    private volatile BearerSession? _session;

    /// <inheritdoc/>
    /// <remarks>Completes at once while the cache has a token.</remarks>
    public ValueTask<string?> GetAsync(CancellationToken cancellationToken)
    {
        if (_direct is not null) return new(_direct);
        var session = _session;
        if (session is null)
        {
            var known = hostChallenge.Last;
            if (known is null) return default;
            if (!known.IsBearer) return new(_basic);
            // The challenge was for another repository: its scope does not apply here.
            session = _session = CreateSession(known, DefaultScope);
        }

        return tokens.Find(session.Key) is { } token ? new(token.Authorization) : FetchAsync(session, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<string?> AnswerAsync(HttpHeadersNonValidated headers, string? refused, CancellationToken cancellationToken)
    {
        if (_direct is not null) return null;
        var challenges = ChallengeParser.Parse(headers);
        if (challenges.Find(challenge => challenge is { IsBearer: true, Realm: not null }) is { } bearer)
        {
            var session = CreateSession(bearer, string.IsNullOrEmpty(bearer.Scope) ? DefaultScope : bearer.Scope);
            if (refused is not null) tokens.Invalidate(session.Key, refused);
            var token = await tokens.GetAsync(session.Key, ends => Tokens.FetchAsync(session.Key, session.Realm, ends), cancellationToken);
            _session = session;
            hostChallenge.Last = bearer;
            return token.Authorization;
        }

        if (_basic is null || _basic == refused || challenges.Find(challenge => challenge.IsBasic) is not { } basic) return null;
        _session = null;
        hostChallenge.Last = basic;
        return _basic;
    }

    private string DefaultScope => $"repository:{repository}:pull";

    private TokenClient Tokens => field ??= new TokenClient(connections, credential, _basic, timeout, errors, time);

    private async ValueTask<string?> FetchAsync(BearerSession session, CancellationToken cancellationToken)
    {
        try
        {
            return (await tokens.GetAsync(session.Key, ends => Tokens.FetchAsync(session.Key, session.Realm, ends), cancellationToken)).Authorization;
        }
        catch (RegistryException e) when (e.Kind is RegistryErrorKind.Unauthorized or RegistryErrorKind.DestinationRefused)
        {
            // The repository may be public although others of the host are not: the registry decides. And where the registry is, by which a token
            // server's address is judged, is known only after a connection to it.
            return null;
        }
    }

    private BearerSession CreateSession(Challenge challenge, string scope)
    {
        var realm = CheckRealm(challenge.Realm);
        return new BearerSession(realm, new TokenKey(host.Key, realm.AbsoluteUri, challenge.Service ?? "", scope, identity));
    }

    // The registry chooses the token server, and so who would get its users' credentials.
    private Uri CheckRealm(string? text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var realm) || realm.Scheme is not ("https" or "http") || realm.UserInfo.Length > 0)
            throw errors.Authentication(RegistryErrorKind.InvalidResponse, null, "the challenge names no valid token server");
        if (realm.Scheme == "http" && !(host.Url.Scheme == "http" && IsSameHost(realm)))
        {
            throw errors.Authentication(
                RegistryErrorKind.InvalidResponse,
                realm,
                $"the challenge names the token server {realm.Scheme}://{realm.Authority}, to which no credentials are sent because it is not https",
                "The token server must be served over https, or be on the registry's own host where that is itself http.");
        }

        if (credential is RegistryCredential.AnonymousCredential || policy.TokenServers.Trusts(host.Url, realm)) return realm;
        throw errors.Authentication(
            RegistryErrorKind.DestinationRefused,
            realm,
            $"the challenge names the token server {realm.Authority}, to which no credentials are sent because it is not of the registry's own domain",
            $"Where it is the registry's, whoever runs the operator can allow it with the setting Network:TokenServers={host.Url.Host}={realm.Host}.");
    }

    private bool IsSameHost(Uri realm) => string.Equals(realm.IdnHost, host.Url.IdnHost, StringComparison.OrdinalIgnoreCase);

    private sealed record BearerSession(Uri Realm, TokenKey Key);
}
