using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using RegistryOperator.Host.Decisions;
using RegistryOperator.Host.Explanations;
using RegistryOperator.Host.Web;

namespace RegistryOperator.Host.Tests.Web;

public sealed class ExplainEndpointTests : IAsyncDisposable
{
    private const string Secret = "token-of-this-server";
    private readonly HttpClient _client = new();
    private WebApplication? _server;
    private ExplainImage? _explain = (key, image, _) => Task.FromResult(key.Name == "api"
        ? new ImageExplanation($"{key}", image.Text) { IsChosen = true, Steps = [new DecisionStep("tag", Decision.Pass("Chosen", "The tag is chosen."))] }
        : null);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_server is not null) await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("shop/api?image=team/api:1.0", HttpStatusCode.OK, "\"image\": \"team/api:1.0\"")]
    [InlineData("shop/other?image=1.0", HttpStatusCode.NotFound, "There is no Registry shop/other.")]
    [InlineData("shop/api?image=team/api", HttpStatusCode.BadRequest, "is a repository")]
    [InlineData("shop/api", HttpStatusCode.BadRequest, "names no image")]
    public async Task Explain_Asked_IsAnswered(string path, HttpStatusCode status, string text)
    {
        await StartAsync(IPAddress.Loopback);

        var answer = await GetAsync(path);

        answer.Status.ShouldBe(status);
        answer.Body.ShouldContain(text);
        if (status is HttpStatusCode.OK) ((bool)JsonNode.Parse(answer.Body)![0]!["isChosen"]!).ShouldBeTrue();
    }

    [Fact]
    public async Task Explain_OperatorNotStarted_AsksForPatience()
    {
        _explain = null;
        await StartAsync(IPAddress.Loopback);

        (await GetAsync("shop/api?image=1.0")).Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task Explain_FromElsewhere_IsRefusedAlsoWhereReportsAreShared()
    {
        await StartAsync(IPAddress.Parse("192.0.2.7"));

        var answer = await GetAsync("shop/api?image=1.0");

        answer.Status.ShouldBe(HttpStatusCode.Forbidden);
        answer.Body.ShouldContain("kubectl port-forward");
    }

    private async Task StartAsync(IPAddress from)
    {
        var options = new WebOptions("http://127.0.0.1:0", ApiToken.Of(Secret)) { SharesReports = true, Explain = () => _explain };
        _server = WebServer.Build(options, () => true, () => null, NullLoggerFactory.Instance);
        _server.Use((HttpContext context, RequestDelegate next) =>
        {
            context.Connection.RemoteIpAddress = from;
            return next(context);
        });
        await _server.StartAsync(Token);
    }

    private async Task<(HttpStatusCode Status, string Body)> GetAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{_server!.Urls.First()}/api/v1/explain/{path}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Secret);
        using var answer = await _client.SendAsync(request, Token);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Token));
    }
}
