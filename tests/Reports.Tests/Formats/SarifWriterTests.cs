using System.Text.Json;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Reports.Formats;
using RegistryOperator.Reports.Search;
using RegistryOperator.Tests.ReportStores;
using static RegistryOperator.Tests.ReportStores.SampleReports;

namespace RegistryOperator.Reports.Tests.Formats;

/// <summary>What SARIF 2.1.0 requires of a log, and what code scanning services read.</summary>
public class SarifWriterTests
{
    private static readonly JsonElement Log = Write(
        Found("CVE-2026-1", "bash", "5.0", severity: Severity.Low),
        Found("CVE-2026-2", "openssl", "3.0.9", "3.0.11", Severity.Critical) with
        {
            CvssScore = 9.8,
            PrimaryUrl = "https://avd.example.com/x",
            Weaknesses = ["CWE-79"],
        },
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
            foreach (var text in new[] { "shortDescription", "fullDescription", "help" })
                rule.GetProperty(text).GetProperty("text").GetString().ShouldNotBeNullOrEmpty();
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
        var uris = Results
            .Select(result => result.GetProperty("locations")[0].GetProperty("physicalLocation").GetProperty("artifactLocation").GetProperty("uri").GetString())
            .ToArray();

        // The repository alone: with host and tag each release would be another place.
        uris[0].ShouldBe("team/web");
        uris[2].ShouldBe("usr/lib/a%20b.so");
        uris.ShouldAllBe(uri => Uri.IsWellFormedUriString(uri, UriKind.Relative));
    }

    [Fact]
    public void Write_Fingerprints_DifferByResult() =>
        Results.Select(result => result.GetProperty("partialFingerprints").GetProperty("vulnerablePackage/v1").GetString()).ShouldBeUnique();

    [Fact]
    public void Write_AlertsOfTwoTags_AreTheSame()
    {
        string[] Identities(string image, params Vulnerability[] found) =>
        [
            .. Write(image, found).GetProperty("runs")[0].GetProperty("results").EnumerateArray().Select(result =>
                $"{result.GetProperty("ruleId")} {result.GetProperty("locations")[0].GetProperty("physicalLocation").GetProperty("artifactLocation")} "
                    + result.GetProperty("partialFingerprints").GetProperty("primaryLocationLineHash")),
        ];
        var found = Found("CVE-2026-1", "bash", "5.0");

        var first = Identities("localhost:5000/team/web:1.0.0", found, found with { InstalledVersion = "5.1" });
        Identities("mirror.example/team/web:1.0.1", found with { InstalledVersion = "5.2" }, found with { InstalledVersion = "5.3" }).ShouldBe(first);
        first.ShouldBeUnique();
    }

    [Theory]
    [InlineData(Severity.Low, 9.8, "2.0")]
    [InlineData(Severity.Low, 3.9, "3.9")]
    [InlineData(Severity.Low, 0.0, "2.0")]
    [InlineData(Severity.Medium, 7.0, "5.5")]
    [InlineData(Severity.Medium, 6.94, "6.9")]
    [InlineData(Severity.Medium, 6.95, "5.5")]
    [InlineData(Severity.High, 9.8, "8.0")]
    [InlineData(Severity.High, 7.0, "7.0")]
    [InlineData(Severity.Critical, 6.9, "9.5")]
    [InlineData(Severity.Critical, 10.0, "10.0")]
    [InlineData(Severity.Unknown, 9.8, "9.8")]
    [InlineData(Severity.High, double.NaN, "8.0")]
    public void Write_ScoreOfAnotherSource_NeverContradictsTheSeverity(Severity severity, double score, string expected) =>
        Rule(Found("CVE-2026-1", "bash", "5.0", severity: severity) with { CvssScore = score })
            .GetProperty("properties").GetProperty("security-severity").GetString().ShouldBe(expected);

    [Fact]
    public void Write_MoreThanServicesTake_HasTheWorstAndSaysSo()
    {
        var many = Enumerable.Range(0, SarifWriter.MaximumResults).Select(i => Found($"CVE-2026-{i}", "bash", "5.0", severity: Severity.Low));

        var run = Write([.. many, Found("CVE-2027-1", "bash", "5.0", severity: Severity.High)]).GetProperty("runs")[0];

        run.GetProperty("results").GetArrayLength().ShouldBe(SarifWriter.MaximumResults);
        run.GetProperty("results")[0].GetProperty("ruleId").GetString().ShouldBe("CVE-2027-1");
        run.GetProperty("tool").GetProperty("driver").GetProperty("rules").GetArrayLength().ShouldBe(SarifWriter.MaximumResults);
        run.GetProperty("invocations")[0].GetProperty("toolExecutionNotifications")[0].GetProperty("message").GetProperty("text").GetString()
            .ShouldBe("25001 vulnerabilities were found; the worst 25000 are listed: code scanning takes no more. The report has all of them.");
    }

