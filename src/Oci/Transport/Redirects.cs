using System.Net;

namespace RegistryOperator.Oci.Transport;

/// <summary>A redirect that is not followed; the message is for the user.</summary>
internal sealed class RedirectException(string message) : Exception(message);

/// <summary>The rules for following a redirect by hand (<see href="https://www.rfc-editor.org/rfc/rfc9110#section-15.4"/>).</summary>
internal static class Redirects
{
    /// <summary>A registry redirects to its storage, which may redirect to a cache; more is a mistake.</summary>
    public const int Maximum = 5;

    public static bool IsRedirect(HttpStatusCode status) => status
        is HttpStatusCode.MovedPermanently
        or HttpStatusCode.Found
        or HttpStatusCode.SeeOther
        or HttpStatusCode.TemporaryRedirect
        or HttpStatusCode.PermanentRedirect;

    /// <summary>The target of a redirect.</summary>
    /// <exception cref="RedirectException">The redirect must not be followed.</exception>
    public static Uri Next(HttpResponseMessage response, Uri current)
    {
        if (!response.Headers.NonValidated.TryGetValues("Location", out var location) || !Uri.TryCreate(current, location.ToString(), out var next))
            throw new RedirectException($"{current.Host} redirects without a valid Location");
        if (next.Scheme is not ("https" or "http")) throw new RedirectException($"{current.Host} redirects to a '{next.Scheme}' URL");
        if (current.Scheme == "https" && next.Scheme == "http")
            throw new RedirectException($"{current.Host} redirects from https to plain http ({next.Host}), which is refused");
        return next;
    }
}
