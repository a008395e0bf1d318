using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace RegistryOperator.Host.Web;

/// <summary>Answers that are the same for GET and HEAD, but for the body (<see href="https://www.rfc-editor.org/rfc/rfc9110#section-9.3.2"/>).</summary>
internal static class Answers
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static IEndpointConventionBuilder MapRead(this IEndpointRouteBuilder routes, string pattern, RequestDelegate answer) =>
        routes.MapMethods(pattern, Methods, answer);

    /// <summary>Sends a text with its length; the server leaves the body out where a HEAD asks.</summary>
    public static async Task WriteTextAsync(this HttpContext context, string text, string contentType)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        context.Response.ContentType = contentType;
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }
}
