using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Network;

namespace RegistryOperator.Oci.Transport;

/// <summary>Explains an exception of the network or of a parser to the user.</summary>
internal sealed record TransportFailure(RegistryErrorKind Kind, string Problem, string? Advice = null)
{
    private const string CutShort = "the connection was closed before the answer was complete";
    private const string CertificateAdvice = "Name a Secret with a certificate that it trusts, and its key, in spec.clientCertificateSecret.";
    private const string NotHttp = "the answer is not valid HTTP";

    public TimeSpan? RetryAfter { get; private init; }

    /// <summary>What the proxy answered; null where it is not the proxy that refuses.</summary>
    public HttpStatusCode? ProxyAnswer { get; init; }

    /// <summary>
    /// The explanation of <paramref name="exception"/>; null where it is not of the network. The caller's own cancellation is handled before.
    /// </summary>
    /// <param name="exception">The exception. Its type does not tell why something was cancelled.</param>
    /// <param name="url">The URL of the request.</param>
    /// <param name="exceeded">The timeout, where it has elapsed.</param>
    /// <param name="isRegistry">True for the registry's own origin, false for where its answers lead.</param>
    public static TransportFailure? From(Exception exception, Uri url, TimeSpan? exceeded, bool isRegistry) => exception switch
    {
        // A connection that is closed during a request may throw any of these.
        OperationCanceledException or HttpRequestException or IOException when exceeded is { } timeout => new(
            RegistryErrorKind.TimedOut,
            $"no complete answer within {timeout.TotalSeconds:0.###} s",
            "Raise the timeout if the registry is known to be slow."),
        ProxyException e => ProxyFailure.Of(e, url),
        OperationCanceledException { InnerException: TimeoutException } => new(
            RegistryErrorKind.TimedOut,
            $"no connection to {url.Authority} within the time allowed for it",
            "Check the registry's URL, network policies and the proxy settings."),
        OperationCanceledException e => new(RegistryErrorKind.Unreachable, $"the connection was given up ({e.Message})"),
        OutboundRefusedException e => Refused(e),
        BodyTooLargeException e => new(RegistryErrorKind.TooLarge, TooLarge(e)),
        HostPausedException e => Paused(e.Remaining),
        AllowanceUsedException e => Used(e),
        RedirectException e => new(RegistryErrorKind.InvalidResponse, e.Message),
        JsonException => new(
            RegistryErrorKind.InvalidResponse,
            "the answer is not the JSON that the protocol asks for",
            "Check that the URL is a registry's and not a web page's."),
        HttpRequestException or IOException when AsksForCertificate(exception) => new(
            RegistryErrorKind.TlsFailure,
            $"{url.Authority} asks for a client certificate, and takes none that it was shown",
            CertificateAdvice),
        UncertifiedException e when IsAfterTrust(e) => Uncertified(FromHttp(e, url, isRegistry)),
        InvalidDataException => new(
            RegistryErrorKind.InvalidResponse,
            "the answer is not compressed as its header says",
            "Check the proxy before the registry: nothing asks it to compress."),
        HttpRequestException e => FromHttp(e, url, isRegistry),
        HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } or EndOfStreamException => new(RegistryErrorKind.Unreachable, CutShort),
        HttpIOException { HttpRequestError: HttpRequestError.InvalidResponse } => new(RegistryErrorKind.InvalidResponse, NotHttp),
        IOException e => new(RegistryErrorKind.Unreachable, $"the connection broke ({WordsOf(Innermost(e))})"),
        _ => null,
    };

    private static TransportFailure FromHttp(HttpRequestException exception, Uri url, bool isRegistry)
    {
        var cause = Innermost(exception);
        if (cause is OutboundRefusedException refusal) return Refused(refusal);
        if (exception.HttpRequestError == HttpRequestError.SecureConnectionError || cause is AuthenticationException) return FromTls(cause, url, isRegistry);
        if (cause is SocketException socket) return FromSocket(socket.SocketErrorCode, url);
        return exception.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => NameNotFound(url),
            HttpRequestError.ResponseEnded => new(RegistryErrorKind.Unreachable, CutShort),
            HttpRequestError.InvalidResponse => new(RegistryErrorKind.InvalidResponse, NotHttp, "Check the URL's scheme: the server may want https."),
            HttpRequestError.ProxyTunnelError => new(
                RegistryErrorKind.Unreachable, $"the proxy does not connect to {url.Authority}", "Check HTTPS_PROXY and NO_PROXY."),
            _ => new(RegistryErrorKind.Unreachable, $"no connection to {url.Authority} ({WordsOf(cause)})"),
        };
    }

    private static TransportFailure FromSocket(SocketError error, Uri url) => error switch
    {
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => NameNotFound(url),
        SocketError.ConnectionRefused => new(
            RegistryErrorKind.Unreachable, $"connection to {url.Authority} refused", "Check the registry's URL and port, and that it is running."),
        SocketError.NetworkUnreachable or SocketError.HostUnreachable => new(
            RegistryErrorKind.Unreachable, $"no route to {url.Authority}", "Check network policies and the proxy settings."),
        _ => new(RegistryErrorKind.Unreachable, $"the connection to {url.Authority} broke ({error})"),
    };

    private static TransportFailure FromTls(Exception cause, Uri url, bool isRegistry)
    {
        // A plain HTTP server is recognized only by the first bytes of its answer, which OpenSSL or SslStream put into the message.
        var words = cause.Message;
        if (words.Contains("frame", StringComparison.OrdinalIgnoreCase) || words.Contains("wrong version number", StringComparison.OrdinalIgnoreCase))
            return new(RegistryErrorKind.TlsFailure, $"{url.Authority} does not speak TLS", "If the registry serves plain HTTP, write http:// in its URL.");

        var advice = (isRegistry, cause) switch
        {
            (true, CertificateNameException) => "Write a name that it is for in spec.url. No authority in spec.caSecret helps, "
                + "and with spec.insecureSkipVerify: true any certificate is taken.",
            (true, _) => "Name a Secret with the certificate authority that issued the certificate in spec.caSecret, or set spec.insecureSkipVerify: true.",
            _ => "spec.caSecret and spec.insecureSkipVerify are for the registry's own URL alone: add the authority to the operator's trusted ones.",
        };
        return new(RegistryErrorKind.TlsFailure, $"no TLS connection to {url.Authority}: {cause.Message.TrimEnd('.')}", advice);
    }

    // By the alert, which with TLS 1.3 comes after the handshake, with the first answer (RFC 8446, 6.2).
    private static bool AsksForCertificate(Exception exception) =>
        Innermost(exception).Message is var words
        && (words.Contains("alert certificate required", StringComparison.Ordinal) || words.Contains("alert unknown ca", StringComparison.Ordinal));

    /// <summary>True where the connection stood, and its server was trusted: what fails then may be for want of a certificate.</summary>
    private static bool IsAfterTrust(UncertifiedException exception) =>
        exception.HttpRequestError is not (HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.ProxyTunnelError)
        && Innermost(exception) is not (AuthenticationException or OutboundRefusedException);

    // It need not require what it asks for: how the request failed is told, too.
    private static TransportFailure Uncertified(TransportFailure failure) => failure with
    {
        Problem = $"{failure.Problem}; the server asks for a client certificate, and there is none to show",
        Advice = CertificateAdvice,
    };

    private static TransportFailure Refused(OutboundRefusedException refusal) =>
        new(RegistryErrorKind.DestinationRefused, refusal.Message, refusal.Advice);

    private static TransportFailure Paused(TimeSpan remaining) =>
        new(RegistryErrorKind.RateLimited, $"the registry asked for a pause, of which {remaining.TotalSeconds:0} s are left") { RetryAfter = remaining };

    private static TransportFailure Used(AllowanceUsedException e) => new(
        RegistryErrorKind.RateLimited,
        $"the registry allows {e.Allowance}, and none is left; the next is asked for in {Math.Ceiling(e.Continues.TotalMinutes):0} min",
        "Registries often allow more to users with credentials; a mirror, longer intervals or a lower limit of tags cost less.")
    {
        RetryAfter = e.Continues,
    };

    private static TransportFailure NameNotFound(Uri url) =>
        new(RegistryErrorKind.Unreachable, $"host name '{url.Host}' not found", "Check the registry's URL and DNS.");

    private static string TooLarge(BodyTooLargeException e) =>
        e.Announced is { } announced
            ? $"the answer has {announced} bytes, more than the limit of {e.Limit}"
            : $"the answer is larger than the limit of {e.Limit} bytes";

    // The stream was closed while it was read or written: a server that refuses a client's certificate may just close.
    public static string WordsOf(Exception cause) => cause is ObjectDisposedException ? "the server closed it" : cause.Message;

    public static Exception Innermost(Exception exception)
    {
        while (exception.InnerException is { } inner) exception = inner;
        return exception;
    }
}
