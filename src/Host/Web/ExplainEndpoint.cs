using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RegistryOperator.Host.Explanations;
using RegistryOperator.Kubernetes;

namespace RegistryOperator.Host.Web;

/// <summary>Explains an image of a resource; null where there is no such resource.</summary>
internal delegate Task<ImageExplanation?> ExplainImage(ResourceKey resource, AskedImage image, CancellationToken cancellationToken);

/// <summary>
/// <c>/api/v1/explain/{namespace}/{name}?image=</c>: what <c>explain -o json</c> prints, with what the running operator remembers: delays after failures, and
/// open circuit breakers. No registry is asked: a page that is loaded again and again must cost none a request.
/// </summary>
internal static class ExplainEndpoint
{
    /// <param name="routes">Where it is added.</param>
    /// <param name="explain">The operator; null while it is not started.</param>
    public static void MapExplain(this IEndpointRouteBuilder routes, Func<ExplainImage?> explain) =>
        routes.MapRead("/api/v1/explain/{namespace}/{name}", context =>
            context.AnswerAsync(explain(), "The operator is not started yet. Ask again.", AnswerAsync));

    private static async Task AnswerAsync(HttpContext context, ExplainImage explain)
    {
        var key = new ResourceKey((string)context.Request.RouteValues["namespace"]!, (string)context.Request.RouteValues["name"]!);
        var image = AskedImage.Parse(context.Request.Query["image"].ToString());
        if (await explain(key, image, context.RequestAborted) is { } explanation)
            await context.WriteTextAsync(ExplanationJson.Write([explanation]), "application/json");
        else
            await ReportProblem.WriteAsync(context, StatusCodes.Status404NotFound, $"There is no Registry {key}.");
    }
}
