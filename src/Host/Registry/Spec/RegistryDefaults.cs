namespace RegistryOperator.Host.Registry.Spec;

/// <summary>Every default of the spec, once; the CRD states the same ones, and a test compares them. Intervals are seconds.</summary>
internal static class RegistryDefaults
{
    public const int ScanInterval = 300;
    public const string UsernameKey = "username";
    public const string PasswordKey = "password";
    public const string CaKey = "ca.crt";
    public const string CertificateKey = "tls.crt";
    public const string PrivateKeyKey = "tls.key";

    public const string Timeout = "30s";
    public const int RetryAttempts = 3;
    public const string RetryDelay = "5s";
    public const int Concurrency = 4;

    /// <summary>No limit.</summary>
    public const int TagLimit = 0;
    public const string SortBy = TagOrders.Newest;

    public const string VulnerabilityScanner = "trivy";
    public const string SeverityThreshold = Severities.Medium;
    public const string SbomFormat = Abstractions.Sboms.SbomFormat.SyftJson;
    public const string SbomGenerator = "syft";
    public const string ProvenanceScanner = "provenance";
    public const string DriftScanner = "drift";

    /// <summary>Between scans of the same image: vulnerabilities, SBOM, provenance and scanners of other kinds alike.</summary>
    public const int ImageScanInterval = 3600;

    public const string WebhookTimeout = "10s";
}
