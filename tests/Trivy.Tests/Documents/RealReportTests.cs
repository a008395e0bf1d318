using System.Text.Json;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Plugins.Trivy.Documents;
using RegistryOperator.Tests.Servers;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Trivy.Tests.Documents;

/// <summary>Real reports, and the same figures counted by <c>jq</c>.</summary>
public sealed class RealReportTests
{
    private const string Jq = "/usr/bin/jq";

    private const string Figures =
        """
        [.Results[]? | .Vulnerabilities[]?] as $all | {
          severities: ($all | group_by(.Severity) | map({key: .[0].Severity, value: length}) | from_entries),
          pairs: ($all | map(.VulnerabilityID + " " + .PkgName) | unique),
          fixed: ($all | map(select((.FixedVersion // "") != "")) | length),
          unfixed: ($all | map(select((.FixedVersion // "") == "")) | length),
          urls: ($all | map(.PkgIdentifier.PURL // "") | unique),
          layers: ($all | map(.Layer.Digest // "") | unique),
          references: ($all | map(.References // [] | length) | add // 0),
          weaknesses: ($all | map(.CweIDs // [] | length) | add // 0),
          family: (.Metadata.OS.Family // ""), release: (.Metadata.OS.Name // ""), endOfLife: (.Metadata.OS.EOSL // false)
        }
        """;

    public static TheoryData<string> Reports { get; } =
    [
        "trivy/shop-api-1.4.0.json", "trivy/shop-api-1.4.0-fixed.json", "trivy/shop-api-2.1.0.json", "trivy/alpine.json", "trivy/lockfiles.json",
    ];

    /// <summary>Reports of other versions and of systems and package managers that the own documents lack.</summary>
    public static TheoryData<string> SharedReports { get; } =
    [
        "alpine-310.json", "alpine-39.json", "app-1.0.0.trivy-0.44.1.json", "app-1.0.0.trivy-0.68.2.json", "busybox-with-lockfile.json", "centos-7.json",
        "debian-buster-ignore-unfixed.json", "debian-buster.json", "debian-stretch.json", "debian12.trivy-0.68.2.json.gz", "distroless-base.json",
        "distroless-python27.json", "fluentd-gems.json", "gomod.json", "npm.json", "opensuse-leap-151.json",
    ];

    [Theory]
    [MemberData(nameof(Reports))]
    public Task Read_RealReport_HasWhatJqCounts(string name) => ShouldHaveWhatJqCountsAsync(TestDocuments.Read(name));

    [SharedDataTheory]
    [MemberData(nameof(SharedReports))]
    public async Task Read_ReportOfAnotherVersionOrSystem_HasWhatJqCountsAndIsRefusedCutShort(string name)
    {
        var content = TestDocuments.ReadShared($"trivy-reports/{name}");

        await ShouldHaveWhatJqCountsAsync(content);
        ShouldBeRefusedCutShort(content);
    }

    [Theory]
    [MemberData(nameof(Reports))]
    public void Read_ReportCutShort_IsRefused(string name) => ShouldBeRefusedCutShort(TestDocuments.Read(name));

    [Fact]
    public void Read_ReportOf044_HasTypesWithoutPackageUrls()
    {
        var report = TrivyReportReader.Read(
            """
            {"SchemaVersion":2,"ArtifactName":"app:1.0.0","Metadata":{"OS":{"Family":"debian","Name":"10.1","EOSL":true}},
             "Results":[{"Target":"app:1.0.0 (debian 10.1)","Class":"os-pkgs","Type":"debian",
             "Vulnerabilities":[{"VulnerabilityID":"CVE-2023-4911","PkgName":"libc6","InstalledVersion":"2.28-10","Status":"affected","Severity":"HIGH"}]}]}
            """u8);

        var found = report.Vulnerabilities.ShouldHaveSingleItem();
        (found.PackageUrl, found.PackageType).ShouldBe((null, "deb"));
    }

