using System.Net;

namespace RegistryOperator.Oci.Transport;

/// <summary>
/// One attempt at a request, from its permit to the last byte of the response. It keeps the host's permit and the connection pool until it is
/// disposed, and has one deadline for everything.
/// </summary>
internal sealed class Exchange : IDisposable
{
    private const int DrainLimit = 64 * 1024;

    private readonly RegistryHost _host;
    private readonly ConnectionPool _connections;
    private readonly Deadline _deadline;
    private readonly TimeProvider _time;
    private PullAllowance? _allowance;
    private bool _isTaken;
    private HttpResponseMessage? _response;
    private int _disposed;

    /// <summary>Begins an attempt under a permit of <paramref name="host"/>, which is released on disposal.</summary>
    public Exchange(
        RegistryRequest request, RegistryHost host, ConnectionSource connections, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken,
        PullAllowance? allowance = null)
    {
        Request = request;
        Url = request.Url;
        _host = host;
        _time = time;
        TakeFrom(allowance);
        _connections = connections.Enter();
        _deadline = new Deadline(timeout, time, cancellationToken);
    }

    public RegistryRequest Request { get; }

    /// <summary>Where the response came from, after redirects.</summary>
    public Uri Url { get; private set; }

    /// <summary>True where the response is of the registry's own origin: a redirect, or the link of a page behind one, may lead away from it.</summary>
    public bool IsAtRegistry => _host.Owns(Url);

    /// <summary>True where the request begins at the registry's own origin.</summary>
    public bool IsAtRequestedRegistry => _host.Owns(Request.Url);

    /// <summary>The <c>Authorization</c> header of the request that was answered; null for none.</summary>
    public string? SentAuthorization { get; private set; }

    public HttpResponseMessage Response => _response ?? throw new InvalidOperationException("The request has not been sent.");

    /// <summary>Cancelled by the deadline and by the caller.</summary>
    public CancellationToken Token => _deadline.Token;

    /// <summary>The timeout, where it has elapsed; throws the caller's cancellation, where that ended the exchange.</summary>
    public TimeSpan? Exceeded() => _deadline.Exceeded();

    /// <summary>Takes the pull, if the request is one, from the allowance of the user as whom it is sent.</summary>
    /// <exception cref="AllowanceUsedException">There is none.</exception>
    public void TakeFrom(PullAllowance? allowance)
    {
        if (allowance == _allowance) return;
        if (_isTaken) _allowance!.Leave();
        _isTaken = false;
        _allowance = allowance;
        if (!Request.IsPull || allowance is null) return;
        allowance.Enter();
        _isTaken = true;
    }

    /// <summary>Sends the request and follows its redirects. May be called again, with another authorization.</summary>
    /// <param name="authorization">The header for the registry's own origin.</param>
    /// <param name="elsewhere">The header for another one, to which the registry redirects; null for none.</param>
    public async Task SendAsync(string? authorization, Func<Uri, string?> elsewhere)
    {
        Url = Request.Url;
        for (var redirects = 0; ; redirects++)
        {
            await SendOnceAsync(IsAtRegistry ? authorization : elsewhere(Url));
            if (!Redirects.IsRedirect(Response.StatusCode)) return;
            if (redirects == Redirects.Maximum) throw new RedirectException($"more than {Redirects.Maximum} redirects");
            var next = Redirects.Next(Response, Url);
            await DrainAsync();
            Url = next;
        }
    }

    /// <summary>Reads the rest of a response that is not needed, so that its connection can be reused.</summary>
    public ValueTask DrainAsync() => BoundedBody.DrainAsync(Response.Content, DrainLimit, Token);

    /// <summary>Waits for room of this process with the timeout's clock stopped: that is not a slow registry.</summary>
    public ValueTask<T> WaitAsync<T>(Func<CancellationToken, ValueTask<T>> wait) => _deadline.WaitAsync(wait);

    /// <summary>Restarts the timeout: the consumer of a stream sets the pace.</summary>
    public void RestartDeadline() => _deadline.Restart();

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        _response?.Dispose();
        _deadline.Dispose();
        _connections.Leave();
        if (_isTaken) _allowance!.Leave();
        _host.Budget.Release();
    }

    private async Task SendOnceAsync(string? authorization)
    {
        _response?.Dispose();
        _response = null;
        SentAuthorization = authorization;
        // Not disposed: without content it owns nothing.
        var message = new HttpRequestMessage(Request.Method, Url);
        if (authorization is not null) message.Headers.TryAddWithoutValidation("Authorization", authorization);
        if (Request.Accept is not null) message.Headers.TryAddWithoutValidation("Accept", Request.Accept);
        if (Request.IfNoneMatch is not null) message.Headers.TryAddWithoutValidation("If-None-Match", Request.IfNoneMatch);
        var place = _allowance?.Begin() ?? 0;
        _response = await _connections.SendAsync(message, Token);
        ContentDecoding.Apply(_response, Request.Size);
        if (!IsAtRegistry) return;
        if (RateLimit.Read(_response.Headers.NonValidated, _time.GetUtcNow()) is { } limit)
        {
            _host.Budget.Observe(limit);
            if (_allowance?.Observe(limit, place, _isTaken) == true) _isTaken = false;
        }

        if (_response.StatusCode == HttpStatusCode.TooManyRequests) _host.Budget.PauseAsAsked(_response.Headers.NonValidated);
    }
}
