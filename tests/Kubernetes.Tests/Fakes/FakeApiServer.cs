using System.Collections.Concurrent;
using k8s;
using k8s.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RegistryOperator.Kubernetes.Client;

namespace RegistryOperator.Kubernetes.Tests.Fakes;

/// <summary>A request that the fake server got.</summary>
internal sealed record FakeRequest(
    string Method, string Path, IReadOnlyDictionary<string, string> Query, string? MediaType, string Body, string? Authorization);

/// <summary>
/// An API server for the faults that a real one can't be made to show: each request takes the next answer of its kind.
/// A watch without an answer hangs, as one does on a quiet cluster.
/// </summary>
internal sealed class FakeApiServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<IDisposable> _connections = [];

    private FakeApiServer(WebApplication app)
    {
        _app = app;
        app.Run(HandleAsync);
    }

    /// <summary>The answers to lists, in order.</summary>
    public ConcurrentQueue<RequestDelegate> Lists { get; } = new();

    /// <summary>The answers to watches, in order.</summary>
    public ConcurrentQueue<RequestDelegate> Watches { get; } = new();

    /// <summary>The answers to all other requests, in order.</summary>
    public ConcurrentQueue<RequestDelegate> Others { get; } = new();

    public ConcurrentQueue<FakeRequest> Requests { get; } = new();

    public IReadOnlyList<FakeRequest> ListRequests => [.. Requests.Where(request => request.Query.ContainsKey("limit"))];

    public IReadOnlyList<FakeRequest> WatchRequests => [.. Requests.Where(request => request.Query.ContainsKey("watch"))];

    public static async Task<FakeApiServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.Zero);
        var server = new FakeApiServer(builder.Build());
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    /// <summary>A client that is told of every error at once: it does not try again unless asked to.</summary>
    public ResourceClient<Widget> Widgets(
        ClientOptions? options = null, TimeProvider? time = null, ITokenProvider? tokens = null, string? tlsServerName = null) =>
        Connect(options, time, tokens, tlsServerName).Resources(Widget.Type);

    /// <summary>A connection that is told of every error at once, closed with the server.</summary>
    public KubernetesConnection Connect(
        ClientOptions? options = null, TimeProvider? time = null, ITokenProvider? tokens = null, string? tlsServerName = null)
    {
        var configuration = new KubernetesClientConfiguration { Host = _app.Urls.Single(), TokenProvider = tokens, TlsServerName = tlsServerName };
        var connection = new KubernetesConnection(configuration, "test", options ?? new ClientOptions { Retries = 0 }, time);
        _connections.Add(connection);
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections) connection.Dispose();
        await _app.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var request = new FakeRequest(
            context.Request.Method,
            context.Request.Path,
            context.Request.Query.ToDictionary(pair => pair.Key, pair => pair.Value.ToString()),
            context.Request.ContentType,
            await reader.ReadToEndAsync(context.RequestAborted),
            context.Request.Headers.Authorization);
        Requests.Enqueue(request);

        var isWatch = request.Query.ContainsKey("watch");
        var answers = isWatch ? Watches : request.Query.ContainsKey("limit") ? Lists : Others;
        if (!answers.TryDequeue(out var answer))
            answer = isWatch ? Answer.Hang() : throw new InvalidOperationException($"No answer for {request.Method} {context.Request.GetDisplayUrl()}");
        try
        {
            await answer(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client went away.
        }
    }
}
