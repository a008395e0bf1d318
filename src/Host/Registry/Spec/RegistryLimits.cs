using RegistryOperator.Abstractions.Images;

namespace RegistryOperator.Host.Registry.Spec;

/// <summary>The bounds of the spec's values; the CRD states the same ones, and a test compares them.</summary>
internal static class RegistryLimits
{
    public const int UrlLength = 2048;

    /// <summary>What registries take; the distribution specification notes that clients limit a name to 255 characters.</summary>
    public const int RepositoryLength = ImageReference.LongestRepository;

    /// <summary>Seconds. The lower bound keeps a typing error from becoming a stream of requests; longer than a year is what <c>suspend</c> is for.</summary>
    public const int MinInterval = 1;
    public const int MaxInterval = 31_536_000;

    public const int MaxRetryAttempts = 10;
    public const int MaxConcurrency = 50;

    public static TimeSpan MaxTimeout { get; } = TimeSpan.FromHours(1);

    public static TimeSpan MaxRetryDelay { get; } = TimeSpan.FromHours(1);

    /// <summary>Characters of a regular expression over tags, which are at most 128 characters long themselves.</summary>
    public const int PatternLength = 1024;

    /// <summary>Of a Secret's name (a DNS subdomain) and of a key in its data.</summary>
    public const int SecretNameLength = 253;
}
