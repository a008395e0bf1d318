using System.Net;

namespace RegistryOperator.Abstractions.Registries;

/// <summary>What went wrong with a registry, as far as a caller acts differently on it.</summary>
public enum RegistryErrorKind
{
    /// <summary>Anything else.</summary>
    Other,

    /// <summary>No connection: name resolution, refused, reset, broken off.</summary>
    Unreachable,

    /// <summary>The TLS handshake failed or the certificate is not trusted.</summary>
    TlsFailure,

    /// <summary>No answer within the time allowed.</summary>
    TimedOut,

    /// <summary>The registry wants credentials, or refuses those given (401).</summary>
    Unauthorized,

    /// <summary>The credentials are good but the repository is closed to them (403).</summary>
    Denied,

    /// <summary>The repository, manifest or blob does not exist (404).</summary>
    NotFound,

    /// <summary>The registry throttles (429) beyond the retries allowed.</summary>
    RateLimited,

    /// <summary>The registry failed (5xx).</summary>
    ServerError,

    /// <summary>The answer is larger than the limit.</summary>
    TooLarge,

    /// <summary>The content does not have the digest or size that was promised.</summary>
    DigestMismatch,

    /// <summary>The answer is not what the protocol says: not JSON, cut short, a wrong type.</summary>
    InvalidResponse,

    /// <summary>The manifest is of a kind that is not supported, such as Docker schema 1.</summary>
    Unsupported,

    /// <summary>The request itself is wrong: a repository name or URL that is not valid.</summary>
    InvalidRequest,
}

/// <summary>
/// A failed exchange with a registry, told so that a user understands it: what was asked, what the registry said, what to do.
/// Neither the message nor any property holds a secret.
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

    /// <summary>The HTTP status of the answer.</summary>
    public HttpStatusCode? StatusCode { get; init; }

    /// <summary>The URL asked, without user information or a secret in its query.</summary>
    public Uri? Url { get; init; }

    /// <summary>How long the registry asks to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What the user can do, one sentence.</summary>
    public string? Advice { get; init; }

    /// <summary>True where the same request may succeed later without anyone changing anything.</summary>
    public bool IsTransient =>
        Kind is RegistryErrorKind.Unreachable or RegistryErrorKind.TimedOut
            or RegistryErrorKind.RateLimited or RegistryErrorKind.ServerError;
}
