using RegistryOperator.Abstractions.Registries;

namespace RegistryOperator.Abstractions.Scanning;

/// <summary>Why an image has no result: the reasons that a status shows.</summary>
public static class ScanReasons
{
    /// <summary>The tag names an artifact that is no container image.</summary>
    public const string NotAnImage = nameof(NotAnImage);

    /// <summary>The manifest is of a kind that is not supported, such as Docker schema 1.</summary>
    public const string UnsupportedManifest = nameof(UnsupportedManifest);

    /// <summary>The resource's filter leaves the tag out.</summary>
    public const string Filtered = nameof(Filtered);

    /// <summary>The process ran out of memory.</summary>
    public const string OutOfMemory = nameof(OutOfMemory);

    /// <summary>The scanner's tool or database is missing.</summary>
    public const string ScannerUnavailable = nameof(ScannerUnavailable);

    /// <summary>No response within the timeout.</summary>
    public const string TimedOut = nameof(TimedOut);

    /// <summary>Credentials are missing or refused.</summary>
    public const string Unauthorized = nameof(Unauthorized);

    /// <summary>The registry throttles.</summary>
    public const string RateLimited = nameof(RateLimited);

    /// <summary>The image or its documents are larger than the limit.</summary>
    public const string TooLarge = nameof(TooLarge);

    /// <summary>The manifest or a part of it does not exist.</summary>
    public const string NotFound = nameof(NotFound);

    /// <summary>The content is not what its digest or media type promises.</summary>
    public const string InvalidContent = nameof(InvalidContent);

    /// <summary>The registry can't be reached or fails.</summary>
    public const string RegistryUnavailable = nameof(RegistryUnavailable);

    /// <summary>The operator's policy for outbound requests does not allow the address; the message names the setting that does.</summary>
    public const string DestinationRefused = nameof(DestinationRefused);

    /// <summary>A scanner compares workloads, and it is not known which run; the message says why.</summary>
    public const string WorkloadsUnknown = nameof(WorkloadsUnknown);

    /// <summary>Anything else; the message says what.</summary>
    public const string Failed = nameof(Failed);

    /// <summary>The reason for a failure of the registry.</summary>
    public static string Of(RegistryErrorKind kind) => kind switch
    {
        RegistryErrorKind.Unauthorized or RegistryErrorKind.Denied => Unauthorized,
        RegistryErrorKind.NotFound => NotFound,
        RegistryErrorKind.RateLimited => RateLimited,
        RegistryErrorKind.TimedOut => TimedOut,
        RegistryErrorKind.TooLarge => TooLarge,
        RegistryErrorKind.DigestMismatch or RegistryErrorKind.InvalidResponse => InvalidContent,
        RegistryErrorKind.Unsupported => UnsupportedManifest,
        RegistryErrorKind.DestinationRefused => DestinationRefused,
        RegistryErrorKind.Unreachable or RegistryErrorKind.TlsFailure or RegistryErrorKind.ServerError => RegistryUnavailable,
        _ => Failed,
    };
}

/// <summary>A scan without a result, with the reason the user reads.</summary>
/// <param name="reason">One of <see cref="ScanReasons"/>, or a word of the scanner's own in the same form.</param>
/// <param name="message">One sentence, without a secret.</param>
/// <param name="innerException">The cause, if any.</param>
public sealed class ScanException(string reason, string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>Why there is no result, in one word.</summary>
    public string Reason { get; } = reason;

    /// <summary>The exception for a scan that a registry failure ended: its reason, its message and its advice.</summary>
    public static ScanException From(RegistryException failure) => new(
        ScanReasons.Of(failure.Kind),
        failure.Advice is { Length: > 0 } advice ? $"{failure.Message.TrimEnd('.')}. {advice}" : failure.Message,
        failure);
}
