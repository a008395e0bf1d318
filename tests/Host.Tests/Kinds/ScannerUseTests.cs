using System.Text.Json;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Tests.Scans;

namespace RegistryOperator.Host.Tests.Kinds;

public class ScannerUseTests
{
    private static readonly RegistrySpec Spec = new() { Url = "https://registry.example/", Repository = "team/app" };

    [Fact]
    public void Of_NothingAskedFor_IsNothing()
    {
        ScanParts.Kinds.UsesOf(Spec).ShouldBeEmpty();
        ScanParts.Kinds.UsesOf(Spec with
        {
            SbomGeneration = new SbomGenerationSpec(),
            VulnerabilityScanning = new VulnerabilityScanningSpec { Enabled = false },
        }).ShouldBeEmpty();
    }

    [Fact]
    public void Of_SectionsWithoutMore_HaveTheDefaults() =>
        ScanParts.Kinds.UsesOf(Spec with
        {
            SbomGeneration = new SbomGenerationSpec { Enabled = true },
            VulnerabilityScanning = new VulnerabilityScanningSpec { Enabled = true },
        }).ShouldBe([
            new ScannerUse(ScannerKind.Sbom, "syft", TimeSpan.FromHours(1), "spec.sbomGeneration.generator")
            {
                OptionsField = "spec.sbomGeneration.options",
                Variant = SbomFormat.SyftJson,
            },
            new ScannerUse(ScannerKind.Vulnerability, "trivy", TimeSpan.FromHours(1), "spec.vulnerabilityScanning.scanner")
            {
                OptionsField = "spec.vulnerabilityScanning.options",
            },
        ]);

    [Fact]
    public void Of_SbomSection_IsAsWritten()
    {
        var use = ScanParts.Kinds.UsesOf(Spec with
        {
            SbomGeneration = new SbomGenerationSpec
            {
                Enabled = true,
                Generator = "trivy",
                Format = SbomFormat.SpdxJson,
                ScanInterval = 60,
                Tags = ["1.0"],
                UseAttached = true,
            },
        }).ShouldHaveSingleItem();

        (use.Scanner, use.Variant, use.Interval, use.TakesAttached)
            .ShouldBe(("trivy", SbomFormat.SpdxJson, TimeSpan.FromMinutes(1), true));
        (use.Covers("1.0"), use.Covers("1.1")).ShouldBe((true, false));
    }

    [Fact]
    public void Of_VulnerabilitySection_IsAsWritten()
    {
        var use = ScanParts.Kinds.UsesOf(Spec with
        {
            VulnerabilityScanning = new VulnerabilityScanningSpec { Enabled = true, Scanner = "grype", ScanInterval = 60, Tags = ["1.0"] },
        }).ShouldHaveSingleItem();

        (use.Kind, use.Scanner, use.Interval, use.Variant, use.TakesAttached)
            .ShouldBe((ScannerKind.Vulnerability, "grype", TimeSpan.FromMinutes(1), null, false));
        (use.Covers("1.0"), use.Covers("1.1")).ShouldBe((true, false));
    }

    [Fact]
    public void Of_OtherScanners_ComeLastInTheirOrderAndNameTheirPlace()
    {
        var options = JsonSerializer.SerializeToElement(new { limit = 1 });
        var uses = ScanParts.Kinds.UsesOf(Spec with
        {
            Scanners = [new CustomScannerSpec { Name = "b", Interval = 60, Tags = ["1.0"], Options = options }, new CustomScannerSpec { Name = "a" }],
            VulnerabilityScanning = new VulnerabilityScanningSpec { Enabled = true },
        });

        uses.Select(use => use.Scanner).ShouldBe(["trivy", "b", "a"]);
        uses.Select(use => use.Field).ShouldBe(["spec.vulnerabilityScanning.scanner", "spec.scanners[0]", "spec.scanners[1]"]);
        uses[1].ShouldBe(new ScannerUse(ScannerKind.Custom, "b", TimeSpan.FromMinutes(1), "spec.scanners[0]") { Tags = uses[1].Tags, Options = options });
        (uses[1].Covers("1.0"), uses[1].Covers("1.1"), uses[2].Covers("1.1")).ShouldBe((true, false, true));
        uses[2].Interval.ShouldBe(TimeSpan.FromHours(1));
    }

    [Fact]
    public void Of_OptionsOfEachKind_AreHandedOnWithTheirField()
    {
        var options = JsonSerializer.SerializeToElement(new { limit = 1 });
        var uses = ScanParts.Kinds.UsesOf(Spec with
        {
            VulnerabilityScanning = new VulnerabilityScanningSpec { Enabled = true, Options = options },
            SbomGeneration = new SbomGenerationSpec { Enabled = true, Options = options },
            Scanners = [new CustomScannerSpec { Name = "a" }, new CustomScannerSpec { Name = "b", Options = options }],
        });

        uses.Select(use => (use.OptionsField, use.Options?.GetRawText())).ShouldBe([
            ("spec.sbomGeneration.options", """{"limit":1}"""), ("spec.vulnerabilityScanning.options", """{"limit":1}"""),
            ("spec.scanners[0].options", null), ("spec.scanners[1].options", """{"limit":1}"""),
        ]);
    }

    [Theory]
    [InlineData("", "latest", true)] // none means all
    [InlineData("1.0 latest", "latest", true)]
    [InlineData("1.0 latest", "Latest", false)]
    [InlineData("1.0", "1.0.1", false)]
    public void Covers_Tag_IsOneOfTheSections(string tags, string tag, bool covered) =>
        (ScanParts.Use(ScannerKind.Sbom) with { Tags = tags.Split(' ', StringSplitOptions.RemoveEmptyEntries) }).Covers(tag).ShouldBe(covered);
}
