using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Host.Kinds.Sboms;
using RegistryOperator.Host.Tests.Scans;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Tests.Kinds.Sboms;

public class EnrichedSbomTests
{
    private static readonly Report By =
        ScanParts.Report(new ReportKey(ScanParts.DigestOf("image"), ScannerKind.Vulnerability, "trivy", ""), DateTimeOffset.Parse("2026-01-02T03:04:05Z"));

    [Fact]
    public void Of_Report_SaysFromWhichItKnows()
    {
        var enriched = EnrichedSbom.Of(Sbom(1), By, []);

        (enriched.EnrichedFrom, enriched.EnrichedBy).ShouldBe((By.Created, "trivy"));
    }

    [Fact]
    public void ToStatus_ManyPackages_NamesTenOfEach()
    {
        var status = EnrichedSbom.Of(Sbom(30), null, []).ToStatus(showsVulnerabilities: true);

        (status.TotalPackages, status.Packages.Count, status.Dependencies!.TopLevelPackages.Count).ShouldBe((30, 10, 10));
        // Ten types and the rest of them.
        status.PackageTypes.Count.ShouldBe(11);
        status.PackageTypes.Values.Sum().ShouldBe(30);
    }

    [Fact]
    public void ToStatus_Dependencies_AreCounted()
    {
        var sbom = Sbom(4) with
        {
            Dependencies = [new SbomDependency(SbomDependency.Root, "p0"), new SbomDependency("p0", "p1"), new SbomDependency("p1", "p2")],
        };

        var dependencies = EnrichedSbom.Of(sbom, null, []).ToStatus(true).Dependencies!;

        (dependencies.Direct, dependencies.Transitive, dependencies.Unknown, dependencies.Depth).ShouldBe((1, 2, 1, 3));
    }

    [Theory]
    [InlineData(true, true, 2, true, 1)]
    [InlineData(true, false, null, null, null)] // nobody looked
    [InlineData(false, true, null, null, null)] // the resource does not ask for them
    public void ToStatus_VulnerabilitiesOfPackages_AreShownWhereTheyAreKnown(bool shows, bool isEnriched, int? count, bool? critical, int? outdated)
    {
        var sbom = Sbom(1);
        Vulnerability[] found =
        [
            ScanParts.Vulnerability("CVE-1", Severity.Critical, "p0") with { PackageUrl = "pkg:t0/p0@1" },
            ScanParts.Vulnerability("CVE-2", package: "p0") with { PackageUrl = "pkg:t0/p0@1" },
        ];

        var status = EnrichedSbom.Of(sbom, isEnriched ? By : null, found).ToStatus(shows);

        (status.Packages[0].VulnerabilityCount, status.Packages[0].Critical, status.Dependencies!.Outdated).ShouldBe((count, critical, outdated));
    }

    [Fact]
    public void ToStatus_Names_AreClean()
    {
        var sbom = Sbom(1);
        sbom = sbom with
        {
            Packages = [sbom.Packages[0] with { Name = "open\u001b[31mssl", Version = "1\n", Type = "d\u0007eb" }],
            Dependencies = [new SbomDependency(SbomDependency.Root, "p0")],
        };

        var status = EnrichedSbom.Of(sbom, null, []).ToStatus(true);

        (status.Packages[0].Name, status.Packages[0].Version, status.Packages[0].Type).ShouldBe(("open\uFFFD[31mssl", "1", "d\uFFFDeb"));
        status.PackageTypes.Keys.ShouldBe(["d\uFFFDeb"]);
        status.Dependencies!.TopLevelPackages.ShouldAllBe(name => !name.Any(char.IsControl));
    }

    private static Sbom Sbom(int packages) => new()
    {
        Format = SbomFormat.CycloneDxJson,
        Packages =
        [
            .. Enumerable.Range(0, packages).Select(number => new SbomPackage
            {
                Id = $"p{number}",
                Name = $"p{number}",
                Version = "1",
                Type = $"t{number}",
                PackageUrl = $"pkg:t{number}/p{number}@1",
            }),
        ],
        Dependencies = [.. Enumerable.Range(0, packages).Select(number => new SbomDependency(SbomDependency.Root, $"p{number}"))],
    };
}
