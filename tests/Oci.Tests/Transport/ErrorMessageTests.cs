using System.Net;
using System.Net.Sockets;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Tests.Support;

namespace RegistryOperator.Oci.Tests.Transport;

public sealed class ErrorMessageTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Request_NobodyListens_SaysThatTheConnectionIsRefused()
    {
        Uri url;
        await using (var server = await FaultServer.StartAsync(Answers.ManifestAsync)) url = server.Url;
        using var provider = TestClient.Provider();

        var error = await provider.For(url).GetManifestAsync("latest", None).ShouldFailAsync();

        error.Kind.ShouldBe(RegistryErrorKind.Unreachable);
        error.Message.ShouldBe($"registry http://{url.Authority}: manifest 'latest' of repository 'a/b': connection to {url.Authority} refused");
        error.Advice.ShouldNotBeNull();
    }

    [Fact]
    public async Task Request_NoSuchHost_SaysThatTheNameIsNotFound()
    {
        using var provider = TestClient.Provider();

        var error = await provider.For(new Uri("http://registry.invalid")).GetManifestAsync("latest", None).ShouldFailAsync();

        error.Kind.ShouldBe(RegistryErrorKind.Unreachable);
        error.Message.ShouldContain("host name 'registry.invalid' not found");
    }

    [Fact]
    public async Task Request_TlsToAPlainServer_AdvisesHttp()
    {
        await using var server = await FaultServer.StartAsync(Answers.ManifestAsync);
        using var provider = TestClient.Provider();

        var error = await provider.For(new Uri($"https://127.0.0.1:{server.Url.Port}")).GetManifestAsync("latest", None).ShouldFailAsync();

        error.Kind.ShouldBe(RegistryErrorKind.TlsFailure);
        error.Advice.ShouldNotBeNull().ShouldContain("http://");
    }

    [Fact]
    public async Task Request_ServerAcceptsAndNeverSpeaks_SaysThatThereIsNoConnection()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var url = new Uri($"https://{listener.LocalEndpoint}");
        using var provider = TestClient.Provider(options: OciClientOptions.Default with { ConnectTimeout = TimeSpan.FromMilliseconds(100) });

        var error = await provider.For(url).GetManifestAsync("latest", None).ShouldFailAsync();

        error.Kind.ShouldBe(RegistryErrorKind.TimedOut);
        error.Message.ShouldContain($"no connection to {url.Authority} within the time allowed");
    }

    [Fact]
    public async Task Request_FailsWithAWebPage_DoesNotShowThePage()
    {
        await using var server = await FaultServer.StartAsync(context =>
            Answers.JsonAsync(context, "<html><body>Bad gateway {nginx}</body></html>", 502, "text/html"));
        using var provider = TestClient.Provider();

        var error = await provider.For(server.Url).GetManifestAsync("latest", None).ShouldFailAsync();

        error.Message.ShouldEndWith("the registry failed with status 502 (BadGateway)");
    }

    [Fact]
    public async Task Request_Forbidden_IsDenied()
    {
        await using var server = await FaultServer.StartAsync(context => Answers.ErrorAsync(context, 403, "DENIED", "not yours"));
        using var provider = TestClient.Provider();

        var error = await provider.For(server.Url).GetManifestAsync("latest", None).ShouldFailAsync();

        error.Kind.ShouldBe(RegistryErrorKind.Denied);
        error.Message.ShouldContain("access to manifest 'latest' of repository 'a/b' is denied without credentials (DENIED: not yours)");
    }
}
