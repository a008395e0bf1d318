using System.Net;

namespace RegistryOperator.Abstractions.Registries;

/// <summary>Kinds of registry failures that callers handle differently.</summary>
public enum RegistryErrorKind
{
    /// <summary>Anything else.</summary>
    Other,

    /// <summary>No connection: name resolution failed, refused, reset, or broken.</summary>
    Unreachable,

    /// <summary>The TLS handshake failed or the certificate is not trusted.</summary>
    TlsFailure,

    /// <summary>No response within the timeout.</summary>
    TimedOut,

    /// <summary>The registry wants credentials, or refuses those given (401).</summary>
    Unauthorized,

    /// <summary>The credentials are valid but do not grant access to the repository (403).</summary>
    Denied,

    /// <summary>The repository, manifest or blob does not exist (404).</summary>
    NotFound,

    /// <summary>The registry throttles (429) beyond the retries allowed.</summary>
    RateLimited,

    /// <summary>The registry failed (5xx).</summary>
    ServerError,

    /// <summary>The response is larger than the limit.</summary>
    TooLarge,

    /// <summary>The content does not have the digest or size that was promised.</summary>
    DigestMismatch,

    /// <summary>The response violates the protocol: not JSON, truncated, a wrong type.</summary>
    InvalidResponse,

    /// <summary>The manifest is of a kind that is not supported, such as Docker schema 1.</summary>
    Unsupported,

    /// <summary>The request itself is wrong: a repository name or URL that is not valid.</summary>
    InvalidRequest,

    /// <summary>The operator's own policy for outbound requests refuses the address, or to send credentials there; nothing was sent.</summary>
    DestinationRefused,
}

/// <summary>
/// A failed exchange with a registry, in words for the user: what was requested, what the registry said, what to do.
/// Neither the message nor any property contains a secret.
/// </summary>
public sealed class RegistryException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="kind">What went wrong.</param>
    /// <param name="message">One sentence for the user, without a secret.</param>
    /// <param name="innerException">The cause, if any.</param>
    public RegistryException(RegistryErrorKind kind, string message, Exception? innerException = null)
        : base(message, innerException) => Kind = kind;

    /// <summary>What went wrong.</summary>
    public RegistryErrorKind Kind { get; }

    /// <summary>The registry's own error code, e.g. <c>NAME_UNKNOWN</c>
    /// (<see href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes"/>).</summary>
    public string? Code { get; init; }

    /// <summary>The HTTP status of the response.</summary>
    public HttpStatusCode? StatusCode { get; init; }

    /// <summary>The URL requested, without user information or a secret in its query.</summary>
    public Uri? Url { get; init; }

    /// <summary>How long the registry asks to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What the user can do, one sentence.</summary>
    public string? Advice { get; init; }

    /// <summary>True where the same request may succeed later without any change.</summary>
    public bool IsTransient =>
        Kind is RegistryErrorKind.Unreachable or RegistryErrorKind.TimedOut
            or RegistryErrorKind.RateLimited or RegistryErrorKind.ServerError;
}
