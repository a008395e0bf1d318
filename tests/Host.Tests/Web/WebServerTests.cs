using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using NSubstitute.ExceptionExtensions;
using RegistryOperator.Host.Explanations;
using RegistryOperator.Host.Web;
using RegistryOperator.Kubernetes;
using RegistryOperator.Reports;
using RegistryOperator.Tests.ReportStores;
using static RegistryOperator.Tests.ReportStores.SampleReports;

namespace RegistryOperator.Host.Tests.Web;

/// <summary>Who is answered, by a real server.</summary>
public sealed class WebServerTests : IAsyncDisposable
{
    private const string Elsewhere = "192.0.2.7";
    private const string Secret = "token-of-this-server";

    private readonly ReportSandbox _sandbox = new();
    private readonly HttpClient _client = new() { DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", Secret) } };
    private WebApplication? _server;
    private IPAddress? _from;
    private bool _isReady = true;
    private IReportStore? _store;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_server is not null) await _server.DisposeAsync();
        await _sandbox.DisposeAsync();
    }

    [Theory]
    [InlineData("/api/v1/search?q=bash")]
    [InlineData("/API/v1/search?q=bash")]
    [InlineData("/Api/V1/Search?q=bash")]
    [InlineData("/api/v1/search/?q=bash")]
    [InlineData("/%61pi/v1/%73earch?q=bash")]
    [InlineData("/api/v1/reports/{a}")]
    [InlineData("/API/V1/REPORTS/{a}")]
    [InlineData("/api/v1/reports/{a}/trivy?format=sarif")]
    [InlineData("/aPI/v1/reports/{a}/trivy?format=sarif")]
    public async Task Reports_FromElsewhere_AreRefusedHoweverThePathIsSpelled(string path)
    {
        await StartAsync(sharesReports: false);
        (await GetAsync(path)).Status.ShouldBe(HttpStatusCode.OK);

        _from = IPAddress.Parse(Elsewhere);
        var (status, body) = await GetAsync(path);

        status.ShouldBe(HttpStatusCode.Forbidden);
        body.ShouldContain("--share-reports");
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.8.9.10", true)]
    [InlineData("::1", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData(Elsewhere, false)]
    [InlineData("10.0.0.1", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("::ffff:192.0.2.7", false)]
    public async Task Reports_Address_IsAnsweredFromThisMachineOnly(string address, bool isAnswered)
    {
        await StartAsync(sharesReports: false);

        _from = IPAddress.Parse(address);

        (await GetAsync("/api/v1/search?q=bash")).Status.ShouldBe(isAnswered ? HttpStatusCode.OK : HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("LocalHost:9000", true)]
    [InlineData("127.0.0.1:8080", true)]
    [InlineData("127.1.2.3", true)]
    [InlineData("[::1]", true)]
    [InlineData("[::1]:8080", true)]
    [InlineData("rebound.example.com", false)]
    [InlineData("rebound.example.com:8080", false)]
    [InlineData("localhost.example.com", false)]
    [InlineData("127.0.0.1.example.com", false)]
    [InlineData("192.0.2.7:8080", false)]
    [InlineData("[2001:db8::1]", false)]
    [InlineData("operator.registry-operator.svc", false)]
    public async Task Reports_HostThatWasAsked_IsANameOfThisMachineOnly(string host, bool isAnswered)
    {
        await StartAsync(sharesReports: false);

        var (status, body) = await GetAsync("/api/v1/search?q=bash", host);

        status.ShouldBe(isAnswered ? HttpStatusCode.OK : HttpStatusCode.Forbidden);
        if (!isAnswered) body.ShouldContain("--share-reports");
    }

    [Fact]
    public async Task Reports_Shared_AreForEveryoneByAnyName()
    {
        await StartAsync(sharesReports: true);

        _from = IPAddress.Parse(Elsewhere);

        (await GetAsync("/api/v1/search?q=bash", "operator.example.com")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Health_FromElsewhere_IsAnswered()
    {
        await StartAsync(sharesReports: false);

        _from = IPAddress.Parse(Elsewhere);

        (await GetAsync("/healthz", "10.1.2.3:8080")).ShouldBe((HttpStatusCode.OK, "ok\n"));
        (await GetAsync("/readyz", "10.1.2.3:8080")).ShouldBe((HttpStatusCode.OK, "ok\n"));
    }

    [Theory]
    [InlineData("/api/v1/search?q=bash")]
    [InlineData("/api/v1/reports/{a}")]
    [InlineData("/api/v1/reports/{a}/trivy?format=sarif")]
    public async Task Reports_StoreNotOpenYet_AreUnavailableUntilItIs(string path)
    {
        await StartAsync(sharesReports: false);
        (var store, _store) = (_store, null);

        var (status, body) = await GetAsync(path);
        status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        body.ShouldContain("not open yet");
        (await GetAsync("/healthz")).Status.ShouldBe(HttpStatusCode.OK);

        _store = store;
        (await GetAsync(path)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Health_NotReady_SaysSoToReadinessProbesOnly()
    {
        await StartAsync(sharesReports: false);
        _isReady = false;

        (await GetAsync("/readyz")).ShouldBe((HttpStatusCode.ServiceUnavailable, "not ready\n"));
        (await GetAsync("/healthz")).ShouldBe((HttpStatusCode.OK, "ok\n"));

        _isReady = true;
        (await GetAsync("/readyz")).ShouldBe((HttpStatusCode.OK, "ok\n"));
    }

    [Theory]
    [InlineData("POST", "/healthz", 405)]
    [InlineData("POST", "/readyz", 405)]
    [InlineData("GET", "/", 404)]
    [InlineData("GET", "/metrics", 404)]
    [InlineData("GET", "/api/v1", 404)]
    [InlineData("GET", "/api/v1/reports", 404)]
    public async Task Server_AnythingElse_IsRefused(string method, string path, int status)
    {
        await StartAsync(sharesReports: true);
        using var request = new HttpRequestMessage(new HttpMethod(method), _server!.Urls.Single() + path);

        using var response = await _client.SendAsync(request, Token);

        ((int)response.StatusCode).ShouldBe(status);
    }

    /// <summary>https://www.rfc-editor.org/rfc/rfc9110#section-9.3.2</summary>
    [Theory]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    [InlineData("/api/v1/search?q=bash")]
    [InlineData("/api/v1/reports/{a}")]
    [InlineData("/api/v1/reports/{a}/trivy?format=sarif")]
    [InlineData("/api/v1/reports/{a}/nobody")]
    [InlineData("/api/v1/explain/shop/api?image=1.0")]
    [InlineData("/api/v1/explain/shop/other?image=1.0")]
    [InlineData("/api/v1/explain/shop/api?image=")]
    public async Task Server_Head_IsAnsweredAsGetWithoutABody(string path)
    {
        await StartAsync(sharesReports: true);
        var url = _server!.Urls.Single() + path.Replace("{a}", Image("a").ToString(), StringComparison.Ordinal);
        using var head = new HttpRequestMessage(HttpMethod.Head, url);

        using var answer = await _client.SendAsync(head, Token);
        using var get = await _client.GetAsync(url, Token);

        answer.StatusCode.ShouldBe(get.StatusCode);
        answer.Content.Headers.ContentType.ShouldBe(get.Content.Headers.ContentType);
        answer.Content.Headers.ContentLength.ShouldBe(get.Content.Headers.ContentLength);
        (await answer.Content.ReadAsStringAsync(Token)).ShouldBe("");
        (await get.Content.ReadAsStringAsync(Token)).ShouldNotBe("");
    }

    [Fact]
    public async Task Server_Answer_DoesNotTellWhatItRunsOn()
    {
        await StartAsync(sharesReports: true);

        using var response = await _client.GetAsync(_server!.Urls.Single() + "/healthz", Token);

        response.Headers.Contains("Server").ShouldBeFalse();
    }

    [Fact]
    public async Task StartAsync_AddressInUse_FailsAtOnce()
    {
        await StartAsync(sharesReports: true);

        await Should.ThrowAsync<IOException>(() => WebServer.StartAsync(
            new WebOptions(_server!.Urls.Single(), ApiToken.Of(Secret)), () => true, () => _store, NullLoggerFactory.Instance, Token));
    }

    [Fact]
    public async Task StartAsync_ByDefault_ServesReportsToThisMachineOnly()
    {
        _store = await _sandbox.OpenAsync();
        var options = new WebOptions("http://127.0.0.1:0", ApiToken.Of(Secret));
        _server = await WebServer.StartAsync(options, () => true, () => _store, NullLoggerFactory.Instance, Token);

        (await GetAsync("/api/v1/search?q=bash")).Status.ShouldBe(HttpStatusCode.OK);
        (await GetAsync("/api/v1/search?q=bash", "operator.example.com")).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task FilterAsync_ClientWithoutAnAddress_IsRefused()
    {
        var context = new DefaultHttpContext { Request = { Host = new HostString("localhost") } };

        await LocalRequests.FilterAsync(EndpointFilterInvocationContext.Create(context), _ => throw new InvalidOperationException("It was let in."));

        context.Response.StatusCode.ShouldBe(StatusCodes.Status403Forbidden);
    }

    [Theory]
    [InlineData("/api/v1/reports/{a}", 503)]
    [InlineData("/api/v1/reports/{a}/trivy", 503)]
    [InlineData("/api/v1/search?q=bash", 503)]
    public async Task Reports_StoreThatFails_IsUnavailableWithItsReason(string path, int status)
    {
        await StartAsync(sharesReports: true);
        var failing = Substitute.For<IReportStore>();
        failing.FindImagesAsync(default!, Token).ThrowsAsyncForAnyArgs(new ReportStoreException("The disk is full: free space."));
        failing.FindPackageAsync(default!, default, Token).ThrowsAsyncForAnyArgs(new ReportStoreException("The disk is full: free space."));
        _store = failing;

        var (actual, body) = await GetAsync(path);

        ((int)actual).ShouldBe(status);
        body.ShouldContain("The disk is full: free space.");
        body.ShouldContain("Service Unavailable");
    }

    [Fact]
    public async Task Document_ReplacedWhileItIsAsked_SaysToAskAgain()
    {
        await StartAsync(sharesReports: true);
        var store = Substitute.For<IReportStore>();
        var report = SampleReports.Vulnerabilities(Image("a")).Report;
        store.FindImagesAsync(default!, Token).ReturnsForAnyArgs([]);
        store.FindUsedAsync(default!, Token).ReturnsForAnyArgs([new UsedReport(report, [])]);
        store.ListDocumentsAsync(default!, Token).ReturnsForAnyArgs([new StoredDocument(Image("document"), "application/json", 3)]);
        store.ReadStoredDocumentAsync(default!, Token).ReturnsForAnyArgs((ReadOnlyMemory<byte>?)null);
        _store = store;

        var (status, body) = await GetAsync("/api/v1/reports/{a}/trivy");

        status.ShouldBe(HttpStatusCode.NotFound);
        body.ShouldContain("replaced meanwhile");
    }

    private static Task<ImageExplanation?> ExplainAsync(ResourceKey resource, AskedImage image, CancellationToken cancellationToken) =>
        Task.FromResult(resource.Name == "api" ? new ImageExplanation($"{resource}", image.Text) { Steps = [] } : null);

    private async Task StartAsync(bool sharesReports)
    {
        _store = await _sandbox.OpenAsync();
        await _store.SaveAsync(SampleReports.Vulnerabilities(Image("a"), Found("CVE-2026-1", "bash", "5.0")), Token);
        _server = WebServer.Build(
            new WebOptions("http://127.0.0.1:0", ApiToken.Of(Secret)) { SharesReports = sharesReports, Explain = () => ExplainAsync },
            () => _isReady,
            () => _store,
            NullLoggerFactory.Instance);
        // Stands for the network: a test can't connect from another machine.
        _server.Use((context, next) =>
        {
            if (_from is not null) context.Connection.RemoteIpAddress = _from;
            return next(context);
        });
        await _server.StartAsync(Token);
    }

    private async Task<(HttpStatusCode Status, string Body)> GetAsync(string path, string? host = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _server!.Urls.Single() + path.Replace("{a}", Image("a").ToString()));
        request.Headers.Host = host;
        using var response = await _client.SendAsync(request, Token);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Token));
    }
}
