using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RegistryOperator.Host.Explanations;
using RegistryOperator.Kubernetes;
using RegistryOperator.Reports;

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
        routes.MapGet("/api/v1/explain/{namespace}/{name}", context => AnswerAsync(context, explain()));

    private static async Task AnswerAsync(HttpContext context, ExplainImage? explain)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        if (explain is null)
        {
            await ReportProblem.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "The operator is not started yet. Ask again.");
            return;
        }

        var key = new ResourceKey((string)context.Request.RouteValues["namespace"]!, (string)context.Request.RouteValues["name"]!);
        try
        {
            var image = AskedImage.Parse(context.Request.Query["image"].ToString());
            if (await explain(key, image, context.RequestAborted) is not { } explanation)
            {
                await ReportProblem.WriteAsync(context, StatusCodes.Status404NotFound, $"There is no Registry {key}.");
                return;
            }

            context.Response.ContentType = "application/json";
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(ExplanationJson.Write([explanation])), context.RequestAborted);
        }
        catch (FormatException invalid)
        {
            await ReportProblem.WriteAsync(context, StatusCodes.Status400BadRequest, invalid.Message);
        }
        catch (ReportStoreException failure) when (!context.Response.HasStarted)
        {
            await ReportProblem.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, failure.Message);
        }
    }
}
