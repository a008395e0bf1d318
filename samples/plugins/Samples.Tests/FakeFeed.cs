using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Samples.Tests;

/// <summary>A service of advisories, which knows the same of every image, and more of it for those who have the better token.</summary>
internal sealed class FakeFeed : IAsyncDisposable
{
    public const string Token = "hunter2-hunter2";
    public const string BetterToken = "correct-horse-battery";

    private const string Known = """{"id":"CVE-2026-2","score":5.0,"package":"zlib","version":"1.2.13","fixedIn":null}""";
    private const string Further = """{"id":"CVE-2026-1","score":9.8,"package":"openssl","version":"3.0.11","fixedIn":"3.0.12"}""";

    private readonly WebApplication _application;

    private FakeFeed(WebApplication application) => _application = application;

    public string Url => _application.Urls.Single();

    /// <summary>What was asked for, in order.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    public static async Task<FakeFeed> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var feed = new FakeFeed(builder.Build());
        feed._application.Run(feed.AnswerAsync);
        await feed._application.StartAsync(cancellationToken);
        return feed;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        Asked.Enqueue(context.Request.Path.Value ?? "");
        switch (context.Request.Headers.Authorization.ToString())
        {
            case $"Bearer {Token}": return context.Response.WriteAsync($"[{Known}]", context.RequestAborted);
            case $"Bearer {BetterToken}": return context.Response.WriteAsync($"[{Further},{Known}]", context.RequestAborted);
            default:
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                return Task.CompletedTask;
        }
    }
}
