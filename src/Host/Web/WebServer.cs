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
internal sealed record WebOptions(string Url)
{
    /// <summary>True serves reports to everyone who can connect. They name what is wrong with private images, so that by default only this
    /// machine, or this pod (<c>kubectl port-forward</c>), is answered.</summary>
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

    /// <summary>The server as <see cref="StartAsync"/> starts it.</summary>
    internal static WebApplication Build(WebOptions options, Func<bool> isReady, Func<IReportStore?> reports, ILoggerFactory loggers)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls(options.Url);
        builder.Services.AddSingleton(loggers);
        builder.Services.AddRoutingCore();
        builder.Services.Configure<KestrelServerOptions>(server => server.AddServerHeader = false);

        var app = builder.Build();
        app.MapHealth(isReady);
        var served = app.MapReports(reports);
        if (!options.SharesReports) served.AddEndpointFilter(LocalRequests.FilterAsync);
        app.MapGroup("").AddEndpointFilter(LocalRequests.FilterNeverSharedAsync).MapExplain(options.Explain);
        return app;
    }
}
