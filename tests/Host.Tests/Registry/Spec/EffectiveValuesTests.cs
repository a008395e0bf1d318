using RegistryOperator.Host.Registry.Spec;

namespace RegistryOperator.Host.Tests.Registry.Spec;

public sealed class EffectiveValuesTests
{
    private static readonly RegistrySpec Empty = new();

    [Fact]
    public void Spec_NothingWritten_IsTheDefault()
    {
        foreach (var spec in (RegistrySpec[])[Empty, new() { ScanConfig = new(), TagFilter = new(), DriftDetection = new() }])
        {
            (spec.EffectiveScanInterval, spec.IsSuspended, spec.SkipsTlsVerification).ShouldBe((TimeSpan.FromSeconds(300), false, false));
            (spec.EffectiveTimeout, spec.EffectiveRetryAttempts, spec.EffectiveRetryDelay, spec.EffectiveConcurrency)
                .ShouldBe((TimeSpan.FromSeconds(30), 3, TimeSpan.FromSeconds(5), 4));
            (spec.EffectiveTagLimit, spec.EffectiveSortBy).ShouldBe((0, "newest"));
            spec.EffectiveDriftInterval.ShouldBe(TimeSpan.FromSeconds(300));
        }
    }

    [Fact]
    public void Spec_Written_IsWhatIsWritten()
    {
        var spec = new RegistrySpec
        {
            ScanInterval = 60,
            Suspend = true,
            InsecureSkipVerify = true,
            ScanConfig = new() { Timeout = "1m30s", RetryAttempts = 0, RetryDelay = "0s", Concurrency = 1 },
            TagFilter = new() { Limit = 7, SortBy = "oldest" },
            DriftDetection = new() { CheckInterval = 20 },
        };

        (spec.EffectiveScanInterval, spec.IsSuspended, spec.SkipsTlsVerification).ShouldBe((TimeSpan.FromSeconds(60), true, true));
        (spec.EffectiveTimeout, spec.EffectiveRetryAttempts, spec.EffectiveRetryDelay, spec.EffectiveConcurrency)
            .ShouldBe((TimeSpan.FromSeconds(90), 0, TimeSpan.Zero, 1));
        (spec.EffectiveTagLimit, spec.EffectiveSortBy).ShouldBe((7, "oldest"));
        spec.EffectiveDriftInterval.ShouldBe(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void Spec_SwitchedOff_IsOff()
    {
        var spec = new RegistrySpec { Suspend = false, InsecureSkipVerify = false };

        (spec.IsSuspended, spec.SkipsTlsVerification).ShouldBe((false, false));
    }

    [Theory]
    [InlineData(null, "provenance", "drift")]
    [InlineData("other", "other", "other")]
    public void Scanners_NotWritten_AreTheDefault(string? written, string provenance, string drift) =>
        (new ProvenanceTrackingSpec { Scanner = written }.EffectiveScanner, new DriftDetectionSpec { Scanner = written }.EffectiveScanner)
            .ShouldBe((provenance, drift));

    [Theory]
    [InlineData(null, null, 300)]
    [InlineData(null, 60, 60)]
    [InlineData(20, 60, 20)]
    [InlineData(20, null, 20)]
    public void DriftInterval_NotWritten_FollowsTheScanInterval(int? check, int? scan, int seconds) =>
        new RegistrySpec { ScanInterval = scan, DriftDetection = new() { CheckInterval = check } }
            .EffectiveDriftInterval.ShouldBe(TimeSpan.FromSeconds(seconds));

    [Theory]
    [InlineData("soon")]
    [InlineData("")]
    [InlineData(null)]
    public void Durations_NotValid_AreTheDefault(string? text)
    {
        var spec = new RegistrySpec { ScanConfig = new() { Timeout = text, RetryDelay = text }, Webhook = new() { Timeout = text } };

        (spec.EffectiveTimeout, spec.EffectiveRetryDelay, spec.Webhook.EffectiveTimeout)
            .ShouldBe((TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void Secrets_NothingWritten_HaveDefaultKeys()
    {
        var secret = new CredentialsSecretSpec();

        (secret.EffectiveUsernameKey, secret.EffectivePasswordKey, new CaSecretSpec().EffectiveKey).ShouldBe(("username", "password", "ca.crt"));
    }

    [Fact]
    public void Secrets_Written_HaveTheseKeys()
    {
        var secret = new CredentialsSecretSpec { UsernameKey = "u", PasswordKey = "p" };

        (secret.EffectiveUsernameKey, secret.EffectivePasswordKey, new CaSecretSpec { Key = "k" }.EffectiveKey).ShouldBe(("u", "p", "k"));
    }

    [Fact]
    public void Sections_NothingWritten_AreTheDefaults()
    {
        var (vulnerabilities, sbom) = (new VulnerabilityScanningSpec(), new SbomGenerationSpec());

        (vulnerabilities.IsEnabled, vulnerabilities.EffectiveScanner, vulnerabilities.EffectiveSeverityThreshold, vulnerabilities.EffectiveScanInterval)
            .ShouldBe((false, "trivy", "MEDIUM", TimeSpan.FromHours(1)));
        (sbom.IsEnabled, sbom.EffectiveGenerator, sbom.EffectiveFormat, sbom.TakesAttached, sbom.EffectiveScanInterval)
            .ShouldBe((false, "syft", "syft-json", false, TimeSpan.FromHours(1)));
        (new ProvenanceTrackingSpec().IsEnabled, new ProvenanceTrackingSpec().EffectiveScanInterval).ShouldBe((false, TimeSpan.FromHours(1)));
        (new DriftDetectionSpec().IsEnabled, new WebhookSpec().IsEnabled, new WebhookSpec().EffectiveTimeout)
            .ShouldBe((false, false, TimeSpan.FromSeconds(10)));
        new CustomScannerSpec().EffectiveInterval.ShouldBe(TimeSpan.FromHours(1));
    }

    [Fact]
    public void Sections_Written_AreWhatIsWritten()
    {
        var vulnerabilities = new VulnerabilityScanningSpec { Enabled = true, Scanner = "grype", SeverityThreshold = "LOW", ScanInterval = 1 };
        var sbom = new SbomGenerationSpec { Enabled = true, Generator = "trivy", Format = "spdx-json", UseAttached = true, ScanInterval = 2 };
        var provenance = new ProvenanceTrackingSpec { Enabled = true, ScanInterval = 3 };

        (vulnerabilities.IsEnabled, vulnerabilities.EffectiveScanner, vulnerabilities.EffectiveSeverityThreshold, vulnerabilities.EffectiveScanInterval)
            .ShouldBe((true, "grype", "LOW", TimeSpan.FromSeconds(1)));
        (sbom.IsEnabled, sbom.EffectiveGenerator, sbom.EffectiveFormat, sbom.TakesAttached, sbom.EffectiveScanInterval)
            .ShouldBe((true, "trivy", "spdx-json", true, TimeSpan.FromSeconds(2)));
        (provenance.IsEnabled, provenance.EffectiveScanInterval).ShouldBe((true, TimeSpan.FromSeconds(3)));
        (new DriftDetectionSpec { Enabled = true }.IsEnabled,
            new WebhookSpec { Enabled = true }.IsEnabled,
            new WebhookSpec { Timeout = "3s" }.EffectiveTimeout).ShouldBe((true, true, TimeSpan.FromSeconds(3)));
        new CustomScannerSpec { Interval = 4 }.EffectiveInterval.ShouldBe(TimeSpan.FromSeconds(4));
    }

    [Fact]
    public void Sections_SwitchedOff_AreOff() =>
        (new VulnerabilityScanningSpec { Enabled = false }.IsEnabled,
            new SbomGenerationSpec { Enabled = false, UseAttached = false }.TakesAttached,
            new WebhookSpec { Enabled = false }.IsEnabled)
            .ShouldBe((false, false, false));
}
