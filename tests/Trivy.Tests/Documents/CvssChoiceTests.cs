using RegistryOperator.Plugins.Trivy.Documents;
using RegistryOperator.Trivy.Tests.Support;

namespace RegistryOperator.Trivy.Tests.Documents;

public sealed class CvssChoiceTests
{
    [Theory]
    [InlineData("""{"nvd":{"V2Score":7.2,"V2Vector":"AV:L","V3Score":7.8,"V3Vector":"CVSS:3.1/A"}}""", "", "", 7.8, "CVSS:3.1/A")]
    [InlineData("""{"nvd":{"V3Score":7.8,"V3Vector":"CVSS:3.1/A"},"ghsa":{"V40Score":6.9,"V40Vector":"CVSS:4.0/B"}}""", "", "", 6.9, "CVSS:4.0/B")]
    [InlineData("""{"nvd":{"V3Score":7.8,"V3Vector":"CVSS:3.1/A"},"ghsa":{"V3Score":5.0,"V3Vector":"CVSS:3.1/B"}}""", "ghsa", "nvd", 5.0, "CVSS:3.1/B")]
    [InlineData("""{"nvd":{"V3Score":7.8,"V3Vector":"CVSS:3.1/A"},"redhat":{"V3Score":5.0,"V3Vector":"CVSS:3.1/B"}}""", "redhat-oval", "", 5.0, "CVSS:3.1/B")]
    [InlineData("""{"nvd":{"V3Score":7.8,"V3Vector":"CVSS:3.1/A"},"redhat":{"V3Score":5.0,"V3Vector":"CVSS:3.1/B"}}""", "", "redhat", 5.0, "CVSS:3.1/B")]
    [InlineData("""{"nvd":{"V3Score":7.8,"V3Vector":"CVSS:3.1/A"},"redhat":{"V3Score":5.0,"V3Vector":"CVSS:3.1/B"}}""", "debian", "debian", 7.8, "CVSS:3.1/A")]
    [InlineData("""{"redhat":{"V3Score":5.0,"V3Vector":"CVSS:3.1/B"},"bitnami":{"V3Score":6.0,"V3Vector":"CVSS:3.1/C"}}""", "debian", "", 6.0, "CVSS:3.1/C")]
    [InlineData("""{"ghsa":{"V2Score":9.0,"V2Vector":"AV:N"},"nvd":{"V3Score":7.8,"V3Vector":"CVSS:3.1/A"}}""", "ghsa", "", 7.8, "CVSS:3.1/A")]
    [InlineData("""{"nvd":{"V2Score":7.2,"V2Vector":"AV:L"}}""", "", "", 7.2, "AV:L")]
    [InlineData("""{"nvd":{"V3Score":7.8}}""", "", "", 7.8, null)]
    [InlineData("""{"nvd":{"V3Vector":"CVSS:3.1/A"}}""", "", "", null, null)]
    [InlineData("{}", "", "", null, null)]
    [InlineData("null", "", "", null, null)]
    [InlineData("""{"nvd":{"V3Score":0,"V3Vector":"CVSS:3.1/N"}}""", "", "", 0.0, "CVSS:3.1/N")]
    [InlineData("""{"nvd":{"V3Score":0,"V2Score":5.0,"V2Vector":"AV:L"}}""", "", "", 5.0, "AV:L")]
    [InlineData("""{"nvd":{"V3Score":0},"zeta":{"V3Score":4.0}}""", "", "", 4.0, null)]
    [InlineData("""{"alpha":{"V3Score":1.0},"redhat":{"V3Score":5.0},"nvd":{"V3Score":7.8}}""", "", "", 7.8, null)]
    [InlineData("""{"alpha":{"V3Score":1.0},"redhat":{"V3Score":5.0},"nvd":{"V3Score":7.8}}""", "", "redhat-x", 5.0, null)]
    [InlineData("""{"alpha":{"V3Score":1.0},"redhat":{"V3Score":5.0},"nvd":{"V3Score":7.8}}""", "redhats", "", 7.8, null)]
    [InlineData("""{"ghsa":{"V3Score":1.0},"redhat":{"V3Score":5.0}}""", "redhat", "ghsa", 5.0, null)]
    [InlineData("""{"NVD":{"V3Score":1.0},"Zeta":{"V3Score":5.0},"alpha":{"V3Score":2.0}}""", "", "", 1.0, null)]
    [InlineData("""{"ghsa":{"V3Score":9.0},"nvd":{"V40Score":3.0,"V2Score":10.0}}""", "ghsa", "", 3.0, null)]
    public void Choose_SeveralSources_TakesTheNewestVersionThenTheVendorThenNvd(
        string cvss, string dataSource, string severitySource, double? score, string? vector)
    {
        var report = TrivyReportReader.Read(Json.Report(
            $"[{Json.Vulnerability($$"""
            "CVSS":{{cvss}},"DataSource":{"ID":"{{dataSource}}"},"SeveritySource":"{{severitySource}}"
            """)}]"));

        report.Vulnerabilities.Single().CvssScore.ShouldBe(score);
        report.Vulnerabilities.Single().CvssVector.ShouldBe(vector);
    }
}
