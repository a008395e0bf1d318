using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Host.Registry.Status;

namespace RegistryOperator.Host.Kinds.Vulnerabilities;

/// <summary>What the status of an image says for who is interested in a severity.</summary>
internal static class SeverityRating
{
    /// <summary>Vulnerabilities of the severity, or of a higher one.</summary>
    public static int CountFrom(Severity severity, VulnerabilitiesStatus? found) => found is null ? 0 : new SeverityCounts
    {
        Critical = found.Critical ?? 0,
        High = found.High ?? 0,
        Medium = found.Medium ?? 0,
        Low = found.Low ?? 0,
        Unknown = found.Unknown ?? 0,
    }.From(severity).Total;

    /// <summary>Why an image, or one of its platforms, has no current result; null where it has one, or there is nothing to scan.</summary>
    public static string? UnratedReason(ImageStatus image) => image.Vulnerabilities switch
    {
        // A tag that names no image, or is gone.
        null => image.Reason is ScanReasons.NotAnImage or ScanReasons.NotFound ? null : image.Reason,
        // The resource itself leaves the tag out.
        { Reason: ScanReasons.Filtered } => null,
        { Reason: { } reason } => reason,
        { Missing: [{ Reason: var reason }, ..] } => reason ?? ScanReasons.Failed,
        { Total: null } => ScanReasons.Failed,
        _ => null,
    };
}
