using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace RegistryOperator.Host.Web;

/// <summary>
/// Lets nobody but who has the token have an answer, wherever the request comes from: other users of the machine, other containers of a pod and pages
/// in a browser connect from here, too. Probes alone need none.
/// </summary>
internal static class ApiAccess
{
    private const string Scheme = "Bearer";

    private const string Refusal =
        "A token is needed: send 'Authorization: Bearer TOKEN' with the content of api.token in the operator's data directory, or of its --api-token-file.";

    /// <summary>Marks an endpoint as a probe.</summary>
    public static IEndpointConventionBuilder IsProbe(this IEndpointConventionBuilder endpoint) => endpoint.WithMetadata(new ProbeMark());

    /// <summary>Guards all but probes. To be called after routing, whose choice it asks: a path has many spellings.</summary>
    public static void UseToken(this IApplicationBuilder app, ApiToken token) => app.Use(async (context, next) =>
    {
        // Of every answer, refusals included: no cache on the way may keep what is for one reader.
        context.Response.Headers.CacheControl = "no-store";
        if (context.GetEndpoint()?.Metadata.GetMetadata<ProbeMark>() is not null)
        {
            await next(context);
            return;
        }

        var (isThere, isRight) = Check(context.Request, token);
        if (isRight)
        {
            await next(context);
            return;
        }

        // https://www.rfc-editor.org/rfc/rfc6750#section-3
        context.Response.Headers[HeaderNames.WWWAuthenticate] = isThere ? $"{Scheme} error=\"invalid_token\"" : Scheme;
        await ReportProblem.WriteAsync(context, StatusCodes.Status401Unauthorized, Refusal);
    });

    private static (bool IsThere, bool IsRight) Check(HttpRequest request, ApiToken token)
    {
        // Of several headers none is believed: a proxy on the way may have looked at another.
        if (request.Headers.Authorization is not [{ } header]) return (request.Headers.Authorization.Count > 0, false);
        return header.StartsWith(Scheme + " ", StringComparison.OrdinalIgnoreCase)
            ? (true, token.Matches(header[(Scheme.Length + 1)..].Trim(' ')))
            : (true, false);
    }

    private sealed class ProbeMark;
}
