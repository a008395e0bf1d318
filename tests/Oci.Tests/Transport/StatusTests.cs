using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Tests.Support;
using RegistryOperator.Oci.Transport;

namespace RegistryOperator.Oci.Tests.Transport;

/// <summary>What each status and each broken connection means, and what the user is told to do.</summary>
public sealed class StatusTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Uri Url = new("https://r.example:5000/v2/x?sig=secret");

    [Theory]
    [InlineData(400, false, RegistryErrorKind.InvalidRequest, "manifest 'latest' of repository 'a/b': the registry refuses the request", null)]
    [InlineData(401, false, RegistryErrorKind.Unauthorized, "manifest 'latest' of repository 'a/b' needs credentials and none are given", "Name a Secret")]
    [InlineData(
        401, true, RegistryErrorKind.Unauthorized, "the credentials of user 'bob' are refused for manifest 'latest' of repository 'a/b'", "Check that the")]
    [InlineData(403, false, RegistryErrorKind.Denied, "access to manifest 'latest' of repository 'a/b' is denied without credentials", "Name a Secret")]
    [InlineData(403, true, RegistryErrorKind.Denied, "access to manifest 'latest' of repository 'a/b' is denied to user 'bob'", "Give these credentials")]
    [InlineData(404, false, RegistryErrorKind.NotFound, "manifest 'latest' of repository 'a/b' not found", null)]
    [InlineData(404, true, RegistryErrorKind.NotFound, "manifest 'latest' of repository 'a/b' not found", null)]
    [InlineData(418, false, RegistryErrorKind.InvalidResponse, "manifest 'latest' of repository 'a/b': unexpected status 418 (418)", null)]
    [InlineData(204, false, RegistryErrorKind.InvalidResponse, "manifest 'latest' of repository 'a/b': unexpected status 204 (NoContent)", null)]
    [InlineData(429, false, RegistryErrorKind.RateLimited, "manifest 'latest' of repository 'a/b': too many requests", "Registries often allow more")]
    [InlineData(429, true, RegistryErrorKind.RateLimited, "manifest 'latest' of repository 'a/b': too many requests", "Ask less often.")]
    [InlineData(
        500, false, RegistryErrorKind.ServerError, "manifest 'latest' of repository 'a/b': the registry failed with status 500 (InternalServerError)", null)]
    [InlineData(501, false, RegistryErrorKind.ServerError, "manifest 'latest' of repository 'a/b': the registry failed with status 501 (NotImplemented)", null)]
    [InlineData(599, false, RegistryErrorKind.ServerError, "manifest 'latest' of repository 'a/b': the registry failed with status 599 (599)", null)]
    public async Task Request_StatusOfARegistry_IsWordedForTheUser(int status, bool isBob, RegistryErrorKind kind, string sentence, string? advice)
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"x\"";
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        using var provider = TestClient.Provider();

        var error = await provider.For(server.Url, isBob ? new RegistryCredential.UsernamePassword("bob", "s3cret") : null)
            .GetManifestAsync("latest", None).ShouldFailAsync();

        error.Message.ShouldBe($"registry http://{server.Url.Authority}: {sentence}");
        error.Kind.ShouldBe(kind);
        error.StatusCode.ShouldBe((HttpStatusCode)status);
        error.Code.ShouldBeNull();
        error.Url.ShouldBe(new Uri(server.Url, "/v2/a/b/manifests/latest"));
        error.RetryAfter.ShouldBeNull();
        if (advice is null) error.Advice.ShouldBeNull();
        else error.Advice.ShouldNotBeNull().ShouldStartWith(advice);
    }

    [Theory]
    [InlineData("identity")]
    [InlineData("registry")]
    public async Task Request_TokenRefused_IsNamedWithoutBeingShown(string kind)
    {
        await using var server = await FaultServer.StartAsync(context => context.Request.Path == "/token"
            ? Answers.JsonAsync(context, "{}", 401)
            : Answers.RefuseAsync(context, Answers.TokenChallenge(context)));
        using var provider = TestClient.Provider();
        RegistryCredential credential = kind == "identity" ? new RegistryCredential.IdentityToken("s3cret") : new RegistryCredential.RegistryToken("s3cret");

        var error = await provider.For(server.Url, credential).GetManifestAsync("latest", None).ShouldFailAsync();

        error.Kind.ShouldBe(RegistryErrorKind.Unauthorized);
        error.Message.ShouldContain(" is refused for ");
        error.ToString().ShouldNotContain("s3cret");
        error.Advice.ShouldNotBeNull().ShouldStartWith("Check that the credentials");
    }

    [Fact]
    public async Task Request_RateLimitHeadersOfAnotherFailure_AskForNoWait()
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            context.Response.Headers["RateLimit-Remaining"] = "5";
            context.Response.Headers["RateLimit-Reset"] = "60";
            return Answers.ErrorAsync(context, 404, "MANIFEST_UNKNOWN", "unknown");
        });
        using var provider = TestClient.Provider();

        (await provider.For(server.Url).GetManifestAsync("latest", None).ShouldFailAsync()).RetryAfter.ShouldBeNull();
    }

    [Theory]
    [InlineData(65_536, true)]
    [InlineData(65_537, false)]
    public async Task Request_ErrorOfThisSize_IsShownWhereItIsSmall(int size, bool isShown)
    {
        const string Body = """{"errors":[{"code":"DENIED","message":"no"}]}""";
        await using var server = await FaultServer.StartAsync(context => Answers.JsonAsync(context, Body.PadRight(size), 404));
        using var provider = TestClient.Provider();

        (await provider.For(server.Url).GetManifestAsync("latest", None).ShouldFailAsync()).Code.ShouldBe(isShown ? "DENIED" : null);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ReadAsync_BodyBreaksOff_CountsByItsStatusUnlessCancelled(bool isCancelled)
    {
        using var cancellation = new CancellationTokenSource();
        using var content = new StreamContent(new BrokenStream(isCancelled ? cancellation : null));
        using var response = new HttpResponseMessage(HttpStatusCode.NotFound) { Content = content };
        var read = ErrorDetail.ReadAsync(response, cancellation.Token).AsTask();

        if (isCancelled) await read.ShouldThrowAsync<IOException>();
        else (await read).ShouldBe(default);
    }

    public static TheoryData<Exception, RegistryErrorKind, string, string?> Failures { get; } = new()
    {
        { Socket(SocketError.HostNotFound), RegistryErrorKind.Unreachable, "host name 'r.example' not found", "DNS" },
        { Socket(SocketError.NoData), RegistryErrorKind.Unreachable, "host name 'r.example' not found", "DNS" },
        { Socket(SocketError.TryAgain), RegistryErrorKind.Unreachable, "host name 'r.example' not found", "DNS" },
        { Socket(SocketError.ConnectionRefused), RegistryErrorKind.Unreachable, "connection to r.example:5000 refused", "running" },
        { Socket(SocketError.NetworkUnreachable), RegistryErrorKind.Unreachable, "no route to r.example:5000", "network policies" },
        { Socket(SocketError.HostUnreachable), RegistryErrorKind.Unreachable, "no route to r.example:5000", "network policies" },
        { Socket(SocketError.ConnectionReset), RegistryErrorKind.Unreachable, "the connection to r.example:5000 broke (ConnectionReset)", null },
        { new HttpRequestException(HttpRequestError.NameResolutionError), RegistryErrorKind.Unreachable, "host name 'r.example' not found", "DNS" },
        { new HttpRequestException(HttpRequestError.ResponseEnded), RegistryErrorKind.Unreachable, "closed before the answer was complete", null },
        { new HttpRequestException(HttpRequestError.InvalidResponse), RegistryErrorKind.InvalidResponse, "the answer is not valid HTTP", "https" },
        {
            new HttpRequestException(HttpRequestError.ProxyTunnelError), RegistryErrorKind.Unreachable,
            "the proxy does not connect to r.example:5000", "NO_PROXY"
        },
        { new HttpRequestException(HttpRequestError.ConnectionError, "why"), RegistryErrorKind.Unreachable, "no connection to r.example:5000 (why)", null },
        { new HttpIOException(HttpRequestError.ResponseEnded), RegistryErrorKind.Unreachable, "closed before the answer was complete", null },
        { new HttpIOException(HttpRequestError.InvalidResponse), RegistryErrorKind.InvalidResponse, "the answer is not valid HTTP", null },
        { new EndOfStreamException(), RegistryErrorKind.Unreachable, "closed before the answer was complete", null },
        { new IOException("outer", new IOException("inner")), RegistryErrorKind.Unreachable, "the connection broke (inner)", null },
        {
            Tls("Received an unexpected EOF or 0 bytes."), RegistryErrorKind.TlsFailure,
            "no TLS connection to r.example:5000: Received", "insecureSkipVerify: true"
        },
        {
            Tls("Cannot determine the frame size or a corrupted frame was received."), RegistryErrorKind.TlsFailure,
            "r.example:5000 does not speak TLS", "http://"
        },
        { Tls("error:0A00010B:SSL routines::wrong version number"), RegistryErrorKind.TlsFailure, "r.example:5000 does not speak TLS", "http://" },
        {
            new HttpRequestException("x", new AuthenticationException("why.")), RegistryErrorKind.TlsFailure,
            "no TLS connection to r.example:5000: why", "insecureSkipVerify"
        },
        { new JsonException(), RegistryErrorKind.InvalidResponse, "the answer is not the JSON that the protocol asks for", "web page" },
        {
            new TaskCanceledException("x", new TimeoutException()), RegistryErrorKind.TimedOut,
            "no connection to r.example:5000 within the time allowed for it", "proxy"
        },
        { new OperationCanceledException("why"), RegistryErrorKind.Unreachable, "the connection was given up (why)", null },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void From_WhatBroke_IsWordedForTheUser(Exception thrown, RegistryErrorKind kind, string problem, string? advice)
    {
        var failure = TransportFailure.From(thrown, Url, exceeded: null, isRegistry: true).ShouldNotBeNull();

        failure.Kind.ShouldBe(kind);
        failure.Problem.ShouldContain(problem);
        if (advice is null) failure.Advice.ShouldBeNull();
        else failure.Advice.ShouldNotBeNull().ShouldContain(advice);
        failure.RetryAfter.ShouldBeNull();
    }

    private static HttpRequestException Socket(SocketError error) => new("x", new IOException("y", new SocketException((int)error)));

    private static HttpRequestException Tls(string text) =>
        new(HttpRequestError.SecureConnectionError, "x", new IOException("y", new AuthenticationException(text)));

    /// <summary>Breaks at its first read, by a cancellation where one is given.</summary>
    private sealed class BrokenStream(CancellationTokenSource? cancellation) : MemoryStream(new byte[10])
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (cancellation is not null) await cancellation.CancelAsync();
            throw new IOException();
        }
    }
}
