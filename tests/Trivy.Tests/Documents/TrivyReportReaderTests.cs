using System.Text;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Plugins.Trivy.Documents;
using RegistryOperator.Trivy.Tests.Support;

namespace RegistryOperator.Trivy.Tests.Documents;

public sealed class TrivyReportReaderTests
{
    [Theory]
    [InlineData("", "Trivy's report is empty.")]
    [InlineData("Error: no such image", "Trivy's report is not the JSON expected: line 1, byte 1: ")]
    [InlineData("[]", "Trivy's report is a list, the form of Trivy before 0.20: use Trivy 0.20 or newer.")]
    [InlineData("\"text\"", "Trivy's report is not a JSON object.")]
    [InlineData("{}", "Trivy's report has no SchemaVersion: expected 2")]
    [InlineData("""{"bomFormat":"CycloneDX"}""", "Trivy's report has no SchemaVersion: expected 2")]
    [InlineData("""{"SchemaVersion":1}""", "Trivy's report is of schema 1, only 2 is supported")]
    [InlineData("""{"SchemaVersion":3,"Results":[]}""", "Trivy's report is of schema 3, only 2 is supported")]
    [InlineData("""{"SchemaVersion":"2"}""", "Trivy's report is of schema unknown, only 2 is supported")]
    [InlineData("""{"SchemaVersion":2,"Results":{}}""", "Trivy's report is not the JSON expected: A list was expected.")]
    [InlineData("""{"SchemaVersion":2,"Results":[1]}""", "Trivy's report is not the JSON expected: An entry of Results is no object.")]
    [InlineData("""{"SchemaVersion":2,"\ud800Vulnerabilities":1}""", "Trivy's report is not the JSON expected: ")]
    [InlineData("""{"SchemaVersion":2,"Results":[{"Target":"\udc00"}]}""", "Trivy's report is not the JSON expected: ")]
    [InlineData("""{"SchemaVersion":2}{}""", "Trivy's report is not the JSON expected: line 1, byte 20: ")]
    [InlineData(
        """{"SchemaVersion":2,"Results":[{"Target":"a","Vulnerabilities":[{"PkgName":"b"}]}]}""",
        "Trivy's report has a vulnerability without VulnerabilityID, in 'a'.")]
    [InlineData(
        """{"SchemaVersion":2,"Results":[{"Target":"a","Vulnerabilities":[{"VulnerabilityID":"CVE-1"}]}]}""",
        "Trivy's report has CVE-1 without PkgName, in 'a'.")]
    public void Read_NoReportOfSchema2_IsRefusedWithASentence(string content, string message) =>
        Should.Throw<TrivyReportException>(() => TrivyReportReader.Read(Encoding.UTF8.GetBytes(content))).Message.ShouldStartWith(message);

    [Theory]
    [InlineData("""{"SchemaVersion":2}""")]
    [InlineData("""{"SchemaVersion":2,"Results":null}""")]
    [InlineData("""{"SchemaVersion":2,"Results":[]}""")]
    [InlineData("""{"SchemaVersion":2,"Results":[{"Target":"a","Class":"os-pkgs"}]}""")]
    [InlineData("""{"SchemaVersion":2,"Results":[{"Target":"a","Vulnerabilities":null}]}""")]
    public void Read_NothingFound_IsAnEmptyReport(string content) =>
        TrivyReportReader.Read(Encoding.UTF8.GetBytes(content)).Vulnerabilities.ShouldBeEmpty();

    [Theory]
    [InlineData("""{"SchemaVersion":2,"Metadata":{"OS":{"Family":"none","Name":""}}}""", false)]
    [InlineData("""{"SchemaVersion":2,"Results":[]}""", false)]
    [InlineData("""{"SchemaVersion":2,"Results":[{"Target":"a","Class":"os-pkgs"}]}""", false)] // its package database was deleted
    [InlineData("""{"SchemaVersion":2,"Results":[{"Target":"a","Class":"os-pkgs","Packages":[]}]}""", false)]
    [InlineData("""{"SchemaVersion":2,"Results":[{"Target":"a","Class":"os-pkgs","Packages":[{"ID":"b","c":[{}]}],"Vulnerabilities":[]}]}""", true)]
    [InlineData("""{"SchemaVersion":2,"Results":[{"Class":"os-pkgs","Vulnerabilities":[{"VulnerabilityID":"CVE-1","PkgName":"b"}]}]}""", true)]
    [InlineData("""{"SchemaVersion":2,"Results":[{"Target":"a","Class":"lang-pkgs"}]}""", true)]
    public void Read_Results_AreWhatTrivyRecognised(string content, bool hasResults) =>
        TrivyReportReader.Read(Encoding.UTF8.GetBytes(content)).HasResults.ShouldBe(hasResults);

