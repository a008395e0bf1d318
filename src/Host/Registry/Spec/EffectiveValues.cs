using RegistryOperator.Host.Registry.Validation;

namespace RegistryOperator.Host.Registry.Spec;

/// <summary>
/// The effective values, with defaults applied. A resource read from a file has no API server that filled them in. Durations that are not
/// valid give the default: <see cref="RegistrySpecValidator"/> is what reports them.
/// </summary>
internal static class EffectiveValues
{
    extension(RegistrySpec spec)
    {
        public TimeSpan EffectiveScanInterval => Seconds(spec.ScanInterval, RegistryDefaults.ScanInterval);

        /// <summary>The repository with its registry, as one text.</summary>
        public string RepositoryUrl => $"{spec.Url.TrimEnd('/')}/{spec.Repository}";

        public bool IsSuspended => spec.Suspend is true;

        public bool SkipsTlsVerification => spec.InsecureSkipVerify is true;

        /// <summary>Longest time of one request to the registry.</summary>
        public TimeSpan EffectiveTimeout => Duration(spec.ScanConfig?.Timeout, RegistryDefaults.Timeout);

        /// <summary>Retries after the first attempt.</summary>
        public int EffectiveRetryAttempts => spec.ScanConfig?.RetryAttempts ?? RegistryDefaults.RetryAttempts;

        /// <summary>Delay before the first retry.</summary>
        public TimeSpan EffectiveRetryDelay => Duration(spec.ScanConfig?.RetryDelay, RegistryDefaults.RetryDelay);

        /// <summary>Images read at the same time.</summary>
        public int EffectiveConcurrency => spec.ScanConfig?.Concurrency ?? RegistryDefaults.Concurrency;

        /// <summary>How many tags are kept; 0 keeps all.</summary>
        public int EffectiveTagLimit => spec.TagFilter?.Limit ?? RegistryDefaults.TagLimit;

        /// <summary>One of <see cref="TagOrders"/>.</summary>
        /// <summary>Where a range of versions is given, the newest is the highest version: nothing needs to be read to know it.</summary>
        public string EffectiveSortBy => (spec.TagFilter?.SortBy ?? RegistryDefaults.SortBy) switch
        {
            TagOrders.Newest when spec.TagFilter?.Versions is not null => TagOrders.Version,
            var order => order,
        };

        public TimeSpan EffectiveDriftInterval => Seconds(spec.DriftDetection?.CheckInterval ?? spec.ScanInterval, RegistryDefaults.ScanInterval);
    }

    extension(CredentialsSecretSpec secret)
    {
        public string EffectiveUsernameKey => secret.UsernameKey ?? RegistryDefaults.UsernameKey;

        public string EffectivePasswordKey => secret.PasswordKey ?? RegistryDefaults.PasswordKey;
    }

    extension(ClientCertificateSecretSpec secret)
    {
        public string EffectiveCertificateKey => secret.CertificateKey ?? RegistryDefaults.CertificateKey;

        public string EffectivePrivateKeyKey => secret.PrivateKeyKey ?? RegistryDefaults.PrivateKeyKey;
    }

    extension(CaSecretSpec secret)
    {
        public string EffectiveKey => secret.Key ?? RegistryDefaults.CaKey;
    }

    extension(VulnerabilityScanningSpec section)
    {
        public string EffectiveScanner => section.Scanner ?? RegistryDefaults.VulnerabilityScanner;

        public string EffectiveSeverityThreshold => section.SeverityThreshold ?? RegistryDefaults.SeverityThreshold;

        public TimeSpan EffectiveScanInterval => Seconds(section.ScanInterval, RegistryDefaults.ImageScanInterval);
    }

    extension(SbomGenerationSpec section)
    {
        public string EffectiveFormat => section.Format ?? RegistryDefaults.SbomFormat;

        public string EffectiveGenerator => section.Generator ?? RegistryDefaults.SbomGenerator;

        public bool TakesAttached => section.UseAttached is true;

        public TimeSpan EffectiveScanInterval => Seconds(section.ScanInterval, RegistryDefaults.ImageScanInterval);
    }

    extension(ProvenanceTrackingSpec section)
    {
        public string EffectiveScanner => section.Scanner ?? RegistryDefaults.ProvenanceScanner;

        public TimeSpan EffectiveScanInterval => Seconds(section.ScanInterval, RegistryDefaults.ImageScanInterval);
    }

    extension(DriftDetectionSpec section)
    {
        public string EffectiveScanner => section.Scanner ?? RegistryDefaults.DriftScanner;
    }

    extension(CustomScannerSpec scanner)
    {
        public TimeSpan EffectiveInterval => Seconds(scanner.Interval, RegistryDefaults.ImageScanInterval);
    }

    extension(WebhookSpec section)
    {
        public TimeSpan EffectiveTimeout => Duration(section.Timeout, RegistryDefaults.WebhookTimeout);
    }

    private static TimeSpan Seconds(int? value, int fallback) => TimeSpan.FromSeconds(value ?? fallback);

    private static TimeSpan Duration(string? value, string fallback) =>
        GoDuration.TryParse(value, out var duration) || GoDuration.TryParse(fallback, out duration)
            ? duration
            : throw new InvalidOperationException($"The default '{fallback}' is not a duration.");
}