    [Fact]
    public void Write_NothingFound_HasAnEmptyListOfResults() =>
        Write().GetProperty("runs")[0].GetProperty("results").GetArrayLength().ShouldBe(0);

    [Theory]
    [InlineData(Severity.Critical, "error", "9.5", "critical")]
    [InlineData(Severity.High, "error", "8.0", "high")]
    [InlineData(Severity.Medium, "warning", "5.5", "medium")]
    [InlineData(Severity.Low, "note", "2.0", "low")]
    [InlineData(Severity.Unknown, "note", "0.0", "unknown")]
    public void Write_SeverityWithoutAScore_IsRankedByTheMiddleOfItsRange(Severity severity, string level, string score, string tag)
    {
        var run = Write(Found("CVE-2026-1", "bash", "5.0", severity: severity)).GetProperty("runs")[0];
        var rule = run.GetProperty("tool").GetProperty("driver").GetProperty("rules")[0];

        rule.GetProperty("defaultConfiguration").GetProperty("level").GetString().ShouldBe(level);
        run.GetProperty("results")[0].GetProperty("level").GetString().ShouldBe(level);
        rule.GetProperty("properties").GetProperty("security-severity").GetString().ShouldBe(score);
        rule.GetProperty("properties").GetProperty("tags").EnumerateArray().Select(one => one.GetString()).ShouldBe(["security", "vulnerability", tag]);
    }

    [Fact]
    public void Write_Rule_HasTheTextsOfTheVulnerability()
    {
        var rule = Rule(Found("CVE-2026-1", "bash", "5.0", "5.1", Severity.Low) with { Title = "A title", Description = "A description" });

        Text(rule, "shortDescription").ShouldBe("A title");
        Text(rule, "fullDescription").ShouldBe("A description");
        Text(rule, "help").ShouldBe("A title\nSeverity: Low\nPackage: bash\nFixed version: 5.1");
        rule.GetProperty("name").GetString().ShouldBe("VulnerablePackage");
        rule.GetProperty("properties").GetProperty("precision").GetString().ShouldBe("very-high");
    }

    [Fact]
    public void Write_RuleWithoutTexts_IsNamedByIdAndPackage()
    {
        var rule = Rule(Found("CVE-2026-1", "bash", "5.0"));

        Text(rule, "shortDescription").ShouldBe("CVE-2026-1 in bash");
        Text(rule, "fullDescription").ShouldBe("CVE-2026-1 in bash");
        Text(rule, "help").ShouldEndWith("Fixed version: none yet");
    }

    [Theory]
    [InlineData("CVE-2026-1", "not a url", "https://nvd.nist.gov/vuln/detail/CVE-2026-1")]
    [InlineData("cve-2026-1", null, "https://nvd.nist.gov/vuln/detail/cve-2026-1")]
    [InlineData("CVE-a b", null, "https://nvd.nist.gov/vuln/detail/CVE-a%20b")]
    [InlineData("ghsa-1", null, "https://github.com/advisories/ghsa-1")]
    [InlineData("GO-1", "https://pkg.go.dev/x y", "https://pkg.go.dev/x%20y")]
    [InlineData("GO-1", null, null)]
    public void Write_Help_IsWhereTheVulnerabilityIsDescribed(string id, string? url, string? expected) =>
        (Rule(Found(id, "bash", "5.0") with { PrimaryUrl = url }).TryGetProperty("helpUri", out var uri) ? uri.GetString() : null).ShouldBe(expected);

    [Theory]
    [InlineData("5.1", "bash 5.0 has CVE-2026-1 (High): update it to 5.1.")]
    [InlineData("", "bash 5.0 has CVE-2026-1 (High): there is no fixed version yet.")]
    [InlineData(null, "bash 5.0 has CVE-2026-1 (High): there is no fixed version yet.")]
    public void Write_Result_SaysWhatToDo(string? fixedVersion, string expected) =>
        Text(Write(Found("CVE-2026-1", "bash", "5.0", fixedVersion)).GetProperty("runs")[0].GetProperty("results")[0], "message").ShouldBe(expected);

    [Theory]
    [InlineData("will_not_fix", "its vendor will not fix it.", "Fixed version: none, and none will come")]
    [InlineData("end_of_life", "its distribution has reached its end of life.", "Fixed version: none, and none will come")]
    [InlineData("fix_deferred", "its vendor has put off the fix.", "Fixed version: none yet, it is deferred")]
    [InlineData("not_affected", "its vendor says that it is not affected.", "Fixed version: none needed")]
    [InlineData("affected", "there is no fixed version yet.", "Fixed version: none yet")]
    public void Write_NoFixedVersion_SaysWhatBecomesOfIt(string status, string remedy, string help)
    {
        var found = Found("CVE-2026-1", "bash", "5.0") with { Status = status };

        Text(Write(found).GetProperty("runs")[0].GetProperty("results")[0], "message").ShouldEndWith($": {remedy}");
        Text(Rule(found), "help").ShouldEndWith(help);
    }

