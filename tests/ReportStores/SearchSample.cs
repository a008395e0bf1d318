using RegistryOperator.Reports;
using static RegistryOperator.Tests.ReportStores.SampleReports;

namespace RegistryOperator.Tests.ReportStores;

/// <summary>Two images with packages and vulnerabilities, to search in.</summary>
internal static class SearchSample
{
    public static async Task FillAsync(IReportStore store, CancellationToken cancellationToken)
    {
        var running = Tagged("1.0", Image("a")) with { Workloads = ["Deployment/shop/web"] };
        await store.SetImagesAsync(Shop, [running, Tagged("1.1", Image("b"))], cancellationToken);
        NewReport[] reports =
        [
            Sbom(
                Image("a"),
                Package("openssl", "3.0.9-1"),
                Package("@angular/core", "14.1.0", "npm"),
                Package("PyYAML", "6.0", "pypi"),
                Package("Zope.Interface", "5", "pypi")),
            Sbom(Image("b"), Package("openssl", "3.0.11-1"), Package("Newtonsoft.Json", "13.0.1", "nuget")),
            Vulnerabilities(Image("a"), Found("CVE-2026-1", "openssl", "3.0.9-1", "3.0.11-1"), Found("CVE-2026-2", "bash", "5.0")),
            Vulnerabilities(Image("b"), Found("GHSA-aaaa", "curl", "8"), Found("GO-2024-1", "curl", "8")),
        ];
        foreach (var report in reports) await store.SaveAsync(report, cancellationToken);
    }

    /// <summary>A hit in a line: tag, package, version, vulnerability, the version it is fixed in.</summary>
    public static string Describe(SearchHit hit) =>
        string.Join(' ', new[] { hit.Image.Tag, hit.Package, hit.Version, hit.Vulnerability, hit.FixedVersion }.OfType<string>());
}
