using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace RegistryOperator.Host.Web;

/// <summary><c>/healthz</c> (the process lives) and <c>/readyz</c> (it sees its resources), for probes.</summary>
internal static class HealthEndpoints
{
    /// <summary>Starts the server.</summary>
    /// <param name="url">Where it listens, e.g. <c>http://127.0.0.1:8080</c>.</param>
    /// <param name="isReady">Whether the operator is ready.</param>
    /// <param name="loggers">Where the server logs.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="IOException">The address is in use.</exception>
    public static async Task<WebApplication> StartAsync(string url, Func<bool> isReady, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls(url);
        builder.Services.AddSingleton(loggers);
        builder.Services.AddRoutingCore();
        builder.Services.Configure<KestrelServerOptions>(options => options.AddServerHeader = false);

        var app = builder.Build();
        app.MapGet("/healthz", (HttpContext context) => AnswerAsync(context, isHealthy: true));
        app.MapGet("/readyz", (HttpContext context) => AnswerAsync(context, isReady()));
        await app.StartAsync(cancellationToken);
        return app;
    }

    private static Task AnswerAsync(HttpContext context, bool isHealthy)
    {
        context.Response.StatusCode = isHealthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return context.Response.WriteAsync(isHealthy ? "ok\n" : "not ready\n", context.RequestAborted);
    }
}