    [Theory]
    [InlineData("CRITICAL", Severity.Critical)]
    [InlineData("HIGH", Severity.High)]
    [InlineData("MEDIUM", Severity.Medium)]
    [InlineData("LOW", Severity.Low)]
    [InlineData("UNKNOWN", Severity.Unknown)]
    [InlineData("NEGLIGIBLE", Severity.Unknown)]
    public void Read_Severity_IsItsWord(string word, Severity expected) =>
        TrivyReportReader.Read(Json.Report($$"""[{"VulnerabilityID":"A","PkgName":"b","Severity":"{{word}}"}]""")).Vulnerabilities.Single().Severity
            .ShouldBe(expected);

    [Fact]
    public void Read_MembersInAnyOrder_AreTheSame()
    {
        var report = TrivyReportReader.Read(Encoding.UTF8.GetBytes(
            """
            {"Results":[{"Vulnerabilities":[{"PkgName":"lodash","VulnerabilityID":"CVE-2019-10744"}],"Packages":[{"Name":"lodash","Deep":{"er":[1,{}]}}],
             "Type":"node-pkg","Target":"Node.js"}],"Unknown":{"a":[{}]},"Metadata":{"OS":{"Name":"3.20","Family":"alpine"}},"SchemaVersion":2}
            """));

        var found = report.Vulnerabilities.Single();
        found.Target.ShouldBe("Node.js");
        found.PackageType.ShouldBe("npm");
        report.OperatingSystem.ShouldBe(new OperatingSystemRelease("alpine", "3.20", IsEndOfLife: false));
    }

    [Theory]
    [InlineData("\"Type\":\"node-pkg\"", "\"Target\":\"Node.js\"")]
    [InlineData("\"Target\":\"Node.js\"", "\"Type\":\"node-pkg\"")]
    public void Read_TargetOrTypeAfterTheVulnerabilities_CountsForThem(string before, string after)
    {
        var report = $$$"""{"SchemaVersion":2,"Results":[{{{{before}}},"Vulnerabilities":[{"VulnerabilityID":"CVE-1","PkgName":"a"}],{{{after}}}}]}""";
        var found = TrivyReportReader.Read(Encoding.UTF8.GetBytes(report)).Vulnerabilities.Single();

        (found.Target, found.PackageType).ShouldBe(("Node.js", "npm"));
    }

    [Fact]
    public void Read_SeveralResults_KeepsEachOnesTargetAndType()
    {
        var report = TrivyReportReader.Read(Encoding.UTF8.GetBytes(
            """
            {"SchemaVersion":2,"Results":[
             {"Target":"x (alpine 3.20)","Class":"os-pkgs","Type":"alpine","Vulnerabilities":[{"VulnerabilityID":"CVE-1","PkgName":"musl"}]},
             {"Target":"Java","Class":"lang-pkgs","Type":"jar","Vulnerabilities":[{"VulnerabilityID":"CVE-2","PkgName":"a:b","PkgPath":"app/b.jar"}]},
             {"Target":"app/bin","Class":"lang-pkgs","Type":"something-new","Vulnerabilities":[{"VulnerabilityID":"CVE-3","PkgName":"c"}]}]}
            """));

        report.Vulnerabilities.Select(found => (found.Id, found.Target, found.PackageType, found.PackagePath)).ShouldBe(
            [("CVE-1", "x (alpine 3.20)", "apk", null), ("CVE-2", "Java", "maven", "app/b.jar"), ("CVE-3", "app/bin", null, null)]);
    }

    [Fact]
    public void Read_SameAdvisoryForManyPackages_KeepsItsTextsOnce()
    {
        var vulnerability = Json.Vulnerability("""
            "Description":"A long text.","References":["https://a.example","https://b.example"],"CweIDs":["CWE-787"]
            """);

        var found = TrivyReportReader.Read(Json.Report($"[{vulnerability},{vulnerability}]")).Vulnerabilities;

        found[1].Description.ShouldBeSameAs(found[0].Description);
        found[1].References.ShouldBeSameAs(found[0].References);
        found[1].Weaknesses.ShouldBeSameAs(found[0].Weaknesses);
    }

    [Fact]
    public void Read_EmptyTexts_AreNone()
    {
        var found = TrivyReportReader.Read(Json.Report(
            $"[{Json.Vulnerability("\"FixedVersion\":\"\",\"Status\":\"\",\"Title\":\"\",\"Layer\":{},\"PkgIdentifier\":{}")}]")).Vulnerabilities.Single();

