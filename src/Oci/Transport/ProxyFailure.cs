using System.Net;
using System.Net.Sockets;
using RegistryOperator.Abstractions.Registries;

namespace RegistryOperator.Oci.Transport;

/// <summary>Explains to the user what failed at a proxy: the registry has not been asked.</summary>
internal static class ProxyFailure
{
    private const string NoProxy = "hosts that are reached without it belong in NO_PROXY.";

    /// <param name="failure">What failed.</param>
    /// <param name="url">What was requested through the proxy.</param>
    public static TransportFailure Of(ProxyException failure, Uri url)
    {
        var (proxy, variable) = ($"the proxy {failure.Proxy.Url}", failure.Proxy.Variable);
        var running = $"Check {variable}, and that the proxy is running; {NoProxy}";
        if (failure.IsLate) return new(RegistryErrorKind.TimedOut, $"no connection to {proxy} within the time allowed for it", running);
        if (failure.Answer is { } answer) return OfAnswer(answer, proxy, failure.Proxy, url);
        if (failure.HttpRequestError is HttpRequestError.ProxyTunnelError)
        {
            var words = TransportFailure.Innermost(failure).Message.TrimEnd('.');
            return new(RegistryErrorKind.Unreachable, $"{proxy} does not connect to {url.Authority} ({words})", $"Check {variable}; {NoProxy}");
        }

        return TransportFailure.Innermost(failure) switch
        {
            SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } =>
                new(RegistryErrorKind.Unreachable, $"the host name of {proxy} is not found", $"Check {variable} and DNS; {NoProxy}"),
            SocketException { SocketErrorCode: SocketError.ConnectionRefused } =>
                new(RegistryErrorKind.Unreachable, $"connection to {proxy} refused", running),
            SocketException { SocketErrorCode: SocketError.NetworkUnreachable or SocketError.HostUnreachable } =>
                new(RegistryErrorKind.Unreachable, $"no route to {proxy}", running),
            var cause => new(RegistryErrorKind.Unreachable, $"no connection to {proxy} ({TransportFailure.WordsOf(cause)})", running),
        };
    }

    /// <summary>What to do where a proxy wants a login.</summary>
    public static string LoginAdvice(string variable) =>
        $"Write a user and a password into {variable}: http://USER:PASSWORD@HOST:PORT, with %40 for an @ in them.";

    private static TransportFailure OfAnswer(HttpStatusCode answer, string proxy, ProxyHop hop, Uri url)
    {
        var (problem, advice) = answer switch
        {
            HttpStatusCode.ProxyAuthenticationRequired when hop.HasLogin =>
                ($"{proxy} refuses the login that {hop.Variable} has", $"Correct it: {LoginAdvice(hop.Variable)}"),
            HttpStatusCode.ProxyAuthenticationRequired => ($"{proxy} asks for a login", LoginAdvice(hop.Variable)),
            >= HttpStatusCode.InternalServerError => ($"{proxy} gets no connection to {url.Authority}", $"Check the registry's URL; {NoProxy}"),
            _ => ($"{proxy} refuses to connect to {url.Authority}", $"Have the proxy allow {url.Authority}; {NoProxy}"),
        };
        return new(RegistryErrorKind.Unreachable, $"{problem} ({(int)answer})", advice) { ProxyAnswer = answer };
    }
}
