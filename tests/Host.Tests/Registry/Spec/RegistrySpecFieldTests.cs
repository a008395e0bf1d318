using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Validation;

namespace RegistryOperator.Host.Tests.Registry.Spec;

/// <summary>Rules that many fields share, each at its bounds.</summary>
public sealed class RegistrySpecFieldTests
{
    private static readonly RegistrySpec Good = new() { Url = "https://registry-1.docker.io", Repository = "library/nginx" };

    /// <summary>Each field that is a number: its least and its greatest value.</summary>
    private static readonly (string Path, Func<int?, RegistrySpec> With, int Minimum, int Maximum, string Allowed)[] Ranges =
    [
        ("spec.scanInterval", value => Good with { ScanInterval = value }, 1, 31_536_000, "1 to 31536000 seconds"),
        ("spec.scanConfig.retryAttempts", value => Good with { ScanConfig = new() { RetryAttempts = value } }, 0, 10, "0 to 10"),
        ("spec.scanConfig.concurrency", value => Good with { ScanConfig = new() { Concurrency = value } }, 1, 50, "1 to 50"),
        ("spec.tagFilter.limit", value => Good with { TagFilter = new() { Limit = value } }, 0, int.MaxValue, "0 or more"),
        ("spec.vulnerabilityScanning.scanInterval",
            value => Good with { VulnerabilityScanning = new() { ScanInterval = value } }, 1, 31_536_000, "1 to 31536000 seconds"),
        ("spec.sbomGeneration.scanInterval", value => Good with { SbomGeneration = new() { ScanInterval = value } }, 1, 31_536_000, "1 to 31536000 seconds"),
        ("spec.provenanceTracking.scanInterval",
            value => Good with { ProvenanceTracking = new() { ScanInterval = value } }, 1, 31_536_000, "1 to 31536000 seconds"),
        ("spec.driftDetection.checkInterval", value => Good with { DriftDetection = new() { CheckInterval = value } }, 1, 31_536_000, "1 to 31536000 seconds"),
        ("spec.scanners[0].interval", value => Good with { Scanners = [new() { Name = "a", Interval = value }] }, 1, 31_536_000, "1 to 31536000 seconds"),
    ];

    [Fact]
    public void Validate_Number_IsTakenWithinItsRange()
    {
        foreach (var (path, with, minimum, maximum, allowed) in Ranges)
        {
            foreach (var good in (int?[])[null, minimum, maximum]) RegistrySpecValidator.Validate(with(good)).ShouldBeEmpty();
            int[] bad = maximum == int.MaxValue ? [minimum - 1] : [minimum - 1, maximum + 1];
            foreach (var value in bad) RegistrySpecValidator.Validate(with(value)).ShouldBe([new SpecError(path, $"is {value}; allowed is {allowed}")]);
        }
    }

    /// <summary>Each field that is a duration.</summary>
    private static readonly (string Path, Func<string?, RegistrySpec> With, bool ZeroAllowed)[] Durations =
    [
        ("spec.scanConfig.timeout", value => Good with { ScanConfig = new() { Timeout = value } }, false),
        ("spec.scanConfig.retryDelay", value => Good with { ScanConfig = new() { RetryDelay = value } }, true),
        ("spec.webhook.timeout", value => Good with { Webhook = new() { Timeout = value } }, false),
    ];

    [Fact]
    public void Validate_Duration_IsTakenWithinItsRange()
    {
        foreach (var (path, with, zeroAllowed) in Durations)
        {
            foreach (var good in (string?[])[null, "100ns", "1h", "60m", "3600s"]) RegistrySpecValidator.Validate(with(good)).ShouldBeEmpty();
            RegistrySpecValidator.Validate(with("1h0m0.0000001s")).ShouldBe([new SpecError(path, "is 1h0m0.0000001s; at most 1h0m0s is allowed")]);
            RegistrySpecValidator.Validate(with("-1s")).ShouldBe([new SpecError(path, $"is -1s; it must be {(zeroAllowed ? "0s or more" : "more than 0s")}")]);
            RegistrySpecValidator.Validate(with("0s")).ShouldBe(zeroAllowed ? [] : [new SpecError(path, "is 0s; it must be more than 0s")]);
            RegistrySpecValidator.Validate(with("soon")).ShouldBe(
                [new SpecError(path, "'soon' is not a duration; write a number and a unit (ns, us, ms, s, m, h), e.g. 500ms, 30s or 1h30m")]);
        }
    }

    /// <summary>Each field that is one of some words.</summary>
    private static readonly (string Path, Func<string?, RegistrySpec> With, string Choices)[] Choices =
    [
        ("spec.tagFilter.sortBy", value => Good with { TagFilter = new() { SortBy = value } }, "newest, oldest, version, alphabetical"),
        ("spec.vulnerabilityScanning.severityThreshold",
            value => Good with { VulnerabilityScanning = new() { SeverityThreshold = value } }, "CRITICAL, HIGH, MEDIUM, LOW, UNKNOWN"),
        ("spec.sbomGeneration.format", value => Good with { SbomGeneration = new() { Format = value } }, "syft-json, spdx-json, cyclonedx-json"),
        ("spec.webhook.events[0]", value => Good with { Webhook = new() { Events = value is null ? [] : [value] } }, "scan-completed, vulnerability-critical"),
    ];

