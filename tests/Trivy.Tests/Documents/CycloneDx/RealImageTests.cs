using System.Text;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Tests.Servers;
using RegistryOperator.Tests.Servers.Processes;
using RegistryOperator.Tests.Servers.Registries;
using RegistryOperator.Trivy.Tests.Support;

namespace RegistryOperator.Trivy.Tests.Documents.CycloneDx;

/// <summary>The document kept of an image, before the real Trivy.</summary>
public sealed class RealImageTests
{
    public static TheoryData<string, string[]> Images => Ecosystems.All;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Images))]
    public async Task Scan_FromTheDocument_FindsWhatTheImageHasToTheLastDetail(string name, string[] findings)
    {
        await using var plugin = Plugin.CreateReal(("SkipDbUpdate", "true"));
        using var folder = new TemporaryFolder("ecosystems");
        var advisories = Ecosystems.WriteAdvisories(folder);
        await plugin.MakeDatabaseAsync(advisories);
        Ecosystems.WriteJavaIndex(plugin.Cache);
        await using var registry = await DockerRegistry.StartAsync(Stop);
        var request = await PushAsync(registry, name);
        var before = await plugin.Vulnerabilities.CheckReadinessAsync(Stop);
        plugin.Runner.Clear();

        var fromImage = await plugin.Vulnerabilities.ScanAsync(request, Stop);
        var firstVerbs = plugin.Runner.Verbs;
        await plugin.MakeDatabaseAsync(advisories);
        var fromDocument = await plugin.Vulnerabilities.ScanAsync(request.After(fromImage, before), Stop);

        firstVerbs.ShouldBe(["image"]);
        fromDocument.Method.ShouldBe(ScanMethods.Sbom);
        fromImage.Pairs().ShouldBe(findings);
        fromDocument.Everything().ShouldBe(fromImage.Everything());
    }

    [Theory]
    [MemberData(nameof(Images))]
    public async Task Document_OfEachEcosystem_IsWhatTrivyConvertWrites(string name, string[] findings)
    {
        _ = findings;
        await using var plugin = await Plugin.CreateWithDatabaseAsync();
        Ecosystems.WriteJavaIndex(plugin.Cache);
        await using var registry = await DockerRegistry.StartAsync(Stop);
        var request = await PushAsync(registry, name);

        var result = await plugin.Vulnerabilities.ScanAsync(request, Stop);

        var converted = await TrivyConvert.RunAsync(result.Documents[0].Content, Stop);
        var kept = result.Documents.Single(document => document.MediaType == SbomMediaTypes.CycloneDxJson).Content;
        CanonicalDocument.Of(kept).ShouldBe(CanonicalDocument.Of(converted));
        Encoding.UTF8.GetString(kept.Span).ShouldNotContain("CVE-");
    }

    private static async Task<ImageScanRequest> PushAsync(DockerRegistry registry, string name)
    {
        var image = Ecosystems.Build(name);
        using var pusher = registry.CreatePusher();
        await pusher.PushAsync(Support.Images.Repository, tag: null, image, Stop);
        return Requests.Create(registry.Url, image.Digest);
    }
}

/// <summary>The real <c>trivy convert</c>.</summary>
internal static class TrivyConvert
{
    /// <summary>The CycloneDX document it makes of a report.</summary>
    public static async Task<byte[]> RunAsync(ReadOnlyMemory<byte> report, CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder("convert");
        var file = folder.Write("report.json", Encoding.UTF8.GetString(report.Span));
        var result = await Tool.RunAsync(
            ServerBinaries.Find("trivy"), ["convert", "--format", "cyclonedx", "--cache-dir", folder.Path, file], cancellationToken: cancellationToken);
        return Encoding.UTF8.GetBytes(result.EnsureSuccess().Output);
    }
}
