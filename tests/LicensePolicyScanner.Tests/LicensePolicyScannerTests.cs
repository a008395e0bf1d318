using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using LicensePolicy;
using NSubstitute;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Testing.Conformance;

namespace RegistryOperator.LicensePolicy.Tests;

public class LicensePolicyScannerTests
{
    private static readonly Sbom Image = new()
    {
        Format = SbomFormat.SyftJson,
        Packages =
        [
            new SbomPackage { Id = "1", Name = "zlib", Licenses = ["Zlib"] },
            new SbomPackage { Id = "2", Name = "ghostscript", Licenses = ["AGPL-3.0-only"] },
            new SbomPackage { Id = "3", Name = "app" },
        ],
    };

    [Theory]
    [InlineData("AGPL-3.0-only", false, "Failed", "1")]
    [InlineData("agpl-*", false, "Failed", "1")]
    [InlineData("GPL-3.0-only", false, "Passed", "0")]
    [InlineData("GPL-3.0-only", true, "Failed", "0")]
    public async Task Scan_PackagesUnderAPolicy_AreJudged(string forbidden, bool forbidUnknown, string result, string count)
    {
        var scanned = await ScanAsync(new LicensePolicyOptions { Forbidden = [forbidden], ForbidUnknown = forbidUnknown });

        scanned.Result.ShouldBe(result);
        scanned.Summary["forbidden"].ShouldBe(count);
        scanned.Summary["unknown"].ShouldBe("1");
    }

    [Fact]
    public async Task Scan_Report_NamesEveryForbiddenPackage()
    {
        var scanned = await ScanAsync(new LicensePolicyOptions { Forbidden = ["*"] });

        using var report = JsonDocument.Parse(scanned.Documents.ShouldHaveSingleItem().Content);
        report.RootElement.GetProperty("forbidden").EnumerateArray().Select(package => package.GetProperty("name").GetString())
            .ShouldBe(["ghostscript", "zlib"]);
        scanned.Summary["examples"].ShouldBe("ghostscript (AGPL-3.0-only), zlib (Zlib)");
    }

    [Fact]
    public async Task Scan_ExceptedPackage_IsLeftOut() =>
        (await ScanAsync(new LicensePolicyOptions { Forbidden = ["AGPL-*"], Except = ["ghostscript"] })).Result.ShouldBe("Passed");

    [Fact]
    public async Task Scan_NoSbom_SaysWhatToDo()
    {
        var failure = await Should.ThrowAsync<ScanException>(ScanAsync(new LicensePolicyOptions(), sbom: null));

        failure.Reason.ShouldBe(ScanReasons.ScannerUnavailable);
        failure.Message.ShouldContain("spec.sbomGeneration");
    }

    [Theory]
    [InlineData("")]
    [InlineData("A*L")]
    public void Validate_LicenceThatIsNone_IsNamed(string licence)
    {
        var options = new LicensePolicyOptions { Forbidden = [licence] };

        Validator.TryValidateObject(options, new ValidationContext(options), null).ShouldBeFalse();
    }

    [Fact]
    public Task Scanner_KeepsTheContract()
    {
        var options = new ScannerConformanceOptions { Reports = Reports(Image), ScannerOptions = new LicensePolicyOptions { Forbidden = ["AGPL-*"] } };
        return new ScannerConformance(_ => Substitute.For<IRegistryClient>(), options).VerifyAsync(
            new global::LicensePolicy.LicensePolicyScanner(), TestContext.Current.CancellationToken);
    }

    private static Task<ImageScanResult> ScanAsync(LicensePolicyOptions options) => ScanAsync(options, Image);

    private static Task<ImageScanResult> ScanAsync(LicensePolicyOptions options, Sbom? sbom) => new global::LicensePolicy.LicensePolicyScanner().ScanAsync(
        new ImageScanRequest
        {
            Repository = new RepositoryReference(new Uri("https://registry.example.com"), "team/app"),
            Digest = Digest.Compute("image"u8),
            Platform = Platform.Parse("linux/amd64"),
            Client = Substitute.For<IRegistryClient>(),
            Options = options,
            Reports = Reports(sbom),
        }, TestContext.Current.CancellationToken);

    private static IImageReports Reports(Sbom? sbom)
    {
        var reports = Substitute.For<IImageReports>();
        reports.FindSbomAsync(Arg.Any<CancellationToken>()).Returns(sbom);
        return reports;
    }
}
