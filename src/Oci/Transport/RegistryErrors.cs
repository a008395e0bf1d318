using System.Net;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Images;
using RegistryOperator.Abstractions.Registries;

namespace RegistryOperator.Oci.Transport;

/// <summary>
/// Creates every error of one client: <c>registry URL: what is wrong (what the registry says)</c>, with advice. No message may contain a secret: of
/// a URL only the scheme, host and path are shown, since the query of a redirect is a signature; of a credential only its user. What servers say is
/// masked, since they may repeat what was sent to them.
/// </summary>
internal sealed class RegistryErrors(string registry, string repository, RegistryCredential credential, TimeProvider time, bool usesLocalLogins = false)
{
    // Said in our own words, too: a secret that is itself a word of the registry's sentence is masked in it.
    private const string ExpiredAdvice = "Their time is over: renew the Secret with unexpired credentials (those of Amazon ECR are good for 12 hours).";

    private const string CertificateAdvice =
        "The server asks for a client certificate: where it requires one, name a Secret with it and its key in spec.clientCertificateSecret.";

    private readonly SentSecrets _sent = new(credential);
    private readonly RegistryOrigin _origin = new(new Uri(registry));

    private bool IsAnonymous => credential is RegistryCredential.AnonymousCredential;

    /// <summary>Remembers an <c>Authorization</c> header that is sent, to mask it in what is answered.</summary>
    public void Remember(string? authorization) => _sent.Remember(authorization);

    /// <summary>An error found by the client itself.</summary>
    public RegistryException Create(
        RegistryErrorKind kind, RequestTarget target, Uri url, string problem, string? advice = null, Exception? cause = null) =>
        New(kind, $"registry {registry}: {target.Describe(repository)}: {problem}", cause, url, advice);

    /// <summary>The error for a response of the registry. Reads the body.</summary>
    public async ValueTask<RegistryException> FromResponseAsync(Exchange exchange)
    {
        var response = exchange.Response;
        var detail = await ErrorDetail.ReadAsync(response, exchange.Token, _sent.Conceal);
        var subject = exchange.Request.Target.Describe(repository);
        var (kind, sentence, advice) = Explain(response.StatusCode, subject);
        if (detail.IsExpired && kind is RegistryErrorKind.Unauthorized or RegistryErrorKind.Denied) advice = ExpiredAdvice;
        if (response.StatusCode == HttpStatusCode.BadRequest && UncertifiedException.IsNoted(response)) advice = CertificateAdvice;
        // A redirect target is not the registry: its status does not concern the repository. Nor are its words the registry's: whoever runs that could
        // have those of an internal service shown.
        if (!exchange.IsAtRegistry)
        {
            detail = detail.CodeAlone();
            sentence = $"{subject}: {exchange.Url.Host}, to which the registry redirects, answered with status {Name(response.StatusCode)}";
            advice = null;
        }

        return FromAnswer(kind, sentence, response, detail, exchange.Url, advice);
    }

    /// <summary>The error for an answer that is no list of tags although its status says so: it has errors, or no tags at all.</summary>
    public RegistryException NoTagList(Exchange exchange, ReadOnlySpan<byte> content)
    {
        var sentence = $"{exchange.Request.Target.Describe(repository)}: the answer is no list of tags";
        const string Advice = "Check that the URL is a registry's, and its repository's state there.";
        return FromAnswer(RegistryErrorKind.InvalidResponse, sentence, exchange.Response, ErrorDetail.Parse(content, _sent.Conceal), exchange.Url, Advice);
    }

