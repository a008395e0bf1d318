using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging.Abstractions;
using RegistryOperator.Host.Web;
using RegistryOperator.Reports;
using RegistryOperator.Tests.ReportStores;
using static RegistryOperator.Tests.ReportStores.SampleReports;

namespace RegistryOperator.Host.Tests.Web;

/// <summary>Who has the token is answered, and nobody else but probes, by a real server.</summary>
public sealed class ApiAccessTests : IAsyncLifetime
{
    private const string Secret = "token-of-this-server";

    private readonly ReportSandbox _sandbox = new();
    private readonly HttpClient _client = new();
    private IReportStore _store = null!;
    private WebApplication _server = null!;

    public static TheoryData<string> Paths { get; } =
    [
        "/api/v1/search?q=bash", "/API/v1/search?q=bash", "/%61pi/v1/search?q=bash", "/api/v1/search/?q=bash", "//api/v1/search?q=bash",
        "/api/v1/reports/{a}", "/api/v1/reports/{a}/trivy", "/api/v1/reports/{a}/trivy?format=sarif", "/api/v1/reports/nonsense",
        "/healthz/../api/v1/search?q=bash", "/healthz/x", "/", "/metrics", "/api", "/anything",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = await _sandbox.OpenAsync();
        await _store.SaveAsync(SampleReports.Vulnerabilities(Image("a"), Found("CVE-2026-1", "bash", "5.0")) with { Documents = [Document("{}")] }, Token);
        _server = await WebServer.StartAsync(
            new WebOptions("http://127.0.0.1:0", ApiToken.Of(Secret)), () => true, () => _store, NullLoggerFactory.Instance, Token);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        await _sandbox.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Request_WithoutToken_IsRefusedWhateverItAsksFor(string path)
    {
        foreach (var method in (string[])["GET", "HEAD", "POST", "OPTIONS"])
        {
            using var answer = await SendAsync(method, path);

            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, $"{method} {path}");
            answer.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer");
            answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
            (await answer.Content.ReadAsStringAsync(Token)).ShouldNotContain("bash");
        }
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer token-of-this-serve")]
    [InlineData("Bearer token-of-this-server2")]
    [InlineData("Bearer Token-of-this-server")]
    [InlineData("Basic token-of-this-server")]
    [InlineData("Bearertoken-of-this-server")]
    [InlineData("token-of-this-server")]
    [InlineData("Bearer wrong", "Bearer token-of-this-server")]
    [InlineData("Bearer token-of-this-server", "Bearer token-of-this-server")]
    public async Task Request_OtherAuthorization_IsRefused(params string[] headers)
    {
        using var answer = await SendAsync("GET", "/api/v1/search?q=bash", headers);

        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer error=\"invalid_token\"");
    }

    [Theory]
    [InlineData("Bearer token-of-this-server")]
    [InlineData("bearer token-of-this-server")]
    [InlineData("BEARER  token-of-this-server")]
    public async Task Request_Token_IsAnswered(string header)
    {
        using var answer = await SendAsync("GET", "/api/v1/search?q=bash", header);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
    }

    [Theory]
    [InlineData("/api/v1/search?q=bash")]
    [InlineData("/api/v1/reports/{a}")]
    [InlineData("/api/v1/reports/{a}/trivy")]
    [InlineData("/api/v1/reports/{a}/trivy?format=sarif")]
    [InlineData("/api/v1/reports/{a}/nobody")]
    [InlineData("/api/v1/reports/nonsense")]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    public async Task Head_HasTheHeadersOfGet(string path)
    {
        using var get = await SendAsync("GET", path, $"Bearer {Secret}");
        using var head = await SendAsync("HEAD", path, $"Bearer {Secret}");

        head.StatusCode.ShouldBe(get.StatusCode);
        head.Content.Headers.ContentLength.ShouldBe(get.Content.Headers.ContentLength);
        head.Content.Headers.ContentType.ShouldBe(get.Content.Headers.ContentType);
        head.Headers.ETag.ShouldBe(get.Headers.ETag);
        (await head.Content.ReadAsByteArrayAsync(Token)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    public async Task Probe_WithoutToken_IsAnswered(string path)
    {
        using var answer = await SendAsync("GET", path);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
    }

    private async Task<HttpResponseMessage> SendAsync(string method, string path, params string[] authorization)
    {
        var url = _server.Urls.Single() + path.Replace("{a}", Image("a").ToString(), StringComparison.Ordinal);
        using var request = new HttpRequestMessage(
            new HttpMethod(method), new Uri(url, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        foreach (var header in authorization) request.Headers.TryAddWithoutValidation("Authorization", header);
        return await _client.SendAsync(request, Token);
    }
}
