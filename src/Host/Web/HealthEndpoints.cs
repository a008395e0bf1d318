using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace RegistryOperator.Host.Web;

/// <summary><c>/healthz</c> (liveness) and <c>/readyz</c> (it receives changes of its resources), for probes.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes, Func<bool> isReady)
    {
        routes.MapRead("/healthz", context => AnswerAsync(context, isHealthy: true)).IsProbe();
        routes.MapRead("/readyz", context => AnswerAsync(context, isReady())).IsProbe();
    }

    private static Task AnswerAsync(HttpContext context, bool isHealthy)
    {
        context.Response.StatusCode = isHealthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return context.WriteTextAsync(isHealthy ? "ok\n" : "not ready\n", "text/plain; charset=utf-8");
    }
}