    /// <summary>The error for a response of a token server. Reads the body.</summary>
    /// <param name="response">The response.</param>
    /// <param name="answered">Where it came from, after redirects.</param>
    /// <param name="isTrusted">
    /// True for one that gets the client's credentials. Another is a stranger's, or an internal service that a stranger names: it is not quoted, and its
    /// refusal says nothing of the credentials.
    /// </param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async ValueTask<RegistryException> FromTokenServerAsync(
        HttpResponseMessage response, Uri answered, bool isTrusted, CancellationToken cancellationToken)
    {
        var detail = await ErrorDetail.ReadAsync(response, cancellationToken, _sent.Conceal);
        if (!isTrusted) detail = detail.CodeAlone();
        var (kind, sentence, advice) = response.StatusCode switch
        {
            // 400 is OAuth2's answer to a wrong or expired grant (RFC 6749, 5.2).
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.BadRequest when !isTrusted =>
                (RegistryErrorKind.Unauthorized, $"answered with status {Name(response.StatusCode)} where it was asked for a token without credentials", null),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.BadRequest =>
                (RegistryErrorKind.Unauthorized, Unauthorized($"repository '{repository}'"), detail.IsExpired ? ExpiredAdvice : CredentialAdvice()),
            HttpStatusCode.TooManyRequests => (RegistryErrorKind.RateLimited, "too many requests", null),
            >= HttpStatusCode.InternalServerError => (RegistryErrorKind.ServerError, $"failed with status {Name(response.StatusCode)}", null),
            _ => (RegistryErrorKind.InvalidResponse, $"answered with status {Name(response.StatusCode)} where a token was asked for", (string?)null),
        };
        return FromAnswer(kind, $"token server {answered.Host}: {sentence}", response, detail, answered, advice);
    }

    /// <summary>The error for a challenge or token server that is invalid or not trusted.</summary>
    public RegistryException Authentication(RegistryErrorKind kind, Uri? url, string problem, string? advice = null) =>
        New(kind, $"registry {registry}: {problem}", cause: null, url, advice);

    /// <summary>
    /// The error for a request without a complete response; null for an exception of another origin. <paramref name="exceeded"/> is the timeout,
    /// where it has elapsed.
    /// </summary>
    public RegistryException? FromException(Exception exception, RequestTarget target, Uri url, TimeSpan? exceeded)
    {
        if (TransportFailure.From(exception, url, exceeded, _origin.Owns(url)) is not { } failure) return null;
        var problem = $"registry {registry}: {target.Describe(repository)}: {failure.Problem}";
        return Translated(failure, problem, exception, url);
    }

    /// <summary>The same for the token server.</summary>
    public RegistryException? FromTokenServerException(Exception exception, Uri realm, TimeSpan? exceeded)
    {
        if (TransportFailure.From(exception, realm, exceeded, _origin.Owns(realm)) is not { } failure) return null;
        return Translated(failure, $"registry {registry}: token server {realm.Host}: {failure.Problem}", exception, realm);
    }

    private RegistryException Translated(TransportFailure failure, string message, Exception exception, Uri url) =>
        New(failure.Kind, message, exception, url, failure.Advice, failure.RetryAfter, failure.ProxyAnswer);

    private RegistryException FromAnswer(
        RegistryErrorKind kind, string sentence, HttpResponseMessage response, ErrorDetail detail, Uri url, string? advice) =>
        new(kind, _sent.Conceal($"registry {registry}: {sentence}{detail}"))
        {
            Code = detail.Code is { } code ? _sent.Conceal(code) : null,
            StatusCode = response.StatusCode,
            Url = WithoutSecrets(url),
            RetryAfter = WaitOf(response),
            Advice = advice,
        };

    // A cause that quotes a secret is left out: its text reaches logs.
    private RegistryException New(
        RegistryErrorKind kind, string message, Exception? cause, Uri? url, string? advice, TimeSpan? retryAfter = null, HttpStatusCode? status = null) =>
        new(kind, _sent.Conceal(message), cause is not null && _sent.IsIn(cause.ToString()) ? null : cause)
        {
            Url = url is null ? null : WithoutSecrets(url),
            Advice = advice is null ? null : _sent.Conceal(advice),
            RetryAfter = retryAfter,
            StatusCode = status,
        };

    private (RegistryErrorKind Kind, string Sentence, string? Advice) Explain(HttpStatusCode status, string subject) => status switch
    {
        HttpStatusCode.Unauthorized => (RegistryErrorKind.Unauthorized, Unauthorized(subject), CredentialAdvice()),
        HttpStatusCode.Forbidden => (
            RegistryErrorKind.Denied,
            $"access to {subject} is denied" + (IsAnonymous ? " without credentials" : $" to {credential}"),
            IsAnonymous ? CredentialAdvice() : "Give these credentials the right to pull, or use others."),
        HttpStatusCode.NotFound => (RegistryErrorKind.NotFound, $"{subject} not found", null),
        // Only of an http:// registry, whose requests the proxy answers itself.
        HttpStatusCode.ProxyAuthenticationRequired =>
            (RegistryErrorKind.Unreachable, $"{subject}: the proxy asks for a login, or refuses the given one", ProxyFailure.LoginAdvice("HTTP_PROXY")),
        HttpStatusCode.TooManyRequests => (
            RegistryErrorKind.RateLimited,
            $"{subject}: too many requests",
            IsAnonymous ? "Registries often allow more to users with credentials; or ask less often." : "Ask less often."),
        HttpStatusCode.BadRequest => (RegistryErrorKind.InvalidRequest, $"{subject}: the registry refuses the request", null),
        >= HttpStatusCode.InternalServerError => (RegistryErrorKind.ServerError, $"{subject}: the registry failed with status {Name(status)}", null),
        _ => (RegistryErrorKind.InvalidResponse, $"{subject}: unexpected status {Name(status)}", null),
    };

    private string Unauthorized(string subject) =>
        IsAnonymous ? $"{subject} needs credentials and none are given" : $"{Proof} refused for {subject}";

    private string Proof => credential switch
    {
        { Alternatives: { Count: > 0 } others } => $"the credentials of {credential} and {others.Count} more for it are",
        RegistryCredential.UsernamePassword => $"the credentials of {credential} are",
        _ => $"the {credential} is",
    };

    private string CredentialAdvice() => IsAnonymous
        ? $"{(usesLocalLogins ? $"Log in with '{Login}', or name" : "Name")} a Secret with credentials for this registry; "
            + "a repository that does not exist may look the same."
        : "Check that the credentials are current and may pull this repository; one that does not exist may look the same.";

    // Docker knows Docker Hub by no host.
    private string Login => new Uri(registry) is var url && DockerHub.IsHost(url.Host) ? "docker login" : $"docker login {url.Authority}";

    private TimeSpan? WaitOf(HttpResponseMessage response)
    {
        var now = time.GetUtcNow();
        var wait = DelayHeader.Read(response.Headers.NonValidated, DelayHeader.RetryAfterHeader, now);
        if (wait is not null || response.StatusCode != HttpStatusCode.TooManyRequests) return wait;
        return RateLimit.Read(response.Headers.NonValidated, now)?.Reset;
    }

    private static string Name(HttpStatusCode status) => $"{(int)status} ({status})";

    private Uri? WithoutSecrets(Uri url)
    {
        var text = url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
        return _sent.IsIn(text) ? null : new Uri(text);
    }
}
