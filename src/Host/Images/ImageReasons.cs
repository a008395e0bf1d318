using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;

namespace RegistryOperator.Host.Images;

/// <summary>The word by which a registry's failure stands in the status.</summary>
internal static class ImageReasons
{
    public static string Of(RegistryErrorKind kind) => kind switch
    {
        RegistryErrorKind.Unauthorized or RegistryErrorKind.Denied => ScanReasons.Unauthorized,
        RegistryErrorKind.NotFound => ScanReasons.NotFound,
        RegistryErrorKind.RateLimited => ScanReasons.RateLimited,
        RegistryErrorKind.TimedOut => ScanReasons.TimedOut,
        RegistryErrorKind.TooLarge => ScanReasons.TooLarge,
        RegistryErrorKind.DigestMismatch or RegistryErrorKind.InvalidResponse => ScanReasons.InvalidContent,
        RegistryErrorKind.Unsupported => ScanReasons.UnsupportedManifest,
        RegistryErrorKind.Unreachable or RegistryErrorKind.TlsFailure or RegistryErrorKind.ServerError => ScanReasons.RegistryUnavailable,
        _ => ScanReasons.Failed,
    };
}
