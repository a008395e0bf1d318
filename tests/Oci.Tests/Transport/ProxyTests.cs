using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Network;
using RegistryOperator.Oci.Tests.Support;
using RegistryOperator.Oci.Transport;

namespace RegistryOperator.Oci.Tests.Transport;

public sealed class ProxyTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Uri Registry = new("https://registry.acme.com:5000");
    private static readonly ProxyHop Hop = new("http://proxy.example:3128", "HTTPS_PROXY", HasLogin: false);

    [Theory]
    [InlineData("https://registry.acme.com", "HTTPS_PROXY")]
    [InlineData("http://registry.acme.com", "HTTP_PROXY")]
    public async Task Request_ProxyIsNotThere_SaysSoOfTheProxyWithoutItsLogin(string registry, string variable)
    {
        var port = FreePort();

        var error = await FailAsync(new Uri(registry), $"http://me:password@127.0.0.1:{port}");

        error.Kind.ShouldBe(RegistryErrorKind.Unreachable);
        error.Message.ShouldContain($": connection to the proxy http://127.0.0.1:{port} refused");
        error.Advice.ShouldNotBeNull().ShouldContain($"Check {variable}");
        error.ToString().ShouldNotContain("password");
    }

    [Theory]
    [InlineData(403, "", "refuses to connect to registry.acme.com:5000 (403)", "NO_PROXY", 1)]
    [InlineData(407, "", "asks for a login (407)", "HTTPS_PROXY: http://USER:PASSWORD@HOST:PORT", 1)]
    [InlineData(407, "me:password@", "refuses the login that HTTPS_PROXY has (407)", "HTTPS_PROXY: http://USER:PASSWORD@HOST:PORT", 1)]
    [InlineData(503, "", "gets no connection to registry.acme.com:5000 (503)", "registry's URL", 4)]
    public async Task Request_ProxyRefusesToConnect_SaysWhatItAnsweredAndIsRetriedWhereItMayPass(
        int status, string login, string problem, string advice, int requests)
    {
        await using var proxy = await FaultServer.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            if (status == 407) context.Response.Headers.ProxyAuthenticate = "Basic realm=\"x\"";
            return Task.CompletedTask;
        });
        var tried = 0;

        var error = await FailAsync(Registry, $"http://{login}{proxy.Url.Authority}", retry => tried = retry.Attempt);

        error.Kind.ShouldBe(RegistryErrorKind.Unreachable);
        error.Message.ShouldContain($": the proxy http://{proxy.Url.Authority} {problem}");
        error.Advice.ShouldNotBeNull().ShouldContain(advice);
        error.ToString().ShouldNotContain("password");
        tried.ShouldBe(requests - 1);
        proxy.Requests.ShouldAllBe(request => request.StartsWith("CONNECT "));
    }

    [Fact]
    public async Task Request_PlainHttpProxyAsksForALogin_SaysSo()
    {
        await using var proxy = await FaultServer.StartAsync(context =>
        {
            context.Response.StatusCode = StatusCodes.Status407ProxyAuthenticationRequired;
            return Task.CompletedTask;
        });

        var error = await FailAsync(new Uri("http://registry.acme.com"), proxy.Url.AbsoluteUri);

        error.Kind.ShouldBe(RegistryErrorKind.Unreachable);
        error.Message.ShouldContain("the proxy asks for a login");
        error.Advice.ShouldNotBeNull().ShouldContain("HTTP_PROXY");
        proxy.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(SocketError.HostNotFound, "the host name of the proxy http://proxy.example:3128 is not found")]
    [InlineData(SocketError.HostUnreachable, "no route to the proxy http://proxy.example:3128")]
    [InlineData(SocketError.ConnectionReset, "no connection to the proxy http://proxy.example:3128 (")]
    public void From_NoConnectionToTheProxy_IsAboutTheProxy(SocketError cause, string problem)
    {
        var failure = new HttpRequestException(HttpRequestError.ConnectionError, "x", new SocketException((int)cause));

        ProxyException.IsOf(failure).ShouldBeTrue();
        Explain(failure).Problem.ShouldStartWith(problem);
    }

    [Fact]
    public void From_ProxyGivesNoConnectionInTime_IsAboutTheProxy()
    {
        var failure = new TaskCanceledException("x", new TimeoutException());

        ProxyException.IsOf(failure).ShouldBeTrue();
        var explained = Explain(failure);
        explained.Kind.ShouldBe(RegistryErrorKind.TimedOut);
        explained.Problem.ShouldBe("no connection to the proxy http://proxy.example:3128 within the time allowed for it");
    }

    [Fact]
    public void From_SocksProxyRefuses_HasItsWords()
    {
        var failure = new HttpRequestException(HttpRequestError.ProxyTunnelError, "x", new IOException("SOCKS server failed to connect."));

        Explain(failure).Problem
            .ShouldBe("the proxy http://proxy.example:3128 does not connect to registry.acme.com:5000 (SOCKS server failed to connect)");
    }

    [Theory]
    [InlineData(HttpRequestError.SecureConnectionError)]
    [InlineData(HttpRequestError.ResponseEnded)]
    [InlineData(HttpRequestError.InvalidResponse)]
    public void IsOf_WhatFailsBehindTheProxy_IsNotTheProxys(HttpRequestError error) => ProxyException.IsOf(new HttpRequestException(error)).ShouldBeFalse();

    private static TransportFailure Explain(Exception failure) =>
        TransportFailure.From(new ProxyException(Hop, failure), Registry, exceeded: null, isRegistry: true).ShouldNotBeNull();

    private static async Task<RegistryException> FailAsync(Uri registry, string proxy, Action<RegistryRetry>? retrying = null)
    {
        using var provider = TestClient.Provider(options: OciClientOptions.Default with
        {
            Outbound = new OutboundPolicy(new OutboundOptions()) { Resolve = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("8.8.8.8")]) },
            Proxy = new EnvironmentProxy(name => name is "HTTPS_PROXY" or "HTTP_PROXY" ? proxy : null),
            Retrying = retrying,
        });
        var quick = new RegistryRetryOptions(TimeSpan.FromSeconds(30), 3, TimeSpan.FromMilliseconds(1));
        return await provider.For(registry, retry: quick).GetManifestAsync("latest", None).ShouldFailAsync();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
