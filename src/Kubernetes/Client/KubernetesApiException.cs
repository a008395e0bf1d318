using System.Globalization;
using System.Net;
using RegistryOperator.Kubernetes.Resources;

namespace RegistryOperator.Kubernetes.Client;

/// <summary>
/// A request to the API server that failed: what was asked, what the server said. The message is written for the user and holds no credential.
/// </summary>
public sealed class KubernetesApiException : Exception
{
    internal KubernetesApiException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>The HTTP status of the answer; null where there was none.</summary>
    public HttpStatusCode? StatusCode { get; private init; }

    /// <summary>
    /// The server's word for the error, e.g. <c>AlreadyExists</c>
    /// (<see href="https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#response-status-kind"/>).
    /// </summary>
    public string? Reason { get; private init; }

    /// <summary>How long the server asks to wait.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    /// <summary>True where the server does not know the type at all: its CustomResourceDefinition is not installed.</summary>
    public bool IsSchemaMissing { get; private init; }

    /// <summary>True where the resource changed since it was read, or exists already (409).</summary>
    public bool IsConflict => StatusCode == HttpStatusCode.Conflict;

    /// <summary>True where the resource does not exist (404); also where its type does not, see <see cref="IsSchemaMissing"/>.</summary>
    public bool IsNotFound => StatusCode == HttpStatusCode.NotFound;

    /// <summary>True where the right to do it is missing (403).</summary>
    public bool IsForbidden => StatusCode == HttpStatusCode.Forbidden;

    /// <summary>True where the resource version or continue token is too old: list again (410).</summary>
    public bool IsGone => StatusCode == HttpStatusCode.Gone;

    /// <summary>True where the server found the content wrong, such as a JSON patch whose test fails (422).</summary>
    public bool IsInvalid => StatusCode == HttpStatusCode.UnprocessableEntity;

    /// <summary>True where the same request may succeed later without anyone changing anything.</summary>
    public bool IsTransient { get; private init; }

    /// <summary>No answer: name resolution, connection, TLS, or a connection that broke.</summary>
    internal static KubernetesApiException NoAnswer(string operation, Uri server, Exception cause) =>
        new($"Can't {operation}: no answer from the Kubernetes API server {server}: {Innermost(cause)}.", cause) { IsTransient = true };

    /// <summary>The request could not be sent for want of credentials: a token file is gone, an exec plugin failed.</summary>
    internal static KubernetesApiException NoCredentials(string operation, Exception cause) =>
        new($"Can't {operation}: getting credentials for the Kubernetes API server failed: {Innermost(cause)}.", cause);

    /// <summary>The server's answer is not what the protocol says.</summary>
    internal static KubernetesApiException InvalidAnswer(string operation, string what, Exception? cause = null) =>
        new($"Can't {operation}: the Kubernetes API server's answer {what}.", cause);

    /// <summary>An answer that is an error.</summary>
    /// <param name="operation">What was asked, e.g. <c>list secrets in namespace default</c>.</param>
    /// <param name="code">The HTTP status, or the code of an ERROR event.</param>
    /// <param name="status">The server's words; null where it sent none.</param>
    /// <param name="retryAfter">The answer's <c>Retry-After</c>.</param>
    internal static KubernetesApiException Refused(string operation, HttpStatusCode code, Status? status, TimeSpan? retryAfter = null)
    {
        // A path that no type serves is answered by the server's mux, which names no object.
        var schemaMissing = code == HttpStatusCode.NotFound && string.IsNullOrEmpty(status?.Details?.Name);
        var reason = status?.Reason ?? code.ToString();
        var detail = schemaMissing
            ? "the server does not know this type of resource; install its CustomResourceDefinition"
            : status?.Message ?? "the server gave no reason";
        return new KubernetesApiException($"Can't {operation}: {detail} ({((int)code).ToString(CultureInfo.InvariantCulture)} {reason}).")
        {
            StatusCode = code,
            Reason = reason,
            RetryAfter = retryAfter ?? (status?.Details?.RetryAfterSeconds is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : null),
            IsSchemaMissing = schemaMissing,
            IsTransient = code is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError,
        };
    }

    // "An error occurred while sending the request" and "a task was canceled" say nothing; their cause does. A timeout's cause is only that something
    // was cancelled.
    private static string Innermost(Exception exception)
    {
        while (exception is HttpRequestException or IOException or AggregateException or OperationCanceledException && exception.InnerException is { } inner)
            exception = inner;
        return exception.Message.TrimEnd('.');
    }
}
