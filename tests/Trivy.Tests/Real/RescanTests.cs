using System.Text;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Testing.Images;
using RegistryOperator.Tests.Servers.Processes;
using RegistryOperator.Tests.Servers.Registries;
using RegistryOperator.Trivy.Tests.Support;

namespace RegistryOperator.Trivy.Tests.Real;

/// <summary>Later scans look into the SBOM that the first one kept.</summary>
public sealed class RescanTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Scan_NewDatabase_FindsItsVulnerabilitiesWithoutARequestToTheRegistry()
    {
        await using var plugin = await Plugin.CreateWithDatabaseAsync();
        await using var registry = await DockerRegistry.StartAsync(Stop);
        using var folder = new TemporaryFolder("advisories");
        var request = await PushAsync(registry, Images.Debian());
        var before = await plugin.Vulnerabilities.CheckReadinessAsync(Stop);
        var first = await plugin.Vulnerabilities.ScanAsync(request, Stop);
        await plugin.MakeDatabaseAsync(Advisories.WriteLater(folder));
        await registry.Log.ClearAsync(Stop);
        plugin.Runner.Clear();

        var second = await plugin.Vulnerabilities.ScanAsync(request.After(first, before), Stop);

        second.Method.ShouldBe(ScanMethods.Sbom);
        second.Pairs().ShouldBe([.. Images.DebianFindings.Concat(["CVE-2099-0001 bash", "CVE-2099-0002 lodash"]).Order(StringComparer.Ordinal)]);
        (await registry.Log.ReadAsync(Stop)).ShouldBeEmpty();
        plugin.Runner.Verbs.ShouldBe(["sbom"]);
        second.Documents[1].ShouldBe(first.Documents.Single(document => document.MediaType == SbomMediaTypes.CycloneDxJson));
    }

    public static TheoryData<string> Bases { get; } = ["debian", "alpine", "empty"];

    [Theory]
    [MemberData(nameof(Bases))]
    public async Task Scan_FromTheSbom_IsTheSameAsFromTheImageToTheLastDetail(string name)
    {
        await using var plugin = await Plugin.CreateWithDatabaseAsync();
        await using var registry = await DockerRegistry.StartAsync(Stop);
        var request = await PushAsync(registry, name switch { "debian" => Images.Debian(), "alpine" => Images.Alpine(), _ => Images.Empty() });
        var before = await plugin.Vulnerabilities.CheckReadinessAsync(Stop);
        var first = await plugin.Vulnerabilities.ScanAsync(request, Stop);
        await plugin.MakeDatabaseAsync();

        var fromSbom = await plugin.Vulnerabilities.ScanAsync(request.After(first, before), Stop);
        var fromImage = await plugin.Vulnerabilities.ScanAsync(request, Stop);

        fromSbom.Method.ShouldBe(ScanMethods.Sbom);
        fromImage.Method.ShouldBe(ScanMethods.Image);
        fromSbom.Everything().ShouldBe(fromImage.Everything());
        fromSbom.ShouldBeOfType<Abstractions.Vulnerabilities.VulnerabilityScanResult>().OperatingSystem
            .ShouldBe(fromImage.ShouldBeOfType<Abstractions.Vulnerabilities.VulnerabilityScanResult>().OperatingSystem);
    }

    [Fact]
    public async Task Scan_FromTheSbom_NamesTheImageAndNoFolderOfThisMachine()
    {
        await using var plugin = await Plugin.CreateWithDatabaseAsync();
        await using var registry = await DockerRegistry.StartAsync(Stop);
        var request = await PushAsync(registry, Images.Debian());
        var before = await plugin.Vulnerabilities.CheckReadinessAsync(Stop);
        var first = await plugin.Vulnerabilities.ScanAsync(request, Stop);
        await plugin.MakeDatabaseAsync();

        var second = await plugin.Vulnerabilities.ScanAsync(request.After(first, before), Stop);

        var report = Encoding.UTF8.GetString(second.Documents[0].Content.Span);
        report.ShouldContain($"\"ArtifactName\": \"{request.Repository.Name}@{request.Digest}\"");
        report.ShouldNotContain(Path.GetTempPath());
    }

    [Fact]
    public async Task Scan_SameDatabaseOrAnotherTrivyOrABrokenSbom_LooksIntoTheImage()
    {
        await using var plugin = await Plugin.CreateWithDatabaseAsync();
        await using var registry = await DockerRegistry.StartAsync(Stop);
        var request = await PushAsync(registry, Images.Debian());
        var now = await plugin.Vulnerabilities.CheckReadinessAsync(Stop);
        var first = await plugin.Vulnerabilities.ScanAsync(request, Stop);
        var broken = first with { Documents = [first.Documents[0], new ReportDocument(SbomMediaTypes.CycloneDxJson, "{\"bomFormat\":"u8.ToArray())] };

        var same = await plugin.Vulnerabilities.ScanAsync(request.After(first, now), Stop);
        var otherTool = await plugin.Vulnerabilities.ScanAsync(request.After(first, now with { ToolVersion = "0.1.0", DatabaseVersion = "old" }), Stop);
        var noSbom = await plugin.Vulnerabilities.ScanAsync(
            request.After(first with { Documents = [first.Documents[0]] }, now with { DatabaseVersion = "old" }), Stop);
        var unreadable = await plugin.Vulnerabilities.ScanAsync(request.After(broken, now with { DatabaseVersion = "old" }), Stop);

        foreach (var result in new[] { same, otherTool, noSbom, unreadable })
        {
            result.Method.ShouldBe(ScanMethods.Image);
            result.Pairs().ShouldBe(Images.DebianFindings);
        }
    }

    private static async Task<ImageScanRequest> PushAsync(DockerRegistry registry, TestImage image)
    {
        using var pusher = registry.CreatePusher();
        await pusher.PushAsync(Images.Repository, tag: null, image, Stop);
        return Requests.Create(registry.Url, image.Digest);
    }
}
