using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using RegistryOperator.Oci.Network;

namespace RegistryOperator.Oci.Transport;

/// <summary>The proxy that a request goes through, as its failures name it.</summary>
/// <param name="Url">The proxy's URL, without a login.</param>
/// <param name="Variable">The environment variable that names it, or what else does.</param>
/// <param name="HasLogin">True where a login is given for it.</param>
internal sealed record ProxyHop(string Url, string Variable, bool HasLogin)
{
    /// <summary>The proxy of a URL.</summary>
    public static ProxyHop Of(IWebProxy proxies, Uri proxy, Uri url) => new(
        proxy.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped),
        (proxies as EnvironmentProxy)?.VariableFor(url) ?? (url.Scheme == Uri.UriSchemeHttps ? "HTTPS_PROXY" : "HTTP_PROXY"),
        proxies.Credentials?.GetCredential(proxy, "Basic") is not null);
}

/// <summary>A request failed at its proxy, before anything was sent to its server.</summary>
internal sealed partial class ProxyException : HttpRequestException
{
    public ProxyException(ProxyHop proxy, Exception failure)
        : base((failure as HttpRequestException)?.HttpRequestError ?? HttpRequestError.ConnectionError, failure.Message, failure)
    {
        Proxy = proxy;
        IsLate = failure is OperationCanceledException;
        Answer = HttpRequestError is HttpRequestError.ProxyTunnelError ? AnswerOf((HttpRequestException)failure) : null;
    }

    public ProxyHop Proxy { get; }

    /// <summary>True where no connection to it was had in time.</summary>
    public bool IsLate { get; }

    /// <summary>What it answers to <c>CONNECT</c>; null where it does not speak HTTP, or said nothing.</summary>
    public HttpStatusCode? Answer { get; }

    /// <summary>
    /// True for what fails while a connection is made: the only one that is, is to the proxy. What it tells of the server behind it is an answer to
    /// <c>CONNECT</c>; TLS within it is the server's own.
    /// </summary>
    public static bool IsOf(Exception failure) => failure is OperationCanceledException { InnerException: TimeoutException } or HttpRequestException
    {
        HttpRequestError: HttpRequestError.ProxyTunnelError or HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError,
    };

    // .NET has the status in its words alone.
    private static HttpStatusCode? AnswerOf(HttpRequestException failure)
    {
        if (failure.StatusCode is { } known) return known;
        var words = Status().Match(failure.Message);
        return words.Success ? (HttpStatusCode)int.Parse(words.Groups["status"].ValueSpan, CultureInfo.InvariantCulture) : null;
    }

    [GeneratedRegex(@"'(?<status>[1-5]\d\d)'\.?$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Status();
}
