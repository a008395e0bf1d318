using System.Text.Json;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Plugins.Trivy.Documents.CycloneDx;
using RegistryOperator.Sboms;
using RegistryOperator.Tests.Servers;

namespace RegistryOperator.Trivy.Tests.Documents.CycloneDx;

/// <summary>The document made of real reports of images.</summary>
public sealed class RealReportDocumentTests
{
    public static TheoryData<string> Reports { get; } = ["trivy/shop-api-1.4.0.json", "trivy/shop-api-2.1.0.json"];

    [Theory]
    [MemberData(nameof(Reports))]
    public void Write_RealReport_HoldsEachPackageOnceWithItsLicences(string name)
    {
        var report = TestDocuments.Read(name);
        using var json = JsonDocument.Parse(report);
        var packages = json.RootElement.GetProperty("Results").EnumerateArray().SelectMany(result => result.GetProperty("Packages").EnumerateArray()).ToArray();

        var sbom = SbomReader.Read(SbomMediaTypes.CycloneDxJson, CycloneDxWriter.Write(PackageReport.Read(report)));

        sbom.Packages.Select(package => $"{package.PackageUrl} {Join(package.Licenses)}").Order(StringComparer.Ordinal)
            .ShouldBe(packages
                .Select(package => $"{package.GetProperty("Identifier").GetProperty("PURL")} {Join(Licenses(package))}")
                .Order(StringComparer.Ordinal));
        sbom.Tool.ShouldBe("trivy");
    }

    [Theory]
    [MemberData(nameof(Reports))]
    public async Task Write_RealReport_IsWhatTrivyConvertWrites(string name)
    {
        Assert.SkipUnless(ServerBinaries.Has("trivy"), "trivy is not installed.");
        var report = TestDocuments.Read(name);

        var written = CycloneDxWriter.Write(PackageReport.Read(report));

        CanonicalDocument.Of(written).ShouldBe(CanonicalDocument.Of(await TrivyConvert.RunAsync(report, TestContext.Current.CancellationToken)));
    }

    private static IEnumerable<string> Licenses(JsonElement package) =>
        package.TryGetProperty("Licenses", out var licenses)
            ? licenses.EnumerateArray().Select(license => license.GetString()!).Distinct(StringComparer.Ordinal)
            : [];

    private static string Join(IEnumerable<string> licenses) => string.Join('|', licenses.Order(StringComparer.Ordinal));
}