        found.FixedVersion.ShouldBeNull();
        found.Status.ShouldBeNull();
        found.Title.ShouldBeNull();
        found.LayerDigest.ShouldBeNull();
        found.PackageUrl.ShouldBeNull();
    }

    [Fact]
    public void Read_EveryMember_HasItsPlace()
    {
        var report = TrivyReportReader.Read(Encoding.UTF8.GetBytes(
            """
            {"SchemaVersion":2,"Metadata":{"OS":{"Family":"debian","Name":"12.5","EOSL":true}},
             "Results":[{"Target":"app (debian 12.5)","Type":"debian","Vulnerabilities":[
             {"VulnerabilityID":"CVE-1","PkgName":"zlib1g","PkgPath":"app/x","PkgIdentifier":{"PURL":"pkg:deb/debian/zlib1g@1"},
              "InstalledVersion":"1","FixedVersion":"2","Status":"fixed",
              "Layer":{"Digest":"sha256:1","DiffID":"sha256:2"},"SeveritySource":"debian","PrimaryURL":"https://a.example","DataSource":{"ID":"debian"},
              "Title":"t","Description":"d",
              "Severity":"low","CweIDs":["CWE-1","CWE-2"],"CVSS":{"nvd":{"V3Score":7.5,"V3Vector":"v"}},"References":["https://b.example"],
              "PublishedDate":"2026-01-02T03:04:05Z","LastModifiedDate":"2026-02-02T03:04:05Z"}]}]}
            """));

        report.OperatingSystem.ShouldBe(new OperatingSystemRelease("debian", "12.5", IsEndOfLife: true));
        var found = report.Vulnerabilities.Single();
        found.ShouldBe(new Vulnerability
        {
            Id = "CVE-1",
            Severity = Severity.Low,
            Package = "zlib1g",
            InstalledVersion = "1",
            FixedVersion = "2",
            Status = "fixed",
            PackageUrl = "pkg:deb/debian/zlib1g@1",
            PackageType = "deb",
            PackagePath = "app/x",
            Target = "app (debian 12.5)",
            LayerDigest = "sha256:1",
            Title = "t",
            Description = "d",
            CvssScore = 7.5,
            CvssVector = "v",
            PrimaryUrl = "https://a.example",
            References = found.References,
            Weaknesses = found.Weaknesses,
            Published = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
            Modified = new DateTimeOffset(2026, 2, 2, 3, 4, 5, TimeSpan.Zero),
        });
        found.References.ShouldBe(["https://b.example"]);
        found.Weaknesses.ShouldBe(["CWE-1", "CWE-2"]);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"OS":null}""")]
    [InlineData("""{"OS":{"Family":"","Name":"1"}}""")]
    [InlineData("null")]
    public void Read_NoFamily_IsNoOperatingSystem(string metadata) =>
        TrivyReportReader.Read(Json.Report("[]", metadata: metadata)).OperatingSystem.ShouldBeNull();

    [Fact]
    public void Read_FamilyAlone_IsOfNoVersion() =>
        TrivyReportReader.Read(Json.Report("[]", metadata: """{"OS":{"Family":"wolfi"}}""")).OperatingSystem
            .ShouldBe(new OperatingSystemRelease("wolfi", "", IsEndOfLife: false));

    [Fact]
    public void Read_NothingButWhatMustBe_LeavesTheRestOpen()
    {
        var found = TrivyReportReader.Read(Json.Report("""[{"VulnerabilityID":"A","PkgName":"b"}]""")).Vulnerabilities.Single();

        (found.InstalledVersion, found.PackagePath, found.Published, found.CvssScore, found.Severity).ShouldBe(("", null, null, null, Severity.Unknown));
        found.References.ShouldBeEmpty();
        found.Weaknesses.ShouldBeEmpty();
    }

    [Fact]
    public void Read_SameAdvisoryWithOtherLinks_KeepsTheLinksOfEach()
    {
        var report = TrivyReportReader.Read(Json.Report(
            """
            [{"VulnerabilityID":"A","PkgName":"b","References":["x"],"CweIDs":["1"]},
             {"VulnerabilityID":"A","PkgName":"c","References":["y"],"CweIDs":["1","2"]},
             {"VulnerabilityID":"A","PkgName":"d","References":["x"],"CweIDs":["1"]}]
            """));

        report.Vulnerabilities.Select(found => (string.Join(' ', found.References), string.Join(' ', found.Weaknesses)))
            .ShouldBe([("x", "1"), ("y", "1 2"), ("x", "1")]);
    }

    [Fact]
    public void Read_PackageOfAnotherTypeThanItsResult_HasTheTypeOfItsUrl() =>
        TrivyReportReader.Read(Json.Report(
            """[{"VulnerabilityID":"A","PkgName":"b","PkgIdentifier":{"PURL":"pkg:npm/b@1"}}]""")).Vulnerabilities.Single().PackageType.ShouldBe("npm");

    [Fact]
    public void Read_NamesFromTheImageInAnError_AreCleanedAndCut()
    {
        var name = "a\\u001b[31m\\n" + new string('b', 5000);

        var message = Should.Throw<TrivyReportException>(() => TrivyReportReader.Read(Encoding.UTF8.GetBytes(
            $$$"""{"SchemaVersion":2,"Results":[{"Target":"{{{name}}}","Vulnerabilities":[{"PkgName":"b"}]}]}"""))).Message;

        message.Length.ShouldBeLessThan(600);
        message.ShouldAllBe(character => !char.IsControl(character));
    }
}
