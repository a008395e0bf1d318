using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Validation;

namespace RegistryOperator.Host.Tests.Registry.Validation;

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
    [InlineData("https:/docker.io", "is not a URL; write one like https://")]
    [InlineData("oci-archive:/tmp/x.tar", "has one slash after its scheme; write two and a host, or three and a path, e.g. oci-archive:///images/app.tar")]
    [InlineData("docker.io:5000/x", "has no scheme")]
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

    [Theory]
    [InlineData(2048, null)]
    [InlineData(2049, "has 2049 characters; at most 2048 are allowed")]
    public void Validate_UrlLength_IsBounded(int length, string? error)
    {
        const string start = "oci-layout:///";
        var errors = RegistrySpecValidator.Validate(Good with { Url = start + new string('a', length - start.Length) });

        errors.Select(found => found.Message).ShouldBe(error is null ? [] : [error]);
    }

    [Theory]
    [InlineData(255, null)]
    [InlineData(256, "has 256 characters; at most 255 are allowed")]
    public void Validate_RepositoryLength_IsBounded(int length, string? error)
    {
        foreach (var url in (string[])["https://registry-1.docker.io", "oci-layout:///data"])
        {
            RegistrySpecValidator.Validate(Good with { Url = url, Repository = new string('a', length) })
                .Select(found => found.Message)
                .ShouldBe(error is null ? [] : [error]);
        }
    }

    [Fact]
    public void Validate_BadUrl_SaysNothingOfTheRepositoryButThatItIsMissing()
    {
        RegistrySpecValidator.Validate(Good with { Url = "", Repository = "Upper" }).Select(error => error.Path).ShouldBe(["spec.url"]);
        RegistrySpecValidator.Validate(Good with { Url = "", Repository = "" }).Select(error => error.Path).ShouldBe(["spec.url", "spec.repository"]);
    }

    [Theory]
    [InlineData("https://hooks.example.com:8443/a?b=c#d", null)]
    [InlineData("http://hooks.example.com", null)]
    [InlineData("", "is required; give a URL with its scheme, e.g. https://hooks.example.com/registry")]
    [InlineData("hooks.example.com", "has no scheme; write the URL in full, e.g. https://hooks.example.com/registry")]
    [InlineData("https://user@hooks.example.com", "must not hold a user name or password; put them into a Secret and name it in spec.webhook.authSecret")]
    [InlineData("ftp://hooks.example.com", "'ftp' is not a scheme for a webhook; use https or http")]
    public void Validate_WebhookUrl_SaysWhatToDo(string url, string? error) =>
        RegistrySpecValidator.Validate(Good with { Webhook = new() { Enabled = true, Url = url } })
            .ShouldBe(error is null ? [] : [new SpecError("spec.webhook.url", error)]);

    [Fact]
    public void Validate_WebhookSwitchedOff_ItsUrlIsCheckedWhereThereIsOne() =>
        RegistrySpecValidator.Validate(Good with { Webhook = new() { Url = "ftp://hooks.example.com" } })
            .ShouldHaveSingleItem().Path.ShouldBe("spec.webhook.url");

    /// <summary>One that can be nobody's name matched nothing, and nothing was compared.</summary>
    [Theory]
    [InlineData("prod", null)]
    [InlineData("team-1", null)]
    [InlineData("", "is empty; name a namespace, or leave out the list for all of them")]
    [InlineData("*", "'*' is no namespace; leave out the list for all of them")]
    [InlineData("BAD NS", "'BAD NS' is no namespace; use at most 63 lower-case letters, digits and '-', a letter or digit at both ends")]
    [InlineData("a.b", "'a.b' is no namespace; use at most 63 lower-case letters, digits and '-', a letter or digit at both ends")]
    [InlineData("prod-", "'prod-' is no namespace; use at most 63 lower-case letters, digits and '-', a letter or digit at both ends")]
    public void Validate_NamespaceOfWorkloads_HasToBeAName(string name, string? expected)
    {
        var drift = new DriftDetectionSpec { Enabled = true, Namespaces = ["default", name] };

        var errors = RegistrySpecValidator.Validate(Good with { DriftDetection = drift });

        errors.Select(error => $"{error}").ShouldBe(expected is null ? [] : [$"spec.driftDetection.namespaces[1]: {expected}"]);
    }

    [Theory]
    [InlineData("all", true)]
    [InlineData("linux/amd64", true)]
    [InlineData("linux/arm/v7", true)]
    [InlineData("windows/amd64/10.0.17763.1", true)]
    [InlineData("linux/riscv_64", true)]
    [InlineData("linux", false)]
    [InlineData("linux/", false)]
    [InlineData("Linux/amd64", false)]
    [InlineData("linux/arm/v7/v7", false)]
    [InlineData("linux/amd64\n", false)]
    [InlineData("", false)]
    [InlineData("ALL", false)]
    public void Validate_Platform_IsAllOrAName(string platform, bool isGood) => RegistrySpecValidator.Validate(Good with { Platforms = [platform] }).ShouldBe(
        isGood
            ? []
            : [new SpecError("spec.platforms[0]",
                $"'{platform}' is not a platform; write os/architecture or os/architecture/variant, e.g. linux/arm64, or 'all'")]);

    [Fact]
    public void Validate_AllAmongPlatforms_StandsAlone() =>
        RegistrySpecValidator.Validate(Good with { Platforms = ["linux/amd64", "all"] })
            .ShouldBe([new SpecError("spec.platforms[1]", "'all' stands alone; leave out the other entries")]);

    [Fact]
    public void Validate_CustomScanners_AreNamedOnceWithAMapOfOptions()
    {
        static System.Text.Json.JsonElement Json(string text) => System.Text.Json.JsonElement.Parse(text);
        var spec = Good with
        {
            Scanners =
            [
                new() { Name = "a", Options = Json("{}") }, new() { Name = "b", Options = Json("[]") }, new(), new() { Name = "a" }, new() { Name = "A" },
            ],
        };

        RegistrySpecValidator.Validate(spec).ShouldBe(
        [
            new SpecError("spec.scanners[1].options", "must be a map of the scanner's options"),
            new SpecError("spec.scanners[2].name", "is required; name a scanner that 'registry-operator plugins list' shows"),
            new SpecError("spec.scanners[3].name", "'a' is named twice; keep one entry"),
        ]);
    }

    [Fact]
    public void Validate_EmptyScannerNames_NameOne()
    {
        RegistrySpecValidator.Validate(Good with { VulnerabilityScanning = new() { Scanner = "" } })
            .ShouldBe([new SpecError("spec.vulnerabilityScanning.scanner", "is empty; name a scanner, e.g. trivy")]);
        RegistrySpecValidator.Validate(Good with { SbomGeneration = new() { Generator = "" } })
            .ShouldBe([new SpecError("spec.sbomGeneration.generator", "is empty; name a scanner, e.g. syft")]);
        RegistrySpecValidator.Validate(Good with { ProvenanceTracking = new() { Scanner = "" } })
            .ShouldBe([new SpecError("spec.provenanceTracking.scanner", "is empty; name a scanner, e.g. provenance")]);
        RegistrySpecValidator.Validate(Good with { DriftDetection = new() { Scanner = "" } })
            .ShouldBe([new SpecError("spec.driftDetection.scanner", "is empty; name a scanner, e.g. drift")]);
    }

    [Fact]
    public void Validate_OptionsOfASection_AreAMap()
    {
        var (map, list) = (System.Text.Json.JsonElement.Parse("{}"), System.Text.Json.JsonElement.Parse("[]"));

        RegistrySpecValidator.Validate(With(map)).ShouldBeEmpty();
        string[] sections = ["vulnerabilityScanning", "sbomGeneration", "provenanceTracking", "driftDetection"];
        RegistrySpecValidator.Validate(With(list)).Select(error => error.ToString())
            .ShouldBe(sections.Select(section => $"spec.{section}.options: must be a map of the scanner's options"));

        static RegistrySpec With(System.Text.Json.JsonElement options) => Good with
        {
            VulnerabilityScanning = new() { Options = options },
            SbomGeneration = new() { Options = options },
            ProvenanceTracking = new() { Options = options },
            DriftDetection = new() { Options = options },
        };
    }

    /// <summary>The bounds themselves are allowed; what is one beyond is an error of that field alone.</summary>
    [Fact]
    public void Validate_NumbersAndTexts_AreBoundedInclusively()
    {
        string longest = new('a', 253), longer = new('a', 254);
        (RegistrySpec Allowed, RegistrySpec Refused, string Path)[] bounds =
        [
            (Good with { ScanInterval = 1 }, Good with { ScanInterval = 0 }, "spec.scanInterval"),
            (Good with { ScanInterval = 31_536_000 }, Good with { ScanInterval = 31_536_001 }, "spec.scanInterval"),
            (Good with { CaSecret = new() { Name = longest } }, Good with { CaSecret = new() { Name = longer } }, "spec.caSecret.name"),
            (Good with { CaSecret = new() { Name = "a", Key = longest } }, Good with { CaSecret = new() { Name = "a", Key = longer } }, "spec.caSecret.key"),
            (Good with { CaSecret = new() { Name = "a", Key = "k" } }, Good with { CaSecret = new() { Name = "a", Key = "" } }, "spec.caSecret.key"),
            (Scan(new() { Timeout = "1h" }), Scan(new() { Timeout = "1h0.0000001s" }), "spec.scanConfig.timeout"),
            (Scan(new() { Timeout = "100ns" }), Scan(new() { Timeout = "0s" }), "spec.scanConfig.timeout"),
            (Scan(new() { RetryDelay = "1h" }), Scan(new() { RetryDelay = "1h1s" }), "spec.scanConfig.retryDelay"),
            (Scan(new() { RetryDelay = "0s" }), Scan(new() { RetryDelay = "-1s" }), "spec.scanConfig.retryDelay"),
            (Scan(new() { RetryAttempts = 0 }), Scan(new() { RetryAttempts = -1 }), "spec.scanConfig.retryAttempts"),
            (Scan(new() { RetryAttempts = 10 }), Scan(new() { RetryAttempts = 11 }), "spec.scanConfig.retryAttempts"),
            (Scan(new() { Concurrency = 1 }), Scan(new() { Concurrency = 0 }), "spec.scanConfig.concurrency"),
            (Scan(new() { Concurrency = 50 }), Scan(new() { Concurrency = 51 }), "spec.scanConfig.concurrency"),
            (Good with { TagFilter = new() { Limit = 0 } }, Good with { TagFilter = new() { Limit = -1 } }, "spec.tagFilter.limit"),
        ];

        foreach (var (allowed, refused, path) in bounds)
        {
            RegistrySpecValidator.Validate(allowed).ShouldBeEmpty(path);
            RegistrySpecValidator.Validate(refused).ShouldHaveSingleItem(path).Path.ShouldBe(path);
        }

        static RegistrySpec Scan(ScanConfigSpec config) => Good with { ScanConfig = config };
    }

    [Theory]
    [InlineData("a a b", "spec.scanners[1].name")]
    [InlineData("a b a", "spec.scanners[2].name")]
    [InlineData("b a a", "spec.scanners[2].name")]
    public void Validate_ScannerNamedTwice_IsReportedAtTheSecond(string names, string path) =>
        RegistrySpecValidator.Validate(Good with { Scanners = [.. names.Split(' ').Select(name => new CustomScannerSpec { Name = name })] })
            .ShouldHaveSingleItem().Path.ShouldBe(path);

    [Fact]
    public void SpecError_Text_IsPathAndMessage() => new SpecError("spec.url", "is required").ToString().ShouldBe("spec.url: is required");
}
