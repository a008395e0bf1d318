using System.Net;
using Microsoft.Extensions.Logging;
using Polly;
using RegistryOperator.Abstractions.Registries;

namespace RegistryOperator.Oci.Transport;

/// <summary>Reads a response into a result. Called for every status except those that are failures of every request (401, 429, 5xx but 501).</summary>
internal delegate ValueTask<T> ResponseReader<T>(Exchange exchange);

/// <summary>
/// Executes one client's requests: budget, authorization, redirects, deadline, retries. The outcome is always a result, a
/// <see cref="RegistryException"/>, or the caller's own cancellation.
/// </summary>
/// <param name="host">The registry.</param>
/// <param name="connections">The connections to it.</param>
/// <param name="authorizer">Knows the credentials.</param>
/// <param name="errors">Words what fails.</param>
/// <param name="retry">How often, and how long, is tried.</param>
/// <param name="maximumPause">The longest wait for the registry.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where retries are logged.</param>
/// <param name="allowances">The allowance of each of the client's credentials; null for none.</param>
/// <param name="retrying">Told of each retry: why, which, and after what delay; null where nobody is.</param>
internal sealed class RequestExecutor(
    RegistryHost host,
    ConnectionSource connections,
    IRequestAuthorizer authorizer,
    RegistryErrors errors,
    RegistryRetryOptions retry,
    TimeSpan maximumPause,
    TimeProvider time,
    ILogger logger,
    Func<int, PullAllowance>? allowances = null,
    Action<RegistryException, int, TimeSpan>? retrying = null)
{
    /// <summary>Challenges answered of one request: a token, then Basic where that is not enough, and that of the registry to which it redirects.</summary>
    private const int MaximumAnswers = 4;

    private readonly ResiliencePipeline _retries = RetryPipeline.Create(retry, maximumPause, time, logger, retrying);

    public RegistryErrors Errors => errors;

    /// <summary>Sends the request and reads its response, with retries.</summary>
    public ValueTask<T> ExecuteAsync<T>(RegistryRequest request, ResponseReader<T> reader, CancellationToken cancellationToken) =>
        _retries.ExecuteAsync(
            static (state, token) => state.executor.AttemptAsync(state.request, state.reader, token), (executor: this, request, reader), cancellationToken);

    /// <summary>Sends the request and leaves the reading to the caller, who disposes the exchange. A failure while reading is not retried.</summary>
    public ValueTask<Exchange> OpenAsync(RegistryRequest request, CancellationToken cancellationToken) =>
        _retries.ExecuteAsync(static (state, token) => state.executor.AttemptAsync(state.request, token), (executor: this, request), cancellationToken);

    /// <summary>
    /// Translates an exception. Throws the caller's own cancellation, which the token tells, not the exception's type: a connection that is closed
    /// by it may throw anything.
    /// </summary>
    public RegistryException? Translate(Exception exception, RegistryRequest request, Exchange? exchange, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return errors.FromException(exception, request.Target, exchange?.Url ?? request.Url, exchange?.Exceeded());
    }

    private async ValueTask<T> AttemptAsync<T>(RegistryRequest request, ResponseReader<T> reader, CancellationToken cancellationToken)
    {
        Exchange? exchange = null;
        try
        {
            exchange = await StartAsync(request, cancellationToken);
            await SendAsync(exchange);
            return await reader(exchange);
        }
        catch (Exception e) when (e is not RegistryException)
        {
            if (Translate(e, request, exchange, cancellationToken) is not { } error) throw;
            throw error;
        }
        finally
        {
            exchange?.Dispose();
        }
    }

    private async ValueTask<Exchange> AttemptAsync(RegistryRequest request, CancellationToken cancellationToken)
    {
        Exchange? exchange = null;
        try
        {
            exchange = await StartAsync(request, cancellationToken);
            await SendAsync(exchange);
            return exchange;
        }
        catch (Exception e)
        {
            exchange?.Dispose();
            if (e is RegistryException || Translate(e, request, exchange, cancellationToken) is not { } error) throw;
            throw error;
        }
    }

    private async ValueTask<Exchange> StartAsync(RegistryRequest request, CancellationToken cancellationToken)
    {
        await host.Budget.AcquireAsync(cancellationToken);
        try
        {
            return new Exchange(request, host, connections, retry.RequestTimeout, time, cancellationToken, allowances?.Invoke(authorizer.Current));
        }
        catch
        {
            host.Budget.Release();
            throw;
        }
    }

    /// <summary>Sends the request with one credential after the other, until one is not refused.</summary>
    private async ValueTask SendAsync(Exchange exchange)
    {
        for (var left = authorizer.Credentials; ; left--)
        {
            if (await TrySendAsync(exchange, isLast: left <= 1) is not { } refused) break;
            authorizer.Leave(refused);
        }

        var status = exchange.Response.StatusCode;
        // 501 means an unknown method or path, for which a reader may have a fallback.
        var isServerError = status is >= HttpStatusCode.InternalServerError and not HttpStatusCode.NotImplemented;
        if (isServerError || status is HttpStatusCode.Unauthorized or HttpStatusCode.TooManyRequests)
            throw await errors.FromResponseAsync(exchange);
    }

    /// <summary>Sends the request with one credential; gives which it is where it is refused and another is left to try.</summary>
    private async ValueTask<int?> TrySendAsync(Exchange exchange, bool isLast)
    {
        // What a link of another origin leads to gets no credentials.
        var authorization = exchange.IsAtRequestedRegistry ? await authorizer.GetAsync(exchange.Token) : null;
        if (authorization is not null) exchange.TakeFrom(allowances?.Invoke(authorization.Credential));
        try
        {
            authorization = await SendAsync(exchange, authorization);
        }
        catch (RegistryException refused) when (!isLast && authorization is not null && refused.Kind is RegistryErrorKind.Unauthorized)
        {
            return authorization.Credential;
        }

        if (authorization is null || !exchange.IsAtRegistry) return null;
        if (!IsRefusal(exchange))
        {
            authorizer.Accept(authorization);
            return null;
        }

        if (isLast) return authorization.Failure is { } failure ? throw failure : null;
        await exchange.DrainAsync();
        return authorization.Credential;
    }

    /// <summary>Sends the request and answers its challenges.</summary>
    private async ValueTask<RequestAuthorization?> SendAsync(Exchange exchange, RequestAuthorization? authorization)
    {
        errors.Remember(authorization?.Header);
        await exchange.SendAsync(authorization?.Header, FindElsewhere);
        string? elsewhere = null;
        for (var answers = 0; answers < MaximumAnswers && exchange.Response.StatusCode == HttpStatusCode.Unauthorized; answers++)
        {
            var headers = exchange.Response.Headers.NonValidated;
            if (!exchange.IsAtRegistry)
            {
                // One that refuses the token that it has named itself is not asked once more.
                if (elsewhere == exchange.Url.Authority) break;
                if (!await authorizer.AnswerElsewhereAsync(exchange.Url, headers, exchange.SentAuthorization, exchange.Token)) break;
                elsewhere = exchange.Url.Authority;
            }
            else
            {
                if (authorization is null || await authorizer.AnswerAsync(headers, authorization, exchange.Token) is not { } answer) break;
                authorization = answer;
                errors.Remember(answer.Header);
            }

            await exchange.DrainAsync();
            await exchange.SendAsync(authorization?.Header, FindElsewhere);
        }

        return authorization;
    }

    private string? FindElsewhere(Uri target)
    {
        var header = authorizer.FindElsewhere(target);
        errors.Remember(header);
        return header;
    }

    /// <summary>
    /// True where another credential may be given what this one is not: 401, 403, and for a repository also 404, by which registries hide what is private.
    /// </summary>
    private static bool IsRefusal(Exchange exchange) => exchange.Response.StatusCode
        is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
        || (exchange.Response.StatusCode is HttpStatusCode.NotFound && exchange.Request.Target.Kind is RequestTargetKind.Tags);
}
