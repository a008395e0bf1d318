using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Text.Json;
using k8s.Authentication;
using Polly;
using Polly.Retry;
using Polly.Timeout;
using RegistryOperator.Kubernetes.Resources;

namespace RegistryOperator.Kubernetes.Client;

/// <summary>Sends requests: credentials, retries, timeouts, and errors as <see cref="KubernetesApiException"/>.</summary>
internal sealed class ApiTransport
{
    /// <summary>The longest answer that is read whole. An object is at most 1.5 MiB in etcd; pages of a list are made smaller to fit.</summary>
    public const int AnswerLimit = 64 * 1024 * 1024;

    // An error's text; what is longer is not one.
    private const int ErrorLimit = 1024 * 1024;

    private static readonly MediaTypeWithQualityHeaderValue AcceptJson = new(MediaTypes.Json);
    private static readonly ResiliencePropertyKey<bool> Idempotent = new("idempotent");

    private readonly HttpClient _http;
    private readonly ServiceClientCredentials? _credentials;
    private readonly string? _tlsServerName;
    private readonly ClientOptions _options;
    private readonly ResiliencePipeline _pipeline;

    public ApiTransport(k8s.Kubernetes client, string? tlsServerName, ClientOptions options, TimeProvider time)
    {
        _http = client.HttpClient;
        _credentials = client.Credentials;
        _tlsServerName = tlsServerName;
        _options = options;
        Server = client.BaseUri;
        Time = time;
        _pipeline = BuildPipeline();
    }

    public Uri Server { get; }

    public TimeProvider Time { get; }

    /// <summary>Sends a request and reads the answer whole, with retries where the request allows them.</summary>
    /// <exception cref="KubernetesApiException">No answer, or one that is an error.</exception>
    /// <exception cref="AnswerTooLargeException">The answer is longer than <see cref="AnswerLimit"/>.</exception>
    public async Task<PooledBuffer> SendAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(Idempotent, request.IsIdempotent);
        try
        {
            return await _pipeline.ExecuteAsync(
                static async (context, state) => await state.Transport.SendOnceAsync(state.Request, context.CancellationToken),
                context,
                (Transport: this, Request: request));
        }
        catch (TimeoutRejectedException e)
        {
            throw KubernetesApiException.NoAnswer(request.Operation, Server, e);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>Sends a request and returns when the answer begins. Not retried: a watch's caller knows from where to go on.</summary>
    /// <exception cref="KubernetesApiException">No answer, or one that is an error.</exception>
    public async Task<HttpResponseMessage> OpenAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        HttpResponseMessage? response = null;
        try
        {
            using var message = CreateMessage(request);
            await AuthorizeAsync(request, message, cancellationToken);
            response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return response.IsSuccessStatusCode ? response : throw await ReadErrorAsync(request, response, cancellationToken);
        }
        catch (Exception e)
        {
            response?.Dispose();
            if (!IsConnectionError(e)) throw;
            cancellationToken.ThrowIfCancellationRequested();
            throw KubernetesApiException.NoAnswer(request.Operation, Server, e);
        }
    }

    /// <summary>
    /// True for what a broken, refused or cancelled connection throws. Whether someone cancelled it only his token tells: closing a connection may
    /// throw any of these, and a connect timeout throws a cancellation although no token was cancelled.
    /// </summary>
    public static bool IsConnectionError(Exception exception) =>
        exception is HttpRequestException or AuthenticationException or OperationCanceledException
        || (exception is IOException && exception is not AnswerTooLargeException);

    private async Task<PooledBuffer> SendOnceAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        using var response = await OpenAsync(request, cancellationToken);
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            return await PooledBuffer.ReadAsync(stream, AnswerLimit, cancellationToken);
        }
        catch (Exception e) when (IsConnectionError(e))
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw KubernetesApiException.NoAnswer(request.Operation, Server, e);
        }
    }

    private async Task AuthorizeAsync(ApiRequest request, HttpRequestMessage message, CancellationToken cancellationToken)
    {
        if (_credentials is null) return;
        try
        {
            // For each request: tokens of service accounts rotate, and KubernetesClient reads the file again every minute.
            await _credentials.ProcessHttpRequestAsync(message, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            throw KubernetesApiException.NoCredentials(request.Operation, e);
        }
    }

    private HttpRequestMessage CreateMessage(ApiRequest request)
    {
        var message = new HttpRequestMessage(request.Method, new Uri(Server, request.Path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        message.Headers.Accept.Add(AcceptJson);
        if (!string.IsNullOrEmpty(_tlsServerName)) message.Headers.Host = _tlsServerName;
        if (request.Body is { } body)
            message.Content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = new MediaTypeHeaderValue(request.MediaType) } };
        return message;
    }

    private async Task<KubernetesApiException> ReadErrorAsync(ApiRequest request, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        Status? status = null;
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            using var body = await PooledBuffer.ReadAsync(stream, ErrorLimit, cancellationToken);
            status = JsonSerializer.Deserialize(body.Memory.Span, KubernetesJsonContext.Default.Status);
        }
        catch (Exception e) when (e is JsonException or IOException or HttpRequestException && !cancellationToken.IsCancellationRequested)
        {
            // A proxy's page, plain text, or cut off: the HTTP status says enough.
        }

        return KubernetesApiException.Refused(
            request.Operation, response.StatusCode, status?.Kind == Status.KindName ? status : null, RetryAfter(response.Headers.RetryAfter));
    }

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header) =>
        header?.Delta ?? (header?.Date is { } date ? date - Time.GetUtcNow() : null);

    private ResiliencePipeline BuildPipeline()
    {
        var builder = new ResiliencePipelineBuilder { TimeProvider = Time };
        if (_options.Retries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = _options.Retries,
                Delay = _options.RetryDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = arguments => new(ShouldRetry(arguments.Outcome.Exception, arguments.Context)),
                DelayGenerator = static arguments => new((arguments.Outcome.Exception as KubernetesApiException)?.RetryAfter),
            });
        }

        return builder.AddTimeout(new TimeoutStrategyOptions { Timeout = _options.RequestTimeout }).Build();
    }

    private bool ShouldRetry(Exception? exception, ResilienceContext context)
    {
        var idempotent = context.Properties.GetValue(Idempotent, defaultValue: false);
        return exception switch
        {
            KubernetesApiException { RetryAfter: { } wait } when wait > _options.LongestRetryAfter => false,
            // Throttled before any processing: safe to repeat for every method.
            KubernetesApiException { StatusCode: HttpStatusCode.TooManyRequests } => true,
            KubernetesApiException { IsTransient: true } => idempotent,
            TimeoutRejectedException => idempotent,
            _ => false,
        };
    }
}
