using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Host.Reports;
using RegistryOperator.Kubernetes;
using static RegistryOperator.Host.Tests.Reports.ReportSandbox;

namespace RegistryOperator.Host.Tests.Reports;

/// <summary>Which images have a package or a vulnerability.</summary>
public sealed class SearchTests : IAsyncLifetime
{
    private readonly ReportSandbox _sandbox = new();
    private IReportStore _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = await _sandbox.OpenAsync();
        await _store.SetImagesAsync(Shop, [Tagged("1.0", Image("a")) with { Workloads = ["Deployment/shop/web"] }, Tagged("1.1", Image("b"))], Token);
        await _store.SaveAsync(Sbom(Image("a"), Package("openssl", "3.0.9-1"), Package("@angular/core", "14.1.0", "npm"), Package("PyYAML", "6.0", "pypi"), Package("Zope.Interface", "5", "pypi")), Token);
        await _store.SaveAsync(Sbom(Image("b"), Package("openssl", "3.0.11-1"), Package("Newtonsoft.Json", "13.0.1", "nuget")), Token);
        await _store.SaveAsync(Vulnerabilities(Image("a"), Found("CVE-2026-1", "openssl", "3.0.9-1", "3.0.11-1"), Found("CVE-2026-2", "bash", "5.0")), Token);
        await _store.SaveAsync(Vulnerabilities(Image("b"), Found("GHSA-aaaa", "curl", "8"), Found("GO-2024-1", "curl", "8")), Token);
    }

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Theory]
    [InlineData("openssl", "1.0 openssl 3.0.9-1, 1.1 openssl 3.0.11-1")]
    [InlineData("openssl@<3.0.11", "1.0 openssl 3.0.9-1")]
    [InlineData("openssl@>=3.0.10 <4", "1.1 openssl 3.0.11-1")]
    [InlineData("openssl@3.0.9-1", "1.0 openssl 3.0.9-1")]
    [InlineData("@angular/core", "1.0 @angular/core 14.1.0")]
    [InlineData("@angular/core@<15", "1.0 @angular/core 14.1.0")]
    [InlineData("pyyaml", "1.0 PyYAML 6.0")]
    [InlineData("zope-interface", "1.0 Zope.Interface 5")]
    [InlineData("newtonsoft.json", "1.1 Newtonsoft.Json 13.0.1")]
    [InlineData("OpenSSL", "")]
    [InlineData("opens", "")]
    [InlineData("bash", "1.0 bash 5.0")]
    [InlineData("CVE-2026-1", "1.0 openssl 3.0.9-1 CVE-2026-1 3.0.11-1")]
    [InlineData("cve-2026-2", "1.0 bash 5.0 CVE-2026-2")]
    [InlineData("CVE-2026-3", "")]
    [InlineData("  CVE-2026-1 ", "1.0 openssl 3.0.9-1 CVE-2026-1 3.0.11-1")]
    [InlineData("GHSA-aaaa", "1.1 curl 8 GHSA-aaaa")]
    [InlineData("ghsa-AAAA", "1.1 curl 8 GHSA-aaaa")]
    [InlineData("GO-2024-1", "1.1 curl 8 GO-2024-1")]
    [InlineData("GO-2024-1@1", "")]
    [InlineData(" openssl @ < 3.0.11 ", "1.0 openssl 3.0.9-1")]
    [InlineData("CVE-curl", "")]
    [InlineData("Zope_interface", "1.0 Zope.Interface 5")]
    [InlineData("zope._-interface", "1.0 Zope.Interface 5")]
    [InlineData("Bash", "")]
    public async Task RunAsync_Query_FindsTheImages(string query, string expected) =>
        string.Join(", ", (await SearchQuery.RunAsync(_store, query, Token)).Select(Describe)).ShouldBe(expected);

    [Theory]
    [InlineData("openssl@")]
    [InlineData("openssl@<")]
    [InlineData("")]
    [InlineData("@")]
    [InlineData("   ")]
    [InlineData("openssl@  ")]
    public async Task RunAsync_OtherText_IsRefused(string query) =>
        await Should.ThrowAsync<FormatException>(() => SearchQuery.RunAsync(_store, query, Token));

    [Fact]
    public async Task FindPackageAsync_Hit_TellsResourcePlatformAndWorkloads()
    {
        var hit = (await _store.FindPackageAsync("openssl", "<3.0.11", Token)).ShouldHaveSingleItem();

        hit.Resource.ShouldBe(Shop);
        hit.Platform.ShouldBe("linux/amd64");
        hit.Type.ShouldBe("deb");
        hit.Image.Workloads.ShouldBe(["Deployment/shop/web"]);
    }

    [Fact]
    public async Task FindPackageAsync_SameImageUnderSeveralTagsAndResources_FindsEach()
    {
        await _store.SetImagesAsync(new ResourceKey("dev", "web"), [Tagged("latest", Image("a")), Tagged("v1", Image("a"))], Token);

        (await _store.FindPackageAsync("openssl", "<3.0.11", Token)).Select(hit => $"{hit.Resource} {hit.Image.Tag}").ShouldBe(["dev/web latest", "dev/web v1", "shop/web 1.0"]);
    }

    [Fact]
    public async Task FindPackageAsync_ImageOfOnePlatformOnly_IsFoundOnce()
    {
        var single = new StoredImage("registry.example.com/x", "1", Image("a"), new Dictionary<string, Digest> { ["linux/amd64"] = Image("a") });
        await _store.SetImagesAsync(Shop, [single], Token);

        (await _store.FindPackageAsync("openssl", null, Token)).ShouldHaveSingleItem().Platform.ShouldBe("linux/amd64");
    }

    [Fact]
    public async Task FindPackageAsync_ReportOfNoImage_IsNotFound()
    {
        await _store.SetImagesAsync(Shop, [], Token);

        (await _store.FindPackageAsync("openssl", null, Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task CountPackagesAsync_Sbom_CountsByType()
    {
        var key = Sbom(Image("a")).Report.Key;

        (await _store.CountPackagesAsync(key, Token)).ShouldBe(new Dictionary<string, int> { ["deb"] = 1, ["npm"] = 1, ["pypi"] = 2 }, ignoreOrder: true);
    }

    [Fact]
    public async Task FindPackageAsync_SeveralPlatformsAndVersions_AreInOrder()
    {
        await _store.SetImagesAsync(
            Shop, [new StoredImage("r.example.com/x", "1", Image("index"), new Dictionary<string, Digest> { ["linux/b"] = Image("p"), ["linux/a"] = Image("q") })], Token);
        await _store.SaveAsync(Sbom(Image("p"), Package("zlib", "2"), Package("zlib", "1")), Token);
        await _store.SaveAsync(Sbom(Image("q"), Package("zlib", "3")), Token);

        (await _store.FindPackageAsync("zlib", null, Token)).Select(hit => $"{hit.Platform} {hit.Version}").ShouldBe(["linux/a 3", "linux/b 1", "linux/b 2"]);
    }

    [Fact]
    public async Task FindPackageAsync_ReportAboutTheIndexItself_HasNoPlatform()
    {
        await _store.SaveAsync(Sbom(Image("index of 1.1"), Package("only-in-the-index", "1")), Token);

        (await _store.FindPackageAsync("only-in-the-index", null, Token)).ShouldHaveSingleItem().Platform.ShouldBe("");
    }

    [Fact]
    public async Task Write_Hits_AreJsonWithEveryField()
    {
        var hits = await _store.FindVulnerabilityAsync("CVE-2026-1", Token);
        var nowhere = hits[0] with { Platform = "", Vulnerability = null, FixedVersion = null, Package = "<a&b>" };

        using var json = System.Text.Json.JsonDocument.Parse(SearchJson.Write([.. hits, nowhere]));

        json.RootElement[0].EnumerateObject().Select(field => $"{field.Name}={field.Value}").ShouldBe(
        [
            "resource=shop/web", "image=registry.example.com/team/web:1.0", $"digest={Image("index of 1.0")}", $"platformDigest={Image("a")}", "platform=linux/amd64",
            "package=openssl", "version=3.0.9-1", "type=deb", "vulnerability=CVE-2026-1", "fixedVersion=3.0.11-1", $"workloads={json.RootElement[0].GetProperty("workloads")}",
        ], ignoreOrder: true);
        json.RootElement[0].GetProperty("workloads").EnumerateArray().Select(workload => workload.GetString()).ShouldBe(["Deployment/shop/web"]);
        json.RootElement[1].EnumerateObject().Select(field => field.Name).ShouldBe(["resource", "image", "digest", "package", "version", "type", "workloads"], ignoreOrder: true);
        SearchJson.Write([nowhere]).ShouldContain("<a&b>");
        SearchJson.Write([]).ShouldBe("[]");
    }

    private static string Describe(SearchHit hit) => string.Join(' ', new[] { hit.Image.Tag, hit.Package, hit.Version, hit.Vulnerability, hit.FixedVersion }.OfType<string>());
}