    [Fact]
    public void Write_Location_IsTheFirstLineOfThePathInItsPart()
    {
        var results = Write(
            Found("CVE-2026-1", "bash", "5.0") with { PackagePath = "/usr/bin/bash", Target = "app (debian 12)" },
            Found("CVE-2026-2", "curl", "8") with { PackagePath = "" }).GetProperty("runs")[0].GetProperty("results");
        var location = results[0].GetProperty("locations")[0];

        location.GetProperty("physicalLocation").GetProperty("artifactLocation").GetProperty("uri").GetString().ShouldBe("usr/bin/bash");
        location.GetProperty("physicalLocation").GetProperty("region").GetProperty("startLine").GetInt32().ShouldBe(1);
        Text(location, "message").ShouldBe("localhost:5000/team/web:1.0, app (debian 12): bash@5.0");
        results[1].GetProperty("locations")[0].GetProperty("physicalLocation").GetProperty("artifactLocation").GetProperty("uri").GetString()
            .ShouldBe("team/web");
        Text(results[1].GetProperty("locations")[0], "message").ShouldBe("localhost:5000/team/web:1.0: curl@8");
    }

    [Fact]
    public void Write_Run_TellsWhatWasScannedAndWithWhat()
    {
        Run.GetProperty("tool").GetProperty("driver").GetProperty("version").GetString().ShouldBe("0.68.2");
        Run.GetProperty("columnKind").GetString().ShouldBe("utf16CodeUnits");
        Run.GetProperty("properties").EnumerateObject().Select(property => $"{property.Name}={property.Value}").ShouldBe(
            [
                "image=localhost:5000/team/web:1.0", $"digest={Image("a")}", "platform=linux/amd64",
                "databaseVersion=2026-01-01", "scanned=2026-01-02T03:00:00.1234567+00:00",
            ],
            ignoreOrder: true);
    }

    [Fact]
    public void Write_WithoutToolDatabaseAndPlatform_NamesTheScannersVersion()
    {
        var report = SampleReports.Vulnerabilities(Image("a")).Report with { Versions = new ReportVersions("1.0.0", null, null) };
        using var json = JsonDocument.Parse(SarifWriter.Write(new LocatedReport(new ReportTarget(Image("a"), null, []), report), []));
        var run = json.RootElement.GetProperty("runs")[0];

        run.GetProperty("tool").GetProperty("driver").GetProperty("version").GetString().ShouldBe("1.0.0");
        run.GetProperty("properties").EnumerateObject().Select(property => property.Name).ShouldBe(["image", "digest", "scanned"], ignoreOrder: true);
        run.GetProperty("properties").GetProperty("image").GetString().ShouldBe(Image("a").ToString());
    }

    [Fact]
    public void Write_Fingerprint_IsThatOfTheFindingNotOfItsRating()
    {
        var found = Found("CVE-2026-1", "bash", "5.0") with { PackagePath = "a" };
        string Fingerprint(Vulnerability one) => Write(one).GetProperty("runs")[0].GetProperty("results")[0]
            .GetProperty("partialFingerprints").GetProperty("vulnerablePackage/v1").GetString()!;

        Fingerprint(found with { Severity = Severity.Low, CvssScore = 1, FixedVersion = "6", Title = "x" }).ShouldBe(Fingerprint(found));
        new[]
        {
            found, found with { Id = "CVE-2" }, found with { PackageType = "rpm" }, found with { Package = "zsh" },
            found with { InstalledVersion = "6" }, found with { PackagePath = "b" },
        }.Select(Fingerprint).ShouldBeUnique();
    }

    [Fact]
    public void Write_Text_HasNoEscapesThatOnlyHtmlNeeds()
    {
        var target = new ReportTarget(Image("a"), "linux/amd64", []);
        var log = SarifWriter.Write(
            new LocatedReport(target, SampleReports.Vulnerabilities(Image("a")).Report), [Found("CVE-2026-1", "<bash>", "5.0")]);

        System.Text.Encoding.UTF8.GetString(log).ShouldContain("<bash> 5.0");
        SarifWriter.MediaType.ShouldBe("application/sarif+json");
    }

    private static JsonElement Rule(Vulnerability found) =>
        Write(found).GetProperty("runs")[0].GetProperty("tool").GetProperty("driver").GetProperty("rules")[0];

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetProperty("text").GetString();

    private static JsonElement Write(params Vulnerability[] found) => Write("localhost:5000/team/web:1.0", found);

    private static JsonElement Write(string image, Vulnerability[] found)
    {
        var target = new ReportTarget(Image("a"), "linux/amd64", [image]);
        using var json = JsonDocument.Parse(SarifWriter.Write(new LocatedReport(target, SampleReports.Vulnerabilities(Image("a")).Report), found));
        return json.RootElement.Clone();
    }
}
