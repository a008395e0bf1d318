namespace RegistryOperator.Host.Registry.Spec;

/// <summary>Values of <c>spec.tagFilter.sortBy</c>.</summary>
internal static class TagOrders
{
    /// <summary>By creation time, latest first; then by version.</summary>
    public const string Newest = "newest";

    /// <summary>By creation time, earliest first; then by version.</summary>
    public const string Oldest = "oldest";

    /// <summary>By the version that a tag spells, highest first; nothing is read to find that out.</summary>
    public const string Version = "version";

    public const string Alphabetical = "alphabetical";

    public static IReadOnlyList<string> All { get; } = [Newest, Oldest, Version, Alphabetical];
}

/// <summary>Values of <c>spec.vulnerabilityScanning.severityThreshold</c>, most severe first.</summary>
internal static class Severities
{
    public const string Critical = "CRITICAL";
    public const string High = "HIGH";
    public const string Medium = "MEDIUM";
    public const string Low = "LOW";
    public const string Unknown = "UNKNOWN";

    public static IReadOnlyList<string> All { get; } = [Critical, High, Medium, Low, Unknown];
}

/// <summary>The value of <c>spec.platforms</c> that is no platform's name.</summary>
internal static class PlatformChoice
{
    public const string All = "all";
}

/// <summary>Values of <c>spec.webhook.events</c>.</summary>
internal static class WebhookEvents
{
    public const string ScanCompleted = "scan-completed";
    public const string VulnerabilityCritical = "vulnerability-critical";

    public static IReadOnlyList<string> All { get; } = [ScanCompleted, VulnerabilityCritical];
}

/// <summary>Values of <c>status.lastScanStatus</c>.</summary>
internal static class ScanStatuses
{
    public const string Success = "Success";
    public const string Failed = "Failed";

    public static IReadOnlyList<string> All { get; } = [Success, Failed];
}
