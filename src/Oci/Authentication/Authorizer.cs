using System.Net.Http.Headers;
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
    CredentialChain credentials,
    TokenCache tokens,
    ConnectionSource connections,
    OutboundPolicy policy,
    TimeSpan timeout,
    RegistryErrors errors,
    TimeProvider time) : IRequestAuthorizer
{
    private static readonly Challenge BasicChallenge = new("Basic", new Dictionary<string, string>());

    private readonly string _defaultScope = TokenKey.PullScope(repository);
    private readonly BearerSession?[] _sessions = new BearerSession?[credentials.Count];
    private readonly RedirectTokens _elsewhere = new(host, repository, tokens, connections, timeout, errors, time);

    /// <inheritdoc/>
    public int Credentials => credentials.Count;

    /// <inheritdoc/>
    public int Current => credentials.Current;

    /// <inheritdoc/>
    /// <remarks>Completes at once while the cache has a token.</remarks>
    public ValueTask<RequestAuthorization> GetAsync(CancellationToken cancellationToken)
    {
        var index = credentials.Current;
        var credential = credentials[index];
        if (credential.Direct is { } direct) return new(new RequestAuthorization(direct, index));
        var session = Volatile.Read(ref _sessions[index]);
        if (session is null)
        {
            var known = hostChallenge.Last;
            if (known is null) return new(new RequestAuthorization(null, index));
            if (!known.IsBearer) return new(new RequestAuthorization(credential.Basic, index));
            // The challenge was for another repository: its scope does not apply here.
            session = CreateSession(credential, known, _defaultScope);
            Volatile.Write(ref _sessions[index], session);
        }

        return tokens.Find(session.Key) is { } token
            ? new(new RequestAuthorization(token.Authorization, index) { Failure = session.Refusal })
            : FetchAsync(session, index, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<RequestAuthorization?> AnswerAsync(
        HttpHeadersNonValidated headers, RequestAuthorization refused, CancellationToken cancellationToken)
    {
        var credential = credentials[refused.Credential];
        if (credential.Direct is not null) return null;
        var challenges = ChallengeParser.Parse(headers);
        var bearer = challenges.Find(challenge => challenge is { IsBearer: true, Realm: not null });
        // Basic is what is left where a token can't be had, or is not enough. It is not sent twice.
        var basic = credential.Basic is { } header && header != refused.Header ? header : null;
        var isBasicOffered = challenges.Exists(challenge => challenge.IsBasic);
        if (bearer is null || refused.IsAnswer)
            return basic is not null && isBasicOffered ? Answer(basic, refused.Credential, refused.Failure) : null;
        try
        {
            return await AnswerAsync(credential, bearer, refused, isBasicOffered, cancellationToken);
        }
        catch (RegistryException failure) when (basic is not null && (isBasicOffered || IsOnOwnHost(bearer)))
        {
            return Answer(basic, refused.Credential, failure);
        }
    }

    /// <inheritdoc/>
    public string? FindElsewhere(Uri target) => _elsewhere.Find(target);

    /// <inheritdoc/>
    public ValueTask<bool> AnswerElsewhereAsync(Uri target, HttpHeadersNonValidated headers, string? sent, CancellationToken cancellationToken) =>
        _elsewhere.AnswerAsync(target, ChallengeParser.Parse(headers), sent, cancellationToken);

    /// <inheritdoc/>
    public void Accept(RequestAuthorization authorization)
    {
        credentials.Accept(authorization.Credential);
        if (!authorization.IsAnswer || authorization.Header is null || authorization.Header != credentials[authorization.Credential].Basic) return;
        Volatile.Write(ref _sessions[authorization.Credential], null);
        hostChallenge.Last = BasicChallenge;
    }

    /// <inheritdoc/>
    public void Leave(int credential) => credentials.Leave(credential);

    private static RequestAuthorization Answer(string header, int credential, RegistryException? failure) =>
        new(header, credential) { IsAnswer = true, Failure = failure };

    private bool IsOnOwnHost(Challenge bearer) =>
        Realm.Parse(bearer.Realm) is { } realm && string.Equals(realm.IdnHost, host.Url.IdnHost, StringComparison.OrdinalIgnoreCase);

    private async ValueTask<RequestAuthorization> AnswerAsync(
        ChainedCredential credential, Challenge bearer, RequestAuthorization refused, bool isBasicOffered, CancellationToken cancellationToken)
    {
        var session = CreateSession(credential, bearer, string.IsNullOrEmpty(bearer.Scope) ? _defaultScope : bearer.Scope);
        // With Basic, the registry knows who asks; with a token for anybody it does not.
        if (session.Refusal is not null && isBasicOffered) throw session.Refusal;
        if (refused.Header is not null) tokens.Invalidate(session.Key, refused.Header);
        var token = await TokenAsync(session, cancellationToken);
        Volatile.Write(ref _sessions[refused.Credential], session);
        hostChallenge.Last = bearer;
        return Answer(token.Authorization, refused.Credential, session.Refusal);
    }

    private async Task<AccessToken> TokenAsync(BearerSession session, CancellationToken cancellationToken)
    {
        try
        {
            return await tokens.GetAsync(session.Key, ends => session.Client.FetchAsync(session.Key, session.Url, ends), cancellationToken);
        }
        catch (RegistryException) when (session.Refusal is not null)
        {
            throw session.Refusal;
        }
    }

    private async ValueTask<RequestAuthorization> FetchAsync(BearerSession session, int index, CancellationToken cancellationToken)
    {
        try
        {
            var token = await TokenAsync(session, cancellationToken);
            return new RequestAuthorization(token.Authorization, index) { Failure = session.Refusal };
        }
        catch (RegistryException e)
            when (session.Refusal is not null || e.Kind is RegistryErrorKind.Unauthorized or RegistryErrorKind.DestinationRefused)
        {
            // The repository may be public although others of the host are not: the registry decides. And where the registry is, by which a token
            // server's address is judged, is known only after a connection to it.
            return new RequestAuthorization(null, index);
        }
    }

    private BearerSession CreateSession(ChainedCredential credential, Challenge challenge, string scope)
    {
        var realm = Realm.Of(challenge.Realm, host.Url, credential.Credential is RegistryCredential.AnonymousCredential, policy, errors);
        var asks = realm.Refusal is null ? credential : new ChainedCredential(RegistryCredential.Anonymous, CredentialIdentity.Anonymous);
        return new BearerSession(
            realm.Url,
            new TokenKey(host.Key, realm.Url.AbsoluteUri, challenge.Service ?? "", scope, asks.Identity),
            new TokenClient(connections, asks.Credential, asks.Basic, policy, host.Url, timeout, errors, time),
            realm.Refusal);
    }

    private sealed record BearerSession(Uri Url, TokenKey Key, TokenClient Client, RegistryException? Refusal);
}
