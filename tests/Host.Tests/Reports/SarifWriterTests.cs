using System.Text.Json;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Host.Reports;
using RegistryOperator.Host.Reports.Sarif;
using static RegistryOperator.Host.Tests.Reports.ReportSandbox;

namespace RegistryOperator.Host.Tests.Reports;

/// <summary>What SARIF 2.1.0 requires of a log, and what code scanning services read.</summary>
public class SarifWriterTests
{
    private static readonly JsonElement Log = Write(
        Found("CVE-2026-1", "bash", "5.0", severity: Severity.Low),
        Found("CVE-2026-2", "openssl", "3.0.9", "3.0.11", Severity.Critical) with { CvssScore = 9.8, PrimaryUrl = "https://avd.example.com/x", Weaknesses = ["CWE-79"] },
        Found("CVE-2026-2", "libssl3", "3.0.9", "3.0.11", Severity.Medium) with { PackagePath = "/usr/lib/a b.so" },
        Found("GHSA-1", "left-pad", "1.0.0", severity: Severity.High),
        Found("TEMP-1", "x", "1", severity: Severity.Unknown));

    private static JsonElement Run => Log.GetProperty("runs").EnumerateArray().ShouldHaveSingleItem();

    private static JsonElement[] Rules => [.. Run.GetProperty("tool").GetProperty("driver").GetProperty("rules").EnumerateArray()];

    private static JsonElement[] Results => [.. Run.GetProperty("results").EnumerateArray()];

    [Fact]
    public void Write_Log_NamesVersionSchemaAndTool()
    {
        Log.GetProperty("version").GetString().ShouldBe("2.1.0");
        Log.GetProperty("$schema").GetString()!.ShouldEndWith("sarif-2.1.0.json");
        Run.GetProperty("tool").GetProperty("driver").GetProperty("name").GetString().ShouldBe("trivy");
    }

    [Fact]
    public void Write_Results_EachPointsAtItsRule()
    {
        Results.Length.ShouldBe(5);
        Rules.Select(rule => rule.GetProperty("id").GetString()).ShouldBe(["CVE-2026-2", "GHSA-1", "CVE-2026-1", "TEMP-1"]);
        foreach (var result in Results)
        {
            Rules[result.GetProperty("ruleIndex").GetInt32()].GetProperty("id").GetString().ShouldBe(result.GetProperty("ruleId").GetString());
            result.GetProperty("message").GetProperty("text").GetString().ShouldNotBeNullOrEmpty();
        }
    }

    [Fact]
    public void Write_Rules_HaveTextsAndASeverityToRankBy()
    {
        foreach (var rule in Rules)
        {
            foreach (var text in new[] { "shortDescription", "fullDescription", "help" }) rule.GetProperty(text).GetProperty("text").GetString().ShouldNotBeNullOrEmpty();
            double.Parse(rule.GetProperty("properties").GetProperty("security-severity").GetString()!).ShouldBeInRange(0, 10);
            rule.GetProperty("defaultConfiguration").GetProperty("level").GetString().ShouldBeOneOf("error", "warning", "note");
        }

        Rules.Select(rule => rule.GetProperty("properties").GetProperty("security-severity").GetString()).ShouldBe(["9.8", "8.0", "2.0", "0.0"]);
        Rules[0].GetProperty("properties").GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()).ShouldContain("external/cwe/cwe-79");
    }

    [Fact]
    public void Write_HelpUri_IsTheSourcesOrThatOfTheId()
    {
        Rules.Select(rule => rule.TryGetProperty("helpUri", out var uri) ? uri.GetString() : null)
            .ShouldBe(["https://avd.example.com/x", "https://github.com/advisories/GHSA-1", "https://nvd.nist.gov/vuln/detail/CVE-2026-1", null]);
    }

    [Fact]
    public void Write_Levels_FollowTheSeverity() =>
        Results.Select(result => result.GetProperty("level").GetString()).ShouldBe(["error", "error", "warning", "note", "note"]);

    [Fact]
    public void Write_Locations_AreRelativeReferencesOfPathOrImage()
    {
        var uris = Results.Select(result => result.GetProperty("locations")[0].GetProperty("physicalLocation").GetProperty("artifactLocation").GetProperty("uri").GetString()).ToArray();

        uris[0].ShouldBe("localhost%3A5000/team/web%3A1.0");
        uris[2].ShouldBe("usr/lib/a%20b.so");
        uris.ShouldAllBe(uri => Uri.IsWellFormedUriString(uri, UriKind.Relative));
    }

    [Fact]
    public void Write_Fingerprints_DifferByResult() =>
        Results.Select(result => result.GetProperty("partialFingerprints").GetProperty("vulnerablePackage/v1").GetString()).ShouldBeUnique();

    [Fact]
    public void Write_NothingFound_HasAnEmptyListOfResults() =>
        Write().GetProperty("runs")[0].GetProperty("results").GetArrayLength().ShouldBe(0);

    private static JsonElement Write(params Vulnerability[] found)
    {
        var target = new ReportTarget(Image("a"), "linux/amd64", ["localhost:5000/team/web:1.0"]);
        using var json = JsonDocument.Parse(SarifWriter.Write(new LocatedReport(target, ReportSandbox.Vulnerabilities(Image("a")).Report), found));
        return json.RootElement.Clone();
    }
}
