using System.Net;
using System.Net.Security;
using RegistryOperator.Abstractions.Registries;

namespace RegistryOperator.Oci.Transport;

/// <summary>The key by which connections are shared: the registry's scheme, host and port, and how its certificate is verified.</summary>
internal readonly record struct ConnectionPoolKey(string Registry, TransportSecurity Security);

/// <summary>
/// The connections to one registry with one TLS setting. Its token server and redirect targets use them too, so that a private certificate
/// authority applies to them as well. Users are counted, so that the pool is never closed during a request.
/// </summary>
internal sealed class ConnectionPool : IDisposable
{
    private const int Closed = int.MinValue;

    private readonly HttpMessageInvoker _invoker;
    private readonly RegistryMeter _meter;
    private readonly TimeProvider _time;
    private readonly string _userAgent;
    private int _users;
    private long _lastUse;

    public ConnectionPool(TransportSecurity security, OciClientOptions options, RegistryMeter meter, TimeProvider time)
    {
        _meter = meter;
        _time = time;
        _userAgent = options.UserAgent;
        _lastUse = time.GetTimestamp();
        var validator = new CertificateValidator(security);
        _invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            // Redirects are followed by Exchange: the registry's credentials must not be sent along.
            AllowAutoRedirect = false,
            UseCookies = false,
            // Limits and digests are about the bytes that the registry stores, not about a compressed transfer.
            AutomaticDecompression = DecompressionMethods.None,
            MaxConnectionsPerServer = options.MaximumConcurrency,
            EnableMultipleHttp2Connections = true,
            ConnectTimeout = options.ConnectTimeout,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            // DNS may change.
            PooledConnectionLifetime = TimeSpan.FromMinutes(15),
            // No trace headers to third parties.
            ActivityHeadersPropagator = null,
#pragma warning disable CA5359 // It does refuse: by throwing.
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = validator.Validate },
#pragma warning restore CA5359
        });
    }

    /// <summary>False where the pool has been closed and another is needed.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _users) > 0) return true;
        Interlocked.Decrement(ref _users);
        return false;
    }

    public void Leave()
    {
        Volatile.Write(ref _lastUse, _time.GetTimestamp());
        Interlocked.Decrement(ref _users);
    }

    /// <summary>How long the pool has been idle; zero while a request uses it.</summary>
    public TimeSpan IdleTime() => Volatile.Read(ref _users) != 0 ? TimeSpan.Zero : _time.GetElapsedTime(Volatile.Read(ref _lastUse));

    /// <summary>Closes the pool unless a request uses it.</summary>
    public bool TryClose()
    {
        if (Interlocked.CompareExchange(ref _users, Closed, 0) != 0) return false;
        Dispose();
        return true;
    }

    /// <summary>Sends a request; returns when the response headers have been received.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.TryAddWithoutValidation("User-Agent", _userAgent);
        // HTTP/2 is negotiated within TLS; in plain text it can't be.
        if (request.RequestUri!.Scheme == "https") request.Version = HttpVersion.Version20;
        var started = _meter.Start();
        HttpResponseMessage? response = null;
        try
        {
            response = await _invoker.SendAsync(request, cancellationToken);
            return response;
        }
        finally
        {
            _meter.Record(started, request, response);
        }
    }

    public void Dispose() => _invoker.Dispose();
}
