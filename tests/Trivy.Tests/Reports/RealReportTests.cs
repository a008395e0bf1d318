using System.Text.Json;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Plugins.Trivy.Reports;
using RegistryOperator.Tests.Servers.Processes;
using RegistryOperator.Trivy.Tests.Support;

namespace RegistryOperator.Trivy.Tests.Reports;

/// <summary>Real reports of Trivy 0.44 to 0.68, and the same figures counted by <c>jq</c>.</summary>
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
        "alpine-310.json", "alpine-39.json", "app-1.0.0.trivy-0.44.1.json", "app-1.0.0.trivy-0.68.2.json", "busybox-with-lockfile.json", "centos-7.json",
        "debian-buster-ignore-unfixed.json", "debian-buster.json", "debian-stretch.json", "debian12.trivy-0.68.2.json.gz", "distroless-base.json",
        "distroless-python27.json", "fluentd-gems.json", "gomod.json", "npm.json", "opensuse-leap-151.json",
    ];

    [Theory]
    [MemberData(nameof(Reports))]
    public async Task Read_RealReport_HasWhatJqCounts(string name)
    {
        Assert.SkipUnless(File.Exists(Jq), "jq is not installed.");
        var content = SharedData.ReadReport(name);
        var counted = await CountAsync(content);

        var report = TrivyReportReader.Read(content);

        var all = report.Vulnerabilities;
        all.GroupBy(found => found.Severity).ToDictionary(group => group.Key.ToString().ToUpperInvariant(), group => group.Count())
            .ShouldBe(counted.GetProperty("severities").EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetInt32()), ignoreOrder: true);
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

    [Theory]
    [MemberData(nameof(Reports))]
    public void Read_RealReport_EveryVulnerabilityHasATypeATargetAndAStatus(string name)
    {
        var report = TrivyReportReader.Read(SharedData.ReadReport(name));

        report.Vulnerabilities.ShouldAllBe(found => found.PackageType != null && found.Target != null && found.Status != null);
    }

    [Theory]
    [MemberData(nameof(Reports))]
    public void Read_ReportCutShort_IsRefused(string name)
    {
        var content = SharedData.ReadReport(name);

        foreach (var length in Enumerable.Range(1, 20).Select(part => content.Length * part / 21))
            Should.Throw<TrivyReportException>(() => TrivyReportReader.Read(content.AsSpan(0, length))).Message.ShouldStartWith("Trivy's report");
    }

    [Fact]
    public void Read_ReportOf044_HasTypesWithoutPackageUrls()
    {
        var report = TrivyReportReader.Read(SharedData.ReadReport("app-1.0.0.trivy-0.44.1.json"));

        report.Vulnerabilities.ShouldAllBe(found => found.PackageUrl == null && found.PackageType == "deb");
    }

    [Fact]
    public void Read_DebianBuster_HasAllThatIsKnownOfAVulnerability()
    {
        var report = TrivyReportReader.Read(SharedData.ReadReport("debian-buster.json"));

        var bash = report.Vulnerabilities.Single(found => found.Id == "CVE-2019-18276");
        bash.Severity.ShouldBe(Severity.Low);
        bash.Package.ShouldBe("bash");
        bash.InstalledVersion.ShouldBe("5.0-4");
        bash.FixedVersion.ShouldBeNull();
        bash.Status.ShouldBe("affected");
        bash.PackageUrl.ShouldBe("pkg:deb/debian/bash@5.0-4?arch=amd64&distro=debian-10.1");
        bash.PackageType.ShouldBe("deb");
        bash.LayerDigest.ShouldBe("sha256:4a56a430b2bac33260d6449e162017e2b23076c6411a17b46db67f5b84dde2bd");
        bash.Title.ShouldBe("bash: when effective UID is not equal to its real UID the saved UID is not dropped");
        bash.Description.ShouldNotBeNull().ShouldStartWith("An issue was discovered in disable_priv_mode");
        bash.CvssScore.ShouldBe(7.8);
        bash.CvssVector.ShouldBe("CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H");
        bash.PrimaryUrl.ShouldBe("https://avd.aquasec.com/nvd/cve-2019-18276");
        bash.References.Count.ShouldBe(11);
        bash.Weaknesses.ShouldBe(["CWE-273"]);
        bash.Published.ShouldBe(new DateTimeOffset(2019, 11, 28, 1, 15, 0, TimeSpan.Zero));
        bash.Modified.ShouldBe(new DateTimeOffset(2021, 5, 26, 12, 15, 0, TimeSpan.Zero));
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
