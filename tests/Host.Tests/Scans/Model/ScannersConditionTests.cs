using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Tests.Scans.Model;

public class ScannersConditionTests
{
    [Fact]
    public void Of_NoScanners_IsNone() => ScannersCondition.Of([]).ShouldBeNull();

    [Fact]
    public void Of_AllReady_NamesThemWithTheirVersions() =>
        ScannersCondition.Of([Ready("trivy", "0.68", "2026-01-01"), Ready("syft", "1.2", null), Ready("own", null, null)])
            .ShouldBe(new ScannersCondition(true, "Ready", "trivy 0.68 (database 2026-01-01), syft 1.2, own"));

    [Fact]
    public void Of_SomeThatCantWork_IsNotReadyForTheFirstReasonWithEachSentenceOnce() =>
        ScannersCondition.Of(
            [
                Ready("syft", "1.2", null),
                Broken("a", "InvalidOptions", "Options."),
                Broken("b", "ScannerUnavailable", "Missing."),
                Broken("c", "InvalidOptions", "Options."),
            ])
            .ShouldBe(new ScannersCondition(false, "InvalidOptions", "Options. Missing."));

    private static BoundScanner Ready(string name, string? tool, string? database) =>
        new(ScanParts.Use(ScannerKind.Custom, name), ScanParts.Registry()) { Versions = new ReportVersions("1", tool, database) };

    private static BoundScanner Broken(string name, string reason, string message) =>
        new(ScanParts.Use(ScannerKind.Custom, name), ScanParts.Registry()) { Problem = new ScanProblem(reason, message) };
}
