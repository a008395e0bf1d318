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
internal sealed class RequestExecutor(
    RegistryHost host,
    ConnectionSource connections,
    IRequestAuthorizer authorizer,
    RegistryErrors errors,
    RegistryRetryOptions retry,
    TimeSpan maximumPause,
    TimeProvider time,
    ILogger logger)
{
    private readonly ResiliencePipeline _retries = RetryPipeline.Create(retry, maximumPause, time, logger);

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
            return new Exchange(request, host, connections, retry.RequestTimeout, time, cancellationToken);
        }
        catch
        {
            host.Budget.Release();
            throw;
        }
    }

    private async ValueTask SendAsync(Exchange exchange)
    {
        // What a link of another origin leads to gets no credentials.
        var authorization = exchange.IsAtRegistry ? await authorizer.GetAsync(exchange.Token) : null;
        errors.Remember(authorization);
        await exchange.SendAsync(authorization);
        if (exchange.Response.StatusCode == HttpStatusCode.Unauthorized && exchange.IsAtRegistry)
        {
            if (await authorizer.AnswerAsync(exchange.Response.Headers.NonValidated, authorization, exchange.Token) is { } answer)
            {
                errors.Remember(answer);
                await exchange.DrainAsync();
                await exchange.SendAsync(answer);
            }
        }

        var status = exchange.Response.StatusCode;
        // 501 means an unknown method or path, for which a reader may have a fallback.
        var isServerError = status is >= HttpStatusCode.InternalServerError and not HttpStatusCode.NotImplemented;
        if (isServerError || status is HttpStatusCode.Unauthorized or HttpStatusCode.TooManyRequests)
            throw await errors.FromResponseAsync(exchange);
    }
}
