using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Web;

/// <summary>What the web server serves.</summary>
/// <param name="Url">Where it listens, e.g. <c>http://127.0.0.1:8080</c>.</param>
/// <param name="Token">What is asked for by all but probes.</param>
internal sealed record WebOptions(string Url, ApiToken Token)
{
    /// <summary>True serves reports also to other machines that have the token. They name what is wrong with private images, and the connection is not
    /// encrypted, so that by default only this machine, or this pod (<c>kubectl port-forward</c>), is answered.</summary>
    public bool SharesReports { get; init; }

    /// <summary>Explains images, to this machine alone; gives null while the operator is not started.</summary>
    public Func<ExplainImage?> Explain { get; init; } = () => null;
}

/// <summary>The operator's web server: probes and reports.</summary>
internal static class WebServer
{
    /// <summary>Starts the server.</summary>
    /// <param name="options">What is served, and where.</param>
    /// <param name="isReady">Whether the operator is ready.</param>
    /// <param name="reports">The reports; null while they can't be read yet.</param>
    /// <param name="loggers">Where the server logs.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="IOException">The address is in use.</exception>
    public static async Task<WebApplication> StartAsync(
        WebOptions options, Func<bool> isReady, Func<IReportStore?> reports, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var app = Build(options, isReady, reports, loggers);
        await app.StartAsync(cancellationToken);
        return app;
    }

    /// <summary>Where a started server listens, by address; all addresses where it listens to a name that is not this machine's own.</summary>
    public static IReadOnlyList<IPEndPoint> ListenersOf(WebApplication server) =>
        [.. server.Urls.Select(BindingAddress.Parse).Where(bound => !bound.IsUnixPipe && !bound.IsNamedPipe).SelectMany(EndPointsOf)];

    /// <summary>The server as <see cref="StartAsync"/> starts it.</summary>
    internal static WebApplication Build(WebOptions options, Func<bool> isReady, Func<IReportStore?> reports, ILoggerFactory loggers)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls(options.Url);
        builder.Services.AddSingleton(loggers);
        builder.Services.AddRoutingCore();
        builder.Services.Configure<KestrelServerOptions>(server => server.AddServerHeader = false);

        var app = builder.Build();
        app.UseRouting();
        app.UseToken(options.Token);
        app.MapHealth(isReady);
        var served = app.MapReports(reports);
        if (!options.SharesReports) served.AddEndpointFilter(LocalRequests.FilterAsync);
        app.MapGroup("").AddEndpointFilter(LocalRequests.FilterNeverSharedAsync).MapExplain(options.Explain);
        return app;
    }

    private static IEnumerable<IPEndPoint> EndPointsOf(BindingAddress bound)
    {
        if (string.Equals(bound.Host, "localhost", StringComparison.OrdinalIgnoreCase))
            return [new IPEndPoint(IPAddress.Loopback, bound.Port), new IPEndPoint(IPAddress.IPv6Loopback, bound.Port)];
        return [new IPEndPoint(IPAddress.TryParse(bound.Host, out var address) ? address : IPAddress.Any, bound.Port)];
    }
}
