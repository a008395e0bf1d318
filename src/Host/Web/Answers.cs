using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Web;

/// <summary>Answers that are the same for GET and HEAD, but for the body (<see href="https://www.rfc-editor.org/rfc/rfc9110#section-9.3.2"/>).</summary>
internal static class Answers
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static IEndpointConventionBuilder MapRead(this IEndpointRouteBuilder routes, string pattern, RequestDelegate answer) =>
        routes.MapMethods(pattern, Methods, answer);

    /// <summary>Answers from something that is there once the operator is started; what can't be answered is a problem with its status.</summary>
    /// <param name="context">The request.</param>
    /// <param name="source">What answers; null where it is not there yet.</param>
    /// <param name="missing">The sentence for that.</param>
    /// <param name="answer">Answers. Throws <see cref="FormatException"/> for a request that means nothing.</param>
    public static async Task AnswerAsync<T>(this HttpContext context, T? source, string missing, Func<HttpContext, T, Task> answer)
        where T : class
    {
        // Content comes from images and registries, and is untrusted: a browser must not render it as a page.
        context.Response.Headers.XContentTypeOptions = "nosniff";
        if (source is null)
        {
            await ReportProblem.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, missing);
            return;
        }

        try
        {
            await answer(context, source);
        }
        catch (FormatException invalid) when (!context.Response.HasStarted)
        {
            await ReportProblem.WriteAsync(context, StatusCodes.Status400BadRequest, invalid.Message);
        }
        catch (ReportStoreException failure) when (!context.Response.HasStarted)
        {
            await ReportProblem.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, failure.Message);
        }
    }

    /// <summary>Sends a text with its length; the server leaves the body out where a HEAD asks.</summary>
    public static async Task WriteTextAsync(this HttpContext context, string text, string contentType)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        context.Response.ContentType = contentType;
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }
}
