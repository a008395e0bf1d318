using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Reports;
using static RegistryOperator.Tests.ReportStores.SampleReports;

namespace RegistryOperator.Tests.ReportStores.Contract;

/// <summary>Which images have a package or a vulnerability.</summary>
public abstract class SearchContract<TSandbox> : StoreContract<TSandbox>
    where TSandbox : IStoreSandbox, new()
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await SearchSample.FillAsync(Store, Token);
    }

    [Theory]
    [InlineData("openssl", null, "1.0 openssl 3.0.9-1, 1.1 openssl 3.0.11-1")]
    [InlineData("openssl", "<3.0.11", "1.0 openssl 3.0.9-1")]
    [InlineData("openssl", ">=3.0.10 <4", "1.1 openssl 3.0.11-1")]
    [InlineData("OpenSSL", null, "1.0 openssl 3.0.9-1, 1.1 openssl 3.0.11-1")]
    [InlineData("opens", null, "")]
    [InlineData("pyyaml", "6", "1.0 PyYAML 6.0")]
    [InlineData("zope._-interface", null, "1.0 Zope.Interface 5")]
    [InlineData("newtonsoft.json", null, "1.1 Newtonsoft.Json 13.0.1")]
    [InlineData("bash", null, "1.0 bash 5.0")]
    public async Task FindPackageAsync_NameAndRange_AreMeantAsInThePackagesOwnSystem(string name, string? range, string expected) =>
        string.Join(", ", (await Store.FindPackageAsync(name, range, Token)).Select(SearchSample.Describe)).ShouldBe(expected);

    [Theory]
    [InlineData("CVE-2026-1", "1.0 openssl 3.0.9-1 CVE-2026-1 3.0.11-1")]
    [InlineData("cve-2026-2", "1.0 bash 5.0 CVE-2026-2")]
    [InlineData("CVE-2026-3", "")]
    [InlineData("CVE-2026", "")]
    public async Task FindVulnerabilityAsync_Id_IsFoundInAnyCase(string id, string expected) =>
        string.Join(", ", (await Store.FindVulnerabilityAsync(id, Token)).Select(SearchSample.Describe)).ShouldBe(expected);

    [Theory]
    [InlineData("https://registry.example.com", "", "web api")]
    [InlineData("http://registry.example.com", "", "web api")]
    [InlineData("https://registry.example.com", "https://registry.example.com/team/api", "api")]
    [InlineData("https://other.example", "", "other")]
    [InlineData("https://registry.example.com:5000", "", "")]
    [InlineData("https://example.com", "", "")]
    [InlineData("", "", "web api other")] // of a store that did not record it
    public async Task FindPackageAsync_SameDigestElsewhere_IsFoundWhereItWasLookedAt(string registry, string repository, string expected)
    {
        var shared = Image("shared");
        await Store.SaveAsync(Sbom(shared, Package("only-here", "1")).From(registry, repository), Token);
        await Store.SetImagesAsync(new ResourceName("one", "web"), [Tagged("web", shared)], Token);
        await Store.SetImagesAsync(new ResourceName("two", "api"), [Tagged("api", shared, "registry.example.com/team/api")], Token);
        await Store.SetImagesAsync(new ResourceName("two", "other"), [Tagged("other", shared, "other.example/team/api")], Token);

        string.Join(' ', (await Store.FindPackageAsync("only-here", null, Token)).Select(hit => hit.Image.Tag)).ShouldBe(expected);
    }

    [Theory]
    [InlineData("openssl")]
    [InlineData("OpenSSL")]
    [InlineData("libssl3")]
    public async Task FindPackageAsync_SourcePackage_FindsWhatIsBuiltFromIt(string asked)
    {
        var image = Image("built");
        var sbom = Sbom(image, Package("libssl3", "3.0.11-1") with { SourceName = "openssl" });
        await Store.SaveAsync(sbom, Token);
        await Store.SetImagesAsync(new ResourceName("one", "built"), [Tagged("built", image)], Token);

        (await Store.FindPackageAsync(asked, null, Token)).Where(hit => hit.Image.Tag == "built").ShouldHaveSingleItem().Package.ShouldBe("libssl3");
        (await Store.CountPackagesAsync(sbom.Report.Key, Token)).ShouldBe(new Dictionary<string, int> { ["deb"] = 1 });
    }

    [Fact]
    public async Task FindPackageAsync_RangeThatIsNone_IsRefused() =>
        await Should.ThrowAsync<FormatException>(() => Store.FindPackageAsync("openssl", "^3", Token));

    [Fact]
    public async Task FindPackageAsync_Hit_TellsResourcePlatformAndWorkloads()
    {
        var hit = (await Store.FindPackageAsync("openssl", "<3.0.11", Token)).ShouldHaveSingleItem();

        hit.Resource.ShouldBe(Shop);
        hit.Platform.ShouldBe("linux/amd64");
        hit.Type.ShouldBe("deb");
        hit.Image.Workloads.ShouldBe(["Deployment/shop/web"]);
    }

    [Fact]
    public async Task FindPackageAsync_SameImageUnderSeveralTagsAndResources_FindsEach()
    {
        await Store.SetImagesAsync(new ResourceName("dev", "web"), [Tagged("latest", Image("a")), Tagged("v1", Image("a"))], Token);

        (await Store.FindPackageAsync("openssl", "<3.0.11", Token))
            .Select(hit => $"{hit.Resource} {hit.Image.Tag}")
            .ShouldBe(["dev/web latest", "dev/web v1", "shop/web 1.0"]);
    }

    [Fact]
    public async Task FindPackageAsync_ImageOfOnePlatformOnly_IsFoundOnce()
    {
        var single = new StoredImage("registry.example.com/x", "1", Image("a"), new Dictionary<string, Digest> { ["linux/amd64"] = Image("a") });
        await Store.SetImagesAsync(Shop, [single], Token);

        (await Store.FindPackageAsync("openssl", null, Token)).ShouldHaveSingleItem().Platform.ShouldBe("linux/amd64");
    }

    [Fact]
    public async Task FindPackageAsync_ReportOfNoImage_IsNotFound()
    {
        await Store.SetImagesAsync(Shop, [], Token);

        (await Store.FindPackageAsync("openssl", null, Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task CountPackagesAsync_Sbom_CountsByType()
    {
        var key = Sbom(Image("a")).Report.Key;

        (await Store.CountPackagesAsync(key, Token)).ShouldBe(new Dictionary<string, int> { ["deb"] = 1, ["npm"] = 1, ["pypi"] = 2 }, ignoreOrder: true);
    }

    [Fact]
    public async Task FindPackageAsync_SeveralPlatformsAndVersions_AreInOrder()
    {
        await Store.SetImagesAsync(
            Shop,
            [new("registry.example.com/x", "1", Image("index"), new Dictionary<string, Digest> { ["linux/b"] = Image("p"), ["linux/a"] = Image("q") })],
            Token);
        await Store.SaveAsync(Sbom(Image("p"), Package("zlib", "2"), Package("zlib", "1")), Token);
        await Store.SaveAsync(Sbom(Image("q"), Package("zlib", "3")), Token);

        (await Store.FindPackageAsync("zlib", null, Token)).Select(hit => $"{hit.Platform} {hit.Version}").ShouldBe(["linux/a 3", "linux/b 1", "linux/b 2"]);
    }

    [Fact]
    public async Task FindPackageAsync_ReportAboutTheIndexItself_HasNoPlatform()
    {
        await Store.SaveAsync(Sbom(Image("index of 1.1"), Package("only-in-the-index", "1")), Token);

        (await Store.FindPackageAsync("only-in-the-index", null, Token)).ShouldHaveSingleItem().Platform.ShouldBe("");
    }
}
