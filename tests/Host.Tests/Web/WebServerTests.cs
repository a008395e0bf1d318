using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging.Abstractions;
using RegistryOperator.Host.Reports;
using RegistryOperator.Host.Tests.Reports;
using RegistryOperator.Host.Web;
using static RegistryOperator.Host.Tests.Reports.ReportSandbox;

namespace RegistryOperator.Host.Tests.Web;

/// <summary>Who is answered, by a real server.</summary>
public sealed class WebServerTests : IAsyncDisposable
{
    private const string Elsewhere = "192.0.2.7";

    private readonly ReportSandbox _sandbox = new();
    private readonly HttpClient _client = new();
    private WebApplication? _server;
    private IPAddress? _from;
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

    private async Task StartAsync(bool sharesReports)
    {
        _store = await _sandbox.OpenAsync();
        await _store.SaveAsync(ReportSandbox.Vulnerabilities(Image("a"), Found("CVE-2026-1", "bash", "5.0")), Token);
        _server = WebServer.Build(new WebOptions("http://127.0.0.1:0") { SharesReports = sharesReports }, () => true, () => _store, NullLoggerFactory.Instance);
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