    [Fact]
    public void Read_ShopApi_HasAllThatIsKnownOfAVulnerability()
    {
        var report = TrivyReportReader.Read(TestDocuments.Read("trivy/shop-api-1.4.0.json"));

        var zlib = report.Vulnerabilities.Single(found => found.Id == "CVE-2023-45853");
        zlib.Severity.ShouldBe(Severity.Critical);
        zlib.Package.ShouldBe("zlib1g");
        zlib.InstalledVersion.ShouldBe("1:1.2.13.dfsg-1");
        zlib.FixedVersion.ShouldBeNull();
        zlib.Status.ShouldBe("will_not_fix");
        zlib.PackageUrl.ShouldBe("pkg:deb/debian/zlib1g@1.2.13.dfsg-1?arch=amd64&distro=debian-12.4&epoch=1");
        zlib.PackageType.ShouldBe("deb");
        zlib.LayerDigest.ShouldBe("sha256:db7b9ec3636a56d3a84efc3484def9210d33a882bb2b1fe8d808f1639a7f95c1");
        zlib.Title.ShouldBe("zlib: integer overflow and resultant heap-based buffer overflow in zipOpenNewFileInZip4_64");
        zlib.Description.ShouldNotBeNull().ShouldStartWith("MiniZip in zlib through 1.3 has an integer overflow");
        zlib.CvssScore.ShouldBe(9.8);
        zlib.CvssVector.ShouldBe("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H");
        zlib.PrimaryUrl.ShouldBe("https://avd.aquasec.com/nvd/cve-2023-45853");
        zlib.References.ShouldBe(["https://nvd.nist.gov/vuln/detail/CVE-2023-45853", "https://github.com/madler/zlib/pull/843"]);
        zlib.Weaknesses.ShouldBe(["CWE-190"]);
        zlib.Published.ShouldBe(new DateTimeOffset(2023, 10, 14, 2, 15, 0, TimeSpan.Zero));
        report.Vulnerabilities.Single(found => found.Id == "CVE-2023-38545" && found.Package == "curl").FixedVersion.ShouldBe("7.88.1-10+deb12u4");
    }

    private static void ShouldBeRefusedCutShort(byte[] content)
    {
        foreach (var length in Enumerable.Range(1, 20).Select(part => content.Length * part / 21))
            Should.Throw<TrivyReportException>(() => TrivyReportReader.Read(content.AsSpan(0, length))).Message.ShouldStartWith("Trivy's report");
    }

    private static async Task ShouldHaveWhatJqCountsAsync(byte[] content)
    {
        Assert.SkipUnless(File.Exists(Jq), "jq is not installed.");
        var counted = await CountAsync(content);

        var report = TrivyReportReader.Read(content);

        var all = report.Vulnerabilities;
        all.ShouldAllBe(found => found.PackageType != null && found.Target != null && found.Status != null);
        all.GroupBy(found => found.Severity).ToDictionary(group => group.Key.ToString().ToUpperInvariant(), group => group.Count())
            .ShouldBe(
                counted.GetProperty("severities").EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetInt32()), ignoreOrder: true);
        all.Select(found => $"{found.Id} {found.Package}").Distinct().ShouldBe(Texts(counted, "pairs"), ignoreOrder: true);
        all.Count(found => found.FixedVersion is not null).ShouldBe(counted.GetProperty("fixed").GetInt32());
        all.Count(found => found.FixedVersion is null).ShouldBe(counted.GetProperty("unfixed").GetInt32());
        all.Select(found => found.PackageUrl ?? "").Distinct().ShouldBe(Texts(counted, "urls"), ignoreOrder: true);
        all.Select(found => found.LayerDigest ?? "").Distinct().ShouldBe(Texts(counted, "layers"), ignoreOrder: true);
        all.Sum(found => found.References.Count).ShouldBe(counted.GetProperty("references").GetInt32());
        all.Sum(found => found.Weaknesses.Count).ShouldBe(counted.GetProperty("weaknesses").GetInt32());
        var family = counted.GetProperty("family").GetString()!;
        report.OperatingSystem.ShouldBe(family == "" ? null
            : new OperatingSystemRelease(family, counted.GetProperty("release").GetString()!, counted.GetProperty("endOfLife").GetBoolean()));
    }

    private static async Task<JsonElement> CountAsync(byte[] report)
    {
        using var folder = new TemporaryFolder("jq");
        var file = folder.File("report.json");
        await File.WriteAllBytesAsync(file, report, TestContext.Current.CancellationToken);
        var result = await Tool.RunAsync(Jq, [Figures, file], cancellationToken: TestContext.Current.CancellationToken);
        return JsonElement.Parse(result.EnsureSuccess().Output);
    }

    private static string[] Texts(JsonElement counted, string name) => [.. counted.GetProperty(name).EnumerateArray().Select(text => text.GetString()!)];
}
