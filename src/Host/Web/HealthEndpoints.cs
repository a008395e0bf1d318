using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace RegistryOperator.Host.Web;

/// <summary><c>/healthz</c> (liveness) and <c>/readyz</c> (it receives changes of its resources), for probes.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes, Func<bool> isReady)
    {
        routes.MapGet("/healthz", (HttpContext context) => AnswerAsync(context, isHealthy: true));
        routes.MapGet("/readyz", (HttpContext context) => AnswerAsync(context, isReady()));
    }

    private static Task AnswerAsync(HttpContext context, bool isHealthy)
    {
        context.Response.StatusCode = isHealthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return context.Response.WriteAsync(isHealthy ? "ok\n" : "not ready\n", context.RequestAborted);
    }
}
