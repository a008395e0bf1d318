using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Network;

namespace RegistryOperator.Oci.Transport;

/// <summary>The key by which connections are shared: the registry's scheme, host and port, and how its certificate is verified.</summary>
internal readonly record struct ConnectionPoolKey(string Registry, TransportSecurity Security);

/// <summary>
/// The connections for one registry with one TLS setting: to its own origin, and to where its answers lead (token server, redirect targets). The TLS
/// setting is for the registry's origin alone; others are verified by the system's authorities. Users are counted, so that the pool is never closed
/// during a request.
/// </summary>
internal sealed class ConnectionPool : IDisposable
{
    private const int Closed = int.MinValue;

    private readonly Lock _lock = new();
    private readonly RegistryLocation _location = new();
    private readonly RegistryOrigin _origin;
    private readonly OciClientOptions _options;
    private readonly HttpMessageInvoker _own;
    private readonly RegistryMeter _meter;
    private readonly TimeProvider _time;

    // By the private range in which the registry is, or none: a connection opened under one right is not used under another.
    private readonly Dictionary<IPNetwork, HttpMessageInvoker> _others = [];
    private volatile bool _wantsCertificate;
    private bool _disposed;
    private int _users;
    private long _lastUse;

    public ConnectionPool(ConnectionPoolKey key, OciClientOptions options, RegistryMeter meter, TimeProvider time)
    {
        _origin = new RegistryOrigin(new Uri(key.Registry));
        _options = options;
        _meter = meter;
        _time = time;
        _lastUse = time.GetTimestamp();
        _own = CreateInvoker(key.Security, Destination.Own, _location.Observe, () => _wantsCertificate = true);
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
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        SendAsync(request, isToTokenServer: false, cancellationToken);

    /// <summary>The same to a token server.</summary>
    public Task<HttpResponseMessage> SendToTokenServerAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        SendAsync(request, isToTokenServer: true, cancellationToken);

    public void Dispose()
    {
        _own.Dispose();
        lock (_lock)
        {
            _disposed = true;
            foreach (var other in _others.Values) other.Dispose();
            _others.Clear();
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, bool isToTokenServer, CancellationToken cancellationToken)
    {
        request.Headers.TryAddWithoutValidation("User-Agent", _options.UserAgent);
        // HTTP/2 is negotiated within TLS; in plain text it can't be.
        if (request.RequestUri!.Scheme == "https") request.Version = HttpVersion.Version20;
        var destination = _origin.Owns(request.RequestUri) ? Destination.Own : LinkedBy(request.RequestUri, isToTokenServer);
        var started = _meter.Start();
        HttpResponseMessage? response = null;
        ProxyHop? proxy = null;
        try
        {
            proxy = await JudgeProxiedAsync(request.RequestUri, destination, cancellationToken);
            response = await InvokerFor(destination).SendAsync(request, cancellationToken);
            if (destination.IsOwn && _wantsCertificate) UncertifiedException.Note(request);
            return response;
        }
        catch (Exception failure) when (proxy is not null && ProxyException.IsOf(failure) && !cancellationToken.IsCancellationRequested)
        {
            throw new ProxyException(proxy, failure);
        }
        catch (HttpRequestException failure) when (destination.IsOwn && _wantsCertificate)
        {
            throw new UncertifiedException(failure);
        }
        finally
        {
            _meter.Record(started, request, response);
        }
    }

    // On this machine much listens that is no registry: only the API of one is asked there, and token servers.
    private Destination LinkedBy(Uri url, bool isToTokenServer)
    {
        var range = _location.SiteRange;
        var isRegistrys = isToTokenServer || url.AbsolutePath.StartsWith("/v2/", StringComparison.Ordinal);
        return new Destination(IsOwn: false, range is { Kind: AddressKind.Loopback } && !isRegistrys ? null : range);
    }

    // Behind a proxy no connection shows the address: the URL is judged.
    private async ValueTask<ProxyHop?> JudgeProxiedAsync(Uri url, Destination destination, CancellationToken cancellationToken)
    {
        if (_options.Proxy.IsBypassed(url) || _options.Proxy.GetProxy(url) is not { } proxy || proxy == url) return null;
        var ranges = await _options.Outbound.JudgeAllAsync(url.IdnHost, url.Port, destination, cancellationToken);
        if (!destination.IsOwn) return ProxyHop.Of(_options.Proxy, proxy, url);
        foreach (var range in ranges.DefaultIfEmpty(AddressRange.Public)) _location.Observe(range);
        return ProxyHop.Of(_options.Proxy, proxy, url);
    }

    private HttpMessageInvoker InvokerFor(Destination destination)
    {
        if (destination.IsOwn) return _own;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var right = destination.RegistryRange?.Network ?? default;
            if (!_others.TryGetValue(right, out var other))
                _others.Add(right, other = CreateInvoker(TransportSecurity.Default, destination, observe: null));
            return other;
        }
    }

    private HttpMessageInvoker CreateInvoker(
        TransportSecurity security, Destination destination, Action<AddressRange>? observe, Action? wantsCertificate = null)
    {
        var validator = new CertificateValidator(security);
        return new HttpMessageInvoker(new SocketsHttpHandler
        {
            // Redirects are followed by Exchange: the registry's credentials must not be sent along.
            AllowAutoRedirect = false,
            UseCookies = false,
            Proxy = _options.Proxy,
            // Limits and digests are about the bytes that the registry stores, not about a compressed transfer.
            AutomaticDecompression = DecompressionMethods.None,
            MaxConnectionsPerServer = _options.MaximumConcurrency,
            EnableMultipleHttp2Connections = true,
            ConnectTimeout = _options.ConnectTimeout,
            ConnectCallback = new OutboundConnector(_options.Outbound, _options.Proxy, destination, observe).ConnectAsync,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            // DNS may change.
            PooledConnectionLifetime = TimeSpan.FromMinutes(15),
            // No trace headers to third parties.
            ActivityHeadersPropagator = null,
#pragma warning disable CA5359 // It does refuse: by throwing.
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = validator.Validate,
                // The chain is built before the callback is asked. A certificate's own word on where its issuer is found would be a URL that a stranger
                // chose, fetched past the outbound policy.
                CertificateChainPolicy = new X509ChainPolicy { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck },
                ClientCertificateContext = security.ClientCertificate is { } shown ? ClientIdentity.CreateContext(shown) : null,
                LocalCertificateSelectionCallback = security.ClientCertificate is null && wantsCertificate is not null
                    ? ClientIdentity.NoneToShow(wantsCertificate)
                    : null,
            },
#pragma warning restore CA5359
        });
    }
}
