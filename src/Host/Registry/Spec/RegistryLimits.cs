using RegistryOperator.Abstractions.Images;
using RegistryOperator.Abstractions.Provenance;
using RegistryOperator.Shared;

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
    public const int PatternLength = TagPattern.MostCharacters;

    /// <summary>Secrets of <c>credentialsSecrets</c>, and of a service account's <c>imagePullSecrets</c> those that are read.</summary>
    public const int MaxCredentialsSecrets = 16;

    /// <summary>Patterns of one list.</summary>
    public const int MaxPatterns = 32;

    /// <summary>Keys, and identities, that one resource verifies with.</summary>
    public const int VerificationEntries = 10;

    /// <summary>Builders, and source repositories, that one resource expects.</summary>
    public const int ExpectationEntries = 32;

    /// <summary>Characters of a public key in PEM; one of RSA with 16,384 bits has less than 3,000.</summary>
    public const int PemLength = 8192;

    public const int HighestSlsaLevel = BuildProvenance.HighestSlsaLevel;

    /// <summary>Of a Secret's name (a DNS subdomain) and of a key in its data.</summary>
    public const int SecretNameLength = 253;
}
