using RegistryOperator.Host.Registry.Validation;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Registry.Spec;

/// <summary>
/// What the user asks for, as written: null is a field left out. <see cref="RegistryDefaults"/> gives the defaults;
/// <see cref="RegistrySpecValidator"/> says what is wrong. Durations and choices are kept as text, so that a bad value affects its own field only.
/// </summary>
internal sealed record RegistrySpec
{
    /// <summary>The registry, e.g. <c>https://registry-1.docker.io</c>.</summary>
    public string Url { get => field ?? ""; init; }

    /// <summary>The repository's path, e.g. <c>library/nginx</c>.</summary>
    public string Repository { get => field ?? ""; init; }

    /// <summary>Seconds between scans of the tag list.</summary>
    public int? ScanInterval { get; init; }

    /// <summary>True stops scanning and keeps what is known.</summary>
    public bool? Suspend { get; init; }

    public CredentialsSecretSpec? CredentialsSecret { get; init; }

    /// <summary>More Secrets with credentials: all that fit the repository are tried, the most specific first.</summary>
    public IReadOnlyList<CredentialsSecretSpec> CredentialsSecrets { get => field ?? []; init; }

    /// <summary>A ServiceAccount of the resource's namespace, with whose <c>imagePullSecrets</c> the repository is read, as its pods pull images.</summary>
    public string? ServiceAccountName { get; init; }

    /// <summary>A certificate authority to trust beside the system's.</summary>
    public CaSecretSpec? CaSecret { get; init; }

    /// <summary>A certificate to show to a registry that asks for one.</summary>
    public ClientCertificateSecretSpec? ClientCertificateSecret { get; init; }

    public bool? InsecureSkipVerify { get; init; }

    public ScanConfigSpec? ScanConfig { get; init; }

    public TagFilterSpec? TagFilter { get; init; }

    /// <summary>Platforms that are scanned: <c>all</c>, or names such as <c>linux/arm64</c>. None: the first of linux/amd64, linux/arm64 and whatever
    /// there is.</summary>
    public IReadOnlyList<string> Platforms { get => field ?? []; init; }

    public VulnerabilityScanningSpec? VulnerabilityScanning { get; init; }

    public SbomGenerationSpec? SbomGeneration { get; init; }

    public ProvenanceTrackingSpec? ProvenanceTracking { get; init; }

    public DriftDetectionSpec? DriftDetection { get; init; }

    /// <summary>Scanners of kinds that have no section of their own.</summary>
    public IReadOnlyList<CustomScannerSpec> Scanners { get => field ?? []; init; }

    public WebhookSpec? Webhook { get; init; }
}

/// <summary>A Secret of the resource's namespace with registry credentials: two keys, or a <c>kubernetes.io/dockerconfigjson</c>.</summary>
internal sealed record CredentialsSecretSpec
{
    public string Name { get => field ?? ""; init; }

    public string? UsernameKey { get; init; }

    public string? PasswordKey { get; init; }
}

/// <summary>A Secret of the resource's namespace with PEM certificates.</summary>
internal sealed record CaSecretSpec
{
    public string Name { get => field ?? ""; init; }

    public string? Key { get; init; }
}

/// <summary>A Secret of the resource's namespace with a client's certificate and its key, in PEM; mostly a <c>kubernetes.io/tls</c>.</summary>
internal sealed record ClientCertificateSecretSpec
{
    public string Name { get => field ?? ""; init; }

    /// <summary>The key of the certificate, and of those between it and its authority.</summary>
    public string? CertificateKey { get; init; }

    /// <summary>The key of the private key.</summary>
    public string? PrivateKeyKey { get; init; }
}

/// <summary>Timeout, retries and concurrency of reading images.</summary>
internal sealed record ScanConfigSpec
{
    /// <summary>A <see cref="GoDuration"/>: longest time of one request.</summary>
    public string? Timeout { get; init; }

    /// <summary>Retries after the first attempt.</summary>
    public int? RetryAttempts { get; init; }

    /// <summary>A <see cref="GoDuration"/>: delay before the first retry.</summary>
    public string? RetryDelay { get; init; }

    /// <summary>Images read at the same time.</summary>
    public int? Concurrency { get; init; }
}

/// <summary>Which tags are scanned, and in what order.</summary>
internal sealed record TagFilterSpec
{
    /// <summary>Regular expressions; only tags that match one are kept.</summary>
    public TagPatterns? Include { get; init; }

    /// <summary>Regular expressions; tags that match one are left out.</summary>
    public TagPatterns? Exclude { get; init; }

    /// <summary>A <see cref="VersionRange"/>; only tags that spell a version of it are kept, and their versions decide which come first.</summary>
    public string? Versions { get; init; }

    /// <summary>How many tags are kept after sorting; 0 keeps all.</summary>
    public int? Limit { get; init; }

    /// <summary>One of <see cref="TagOrders"/>.</summary>
    public string? SortBy { get; init; }
}
