using System.Net;
using Microsoft.AspNetCore.Http;

namespace RegistryOperator.Host.Web;

/// <summary>
/// Accepts only requests from this machine, or this pod (<c>kubectl port-forward</c>), that are addressed to a local name. Beside the token, not in its
/// place: a token that was sent over an open network may have been read.
/// </summary>
internal static class LocalRequests
{
    private const string Refusal =
        "Reports are served to this machine only: connect with 'kubectl port-forward' to localhost, or start the operator with --share-reports.";

    private const string RefusalOfExplanations =
        "Explanations are given to this machine only: connect with 'kubectl port-forward' to localhost.";

    /// <summary>A filter for what is never shared.</summary>
    public static ValueTask<object?> FilterNeverSharedAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next) =>
        FilterAsync(invocation, next, RefusalOfExplanations);

    /// <summary>A filter of endpoints, not of paths: a path has many spellings that lead to the same endpoint.</summary>
    public static ValueTask<object?> FilterAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next) =>
        FilterAsync(invocation, next, Refusal);

    private static async ValueTask<object?> FilterAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next, string refusal)
    {
        var context = invocation.HttpContext;
        if (IsLocal(context.Connection.RemoteIpAddress) && IsLocalName(context.Request.Host.Host)) return await next(invocation);
        await ReportProblem.WriteAsync(context, StatusCodes.Status403Forbidden, refusal);
        return Results.Empty;
    }

    private static bool IsLocal(IPAddress? address) => address is not null && IPAddress.IsLoopback(address);

    /// <summary>A page whose name resolves to this machine (DNS rebinding) makes a browser connect from here, but under that name.</summary>
    private static bool IsLocalName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