    [Fact]
    public void Validate_Choice_IsOneOfItsWordsAsWritten()
    {
        foreach (var (path, with, choices) in Choices)
        {
            foreach (var good in (string?[])[null, .. choices.Split(", ")]) RegistrySpecValidator.Validate(with(good)).ShouldBeEmpty();
            var other = choices.Split(", ")[0] is var first && char.IsUpper(first[0]) ? "critical" : first.ToUpperInvariant();
            RegistrySpecValidator.Validate(with(other)).ShouldBe([new SpecError(path, $"'{other}' is not known; use one of {choices}")]);
        }
    }

    /// <summary>Each field that is a Secret's name.</summary>
    private static readonly (string Path, Func<string, RegistrySpec> With)[] SecretNames =
    [
        ("spec.credentialsSecret.name", value => Good with { CredentialsSecret = new() { Name = value } }),
        ("spec.credentialsSecrets[0].name", value => Good with { CredentialsSecrets = [new() { Name = value }] }),
        ("spec.caSecret.name", value => Good with { CaSecret = new() { Name = value } }),
        ("spec.clientCertificateSecret.name", value => Good with { ClientCertificateSecret = new() { Name = value } }),
        ("spec.webhook.authSecret.name", value => Good with { Webhook = new() { AuthSecret = new() { Name = value } } }),
    ];

    [Fact]
    public void Validate_SecretName_IsADnsSubdomain()
    {
        foreach (var (path, with) in SecretNames)
        {
            foreach (var good in (string[])["a", "team-registry", "a.b-c.d", "0", new string('a', 253)])
                RegistrySpecValidator.Validate(with(good)).ShouldBeEmpty();
            RegistrySpecValidator.Validate(with("")).ShouldBe([new SpecError(path, "is required; name a Secret in the resource's namespace")]);
            foreach (var bad in (string[])["A", "-a", "a-", ".a", "a.", "a..b", "a_b", "a/b", "a\n", new string('a', 254)])
            {
                RegistrySpecValidator.Validate(with(bad))
                    .ShouldBe([new SpecError(path, $"'{bad}' cannot be a Secret's name; use lower-case letters, digits, - and .")]);
            }
        }
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("default", true)]
    [InlineData("a.b-c", true)]
    [InlineData("", false)]
    [InlineData("Upper", false)]
    [InlineData("../x", false)]
    public void Validate_ServiceAccountName_IsADnsSubdomain(string? name, bool isGood)
    {
        var errors = RegistrySpecValidator.Validate(Good with { ServiceAccountName = name });

        errors.Count.ShouldBe(isGood ? 0 : 1);
        if (!isGood) errors[0].Path.ShouldBe("spec.serviceAccountName");
    }

    [Theory]
    [InlineData(16, true)]
    [InlineData(17, false)]
    public void Validate_CredentialsSecrets_AreLimited(int count, bool isGood)
    {
        var errors = RegistrySpecValidator.Validate(Good with { CredentialsSecrets = [.. Enumerable.Repeat(new CredentialsSecretSpec { Name = "a" }, count)] });

        errors.ShouldBe(isGood ? [] : [new SpecError("spec.credentialsSecrets", "the list has 17 Secrets; at most 16 are allowed")]);
    }

    /// <summary>Each field that is a key in a Secret.</summary>
    private static readonly (string Path, Func<string?, RegistrySpec> With)[] SecretKeys =
    [
        ("spec.credentialsSecret.usernameKey", value => Good with { CredentialsSecret = new() { Name = "a", UsernameKey = value } }),
        ("spec.credentialsSecret.passwordKey", value => Good with { CredentialsSecret = new() { Name = "a", PasswordKey = value } }),
        ("spec.credentialsSecrets[0].usernameKey", value => Good with { CredentialsSecrets = [new() { Name = "a", UsernameKey = value }] }),
        ("spec.credentialsSecrets[0].passwordKey", value => Good with { CredentialsSecrets = [new() { Name = "a", PasswordKey = value }] }),
        ("spec.caSecret.key", value => Good with { CaSecret = new() { Name = "a", Key = value } }),
        ("spec.clientCertificateSecret.certificateKey", value => Good with { ClientCertificateSecret = new() { Name = "a", CertificateKey = value } }),
        ("spec.clientCertificateSecret.privateKeyKey", value => Good with { ClientCertificateSecret = new() { Name = "a", PrivateKeyKey = value } }),
        ("spec.webhook.authSecret.tokenKey", value => Good with { Webhook = new() { AuthSecret = new() { Name = "a", TokenKey = value } } }),
        ("spec.webhook.authSecret.usernameKey", value => Good with { Webhook = new() { AuthSecret = new() { Name = "a", UsernameKey = value } } }),
        ("spec.webhook.authSecret.passwordKey", value => Good with { Webhook = new() { AuthSecret = new() { Name = "a", PasswordKey = value } } }),
    ];

    [Fact]
    public void Validate_SecretKey_IsOneThatASecretCanHave()
    {
        foreach (var (path, with) in SecretKeys)
        {
            foreach (var good in (string?[])[null, "a", "A.b-C_9", ".dockerconfigjson", new string('a', 253)])
                RegistrySpecValidator.Validate(with(good)).ShouldBeEmpty();
            foreach (var bad in (string[])["", "a b", "a/b", "ä", new string('a', 254)])
            {
                RegistrySpecValidator.Validate(with(bad))
                    .ShouldBe([new SpecError(path, $"'{bad}' cannot be a key in a Secret; use letters, digits, - _ and .")]);
            }
        }
    }
}
