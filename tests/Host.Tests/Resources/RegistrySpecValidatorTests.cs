using RegistryOperator.Host.Resources;

namespace RegistryOperator.Host.Tests.Resources;

public sealed class RegistrySpecValidatorTests
{
    private static readonly RegistrySpec Good = new() { Url = "https://registry-1.docker.io", Repository = "library/nginx" };

    [Theory]
    [InlineData("https://registry-1.docker.io", "library/nginx")]
    [InlineData("https://registry-1.docker.io/", "nginx")]
    [InlineData("http://127.0.0.1:5000", "a/b/c__d/e-f---g.h")]
    [InlineData("https://[::1]:5000", "a")]
    [InlineData("oci-layout:///data/images", "Anything the plugin takes")]
    public void Validate_GoodRepository_HasNoErrors(string url, string repository) =>
        RegistrySpecValidator.Validate(Good with { Url = url, Repository = repository }).ShouldBeEmpty();

    [Theory]
    [InlineData("", "is required")]
    [InlineData("docker.io", "has no scheme")]
    [InlineData("https://", "is not a URL")]
    [InlineData("https:// a", "is not a URL")]
    [InlineData("https://user:secret@docker.io", "put them into a Secret")]
    [InlineData("https://docker.io?x=1", "query")]
    [InlineData("https://docker.io#x", "fragment")]
    [InlineData("https://docker.io/v2/", "in front of spec.repository")]
    public void Validate_BadUrl_SaysWhatToDo(string url, string expected)
    {
        var error = RegistrySpecValidator.Validate(Good with { Url = url }).ShouldHaveSingleItem();

        error.Path.ShouldBe("spec.url");
        error.Message.ShouldContain(expected);
        error.Message.ShouldNotContain("secret@");
    }

    [Theory]
    [InlineData("")]
    [InlineData("Library/nginx")]
    [InlineData("nginx:latest")]
    [InlineData("/nginx")]
    [InlineData("nginx/")]
    [InlineData("a//b")]
    [InlineData("a..b")]
    [InlineData("a___b")]
    [InlineData("nginx\n")]
    public void Validate_BadRepository_IsReported(string repository) =>
        RegistrySpecValidator.Validate(Good with { Repository = repository }).ShouldHaveSingleItem().Path.ShouldBe("spec.repository");

    [Fact]
    public void Validate_EverythingWrong_ReportsEveryField()
    {
        var spec = Good with
        {
            ScanInterval = 0,
            CredentialsSecret = new() { UsernameKey = "a b" },
            CaSecret = new() { Name = "Upper" },
            ScanConfig = new() { Timeout = "0s", RetryAttempts = 11, RetryDelay = "soon", Concurrency = 0 },
            TagFilter = new() { Include = "(", Exclude = "(?=x)", Limit = -1, SortBy = "latest" },
            VulnerabilityScanning = new() { SeverityThreshold = "high", ScanInterval = -1, Scanner = "" },
            SbomGeneration = new() { Format = "spdx", ScanInterval = 0 },
            ProvenanceTracking = new() { ScanInterval = 0 },
            DriftDetection = new() { CheckInterval = 0 },
            Webhook = new() { Enabled = true, Events = ["scan-completed", "any"], AuthSecret = new(), Timeout = "2h" },
        };

        RegistrySpecValidator.Validate(spec).Select(error => error.Path).ShouldBe(
        [
            "spec.scanInterval", "spec.credentialsSecret.name", "spec.credentialsSecret.usernameKey", "spec.caSecret.name",
            "spec.scanConfig.timeout", "spec.scanConfig.retryAttempts", "spec.scanConfig.retryDelay", "spec.scanConfig.concurrency",
            "spec.tagFilter.include", "spec.tagFilter.exclude", "spec.tagFilter.limit", "spec.tagFilter.sortBy",
            "spec.vulnerabilityScanning.severityThreshold", "spec.vulnerabilityScanning.scanInterval", "spec.vulnerabilityScanning.scanner",
            "spec.sbomGeneration.format", "spec.sbomGeneration.scanInterval", "spec.provenanceTracking.scanInterval",
            "spec.driftDetection.checkInterval", "spec.webhook.url", "spec.webhook.events[1]", "spec.webhook.authSecret.name", "spec.webhook.timeout",
        ]);
    }

    [Theory]
    [InlineData(false, "", 0)]
    [InlineData(true, "", 1)]
    [InlineData(true, "ftp://hooks.example.com", 1)]
    [InlineData(true, "https://hooks.example.com/registry?key=1", 0)]
    public void Validate_Webhook_NeedsAUrlWhenEnabled(bool enabled, string url, int errors) =>
        RegistrySpecValidator.Validate(Good with { Webhook = new() { Enabled = enabled, Url = url } }).Count.ShouldBe(errors);

    [Fact]
    public void Effective_NothingWritten_IsTheDefault()
    {
        Good.EffectiveScanInterval.ShouldBe(TimeSpan.FromMinutes(5));
        Good.EffectiveTimeout.ShouldBe(TimeSpan.FromSeconds(30));
        Good.EffectiveRetryDelay.ShouldBe(TimeSpan.FromSeconds(5));
        Good.EffectiveConcurrency.ShouldBe(4);
        Good.EffectiveSortBy.ShouldBe(TagOrders.Newest);
        (Good with { ScanInterval = 60 }).EffectiveDriftInterval.ShouldBe(TimeSpan.FromMinutes(1));
    }
}
