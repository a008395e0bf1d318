using System.Text;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Plugins.Trivy.Documents;
using RegistryOperator.Testing.Conformance;
using RegistryOperator.Testing.Images;
using RegistryOperator.Tests.Servers.Registries;
using RegistryOperator.Trivy.Tests.Support;

namespace RegistryOperator.Trivy.Tests.Real;

/// <summary>The real Trivy over images in a real, open registry.</summary>
public sealed class ImageScanTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Scan_DebianImage_FindsExactlyWhatTheDatabaseHasForItsPackages()
    {
        await using var plugin = await Plugin.CreateWithDatabaseAsync();
        await using var registry = await DockerRegistry.StartAsync(Stop);
        var image = await PushAsync(registry, Images.Debian());

        var result = await plugin.Vulnerabilities.ScanAsync(Requests.Create(registry.Url, image.Digest), Stop);

        result.Result.ShouldBe("Scanned");
        result.Method.ShouldBe(ScanMethods.Image);
        result.Pairs().ShouldBe(Images.DebianFindings);
        result.ShouldBeOfType<VulnerabilityScanResult>().OperatingSystem.ShouldBe(new OperatingSystemRelease("debian", "12.5", IsEndOfLife: false));
        result.Documents.Select(document => document.MediaType).ShouldBe([TrivyMediaTypes.Report, SbomMediaTypes.CycloneDxJson]);
        Encoding.UTF8.GetString(result.Documents[1].Content.Span).ShouldNotContain("CVE-");
        var glibc = result.Vulnerabilities().Single(found => found.Id == "CVE-2023-4911");
        glibc.Severity.ShouldBe(Severity.High);
        glibc.FixedVersion.ShouldBe("2.36-9+deb12u3");
        glibc.PackageUrl.ShouldBe("pkg:deb/debian/libc6@2.36-9%2Bdeb12u1?arch=amd64&distro=debian-12.5");
        glibc.LayerDigest.ShouldBe(image.Layers[0].Digest.ToString());
        glibc.Target.ShouldBe($"{registry.Url.Authority}/{Images.Repository}@{image.Digest} (debian 12.5)");
        result.Vulnerabilities().Single(found => found.Package == "zlib1g").Status.ShouldBe("will_not_fix");
        result.Vulnerabilities().Single(found => found.Package == "lodash").PackagePath.ShouldBe("app/node_modules/lodash/package.json");
    }

    [Fact]
    public async Task Scan_AlpineImage_FindsPackagesOfVulnerableSources()
    {
        await using var plugin = await Plugin.CreateWithDatabaseAsync();
        await using var registry = await DockerRegistry.StartAsync(Stop);
        var image = await PushAsync(registry, Images.Alpine());

        var result = await plugin.Vulnerabilities.ScanAsync(Requests.Create(registry.Url, image.Digest), Stop);

        result.Pairs().ShouldBe(["CVE-2022-30065 ssl_client", "CVE-2022-37434 zlib"]);
        var system = result.ShouldBeOfType<VulnerabilityScanResult>().OperatingSystem.ShouldNotBeNull();
        system.Family.ShouldBe("alpine");
        system.IsEndOfLife.ShouldBeTrue();
    }

    [Fact]
    public async Task Scan_ImageWithoutPackages_FindsNothing()
    {
        await using var plugin = await Plugin.CreateWithDatabaseAsync();
        await using var registry = await DockerRegistry.StartAsync(Stop);
        var image = await PushAsync(registry, Images.Empty());

        var result = await plugin.Vulnerabilities.ScanAsync(Requests.Create(registry.Url, image.Digest), Stop);

        result.Vulnerabilities().ShouldBeEmpty();
        result.ShouldBeOfType<VulnerabilityScanResult>().OperatingSystem.ShouldBeNull();
    }

    [Fact]
    public async Task Scan_Always_NamesTheImageByDigest()
    {
        await using var plugin = await Plugin.CreateWithDatabaseAsync();
        await using var registry = await DockerRegistry.StartAsync(Stop);
        var image = await PushAsync(registry, Images.Debian());
        await registry.Log.ClearAsync(Stop);

        await plugin.Vulnerabilities.ScanAsync(Requests.Create(registry.Url, image.Digest), Stop);

        var manifests = (await registry.Log.ReadAsync(Stop)).Where(request => request.Path.Contains("/manifests/", StringComparison.Ordinal)).ToArray();
        manifests.ShouldNotBeEmpty();
        manifests.ShouldAllBe(request => request.Path.EndsWith($"/manifests/{image.Digest}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("memory")]
    [InlineData("fs")]
    public async Task Scan_EightImagesAtOnceInOneCacheFolder_AllSucceed(string cacheBackend)
    {
        await using var plugin = await Plugin.CreateWithDatabaseAsync(("CacheBackend", cacheBackend));
        await using var registry = await DockerRegistry.StartAsync(Stop);
        var images = new List<TestImage>();
        foreach (var number in Enumerable.Range(0, 8)) images.Add(await PushAsync(registry, Images.Debian($"1.0.{number}")));

        var results = await Task.WhenAll(images.Select(image => plugin.Vulnerabilities.ScanAsync(Requests.Create(registry.Url, image.Digest), Stop)));

        results.ShouldAllBe(result => result.Pairs().SequenceEqual(Images.DebianFindings));
    }

    [Fact]
    public async Task Scan_MemoryBackend_LeavesNothingOfTheImageInTheCacheFolder()
    {
        await using var plugin = await Plugin.CreateWithDatabaseAsync();
        await using var registry = await DockerRegistry.StartAsync(Stop);
        var image = await PushAsync(registry, Images.Debian());

        await plugin.Vulnerabilities.ScanAsync(Requests.Create(registry.Url, image.Digest), Stop);

        Directory.GetFileSystemEntries(plugin.Cache).Select(Path.GetFileName).ShouldBe(["db"]);
    }

    [Fact]
    public async Task Scan_ManifestThatIsNotThere_IsNotFound()
    {
        await using var plugin = await Plugin.CreateWithDatabaseAsync();
        await using var registry = await DockerRegistry.StartAsync(Stop);
        await PushAsync(registry, Images.Debian());

        var error = await Should.ThrowAsync<ScanException>(
            () => plugin.Vulnerabilities.ScanAsync(Requests.Create(registry.Url, Digest.Compute("absent"u8)), Stop));

        error.Reason.ShouldBe(ScanReasons.NotFound);
    }

    [Fact]
    public async Task Scan_RegistryThatIsNotThere_IsRegistryUnavailable()
    {
        await using var plugin = await Plugin.CreateWithDatabaseAsync();

        var error = await Should.ThrowAsync<ScanException>(
            () => plugin.Vulnerabilities.ScanAsync(Requests.Create(new Uri("http://127.0.0.1:1"), Digest.Compute("absent"u8)), Stop));

        error.Reason.ShouldBe(ScanReasons.RegistryUnavailable);
    }

    [Fact]
    public async Task Scan_JavaArchivesWithoutTheirIndex_IsScannerUnavailableWithTheCommandToRun()
    {
        await using var plugin = await Plugin.CreateWithDatabaseAsync(("SkipJavaDbUpdate", "true"));
        await using var registry = await DockerRegistry.StartAsync(Stop);
        var image = await PushAsync(registry, Images.Java());

        var error = await Should.ThrowAsync<ScanException>(() => plugin.Vulnerabilities.ScanAsync(Requests.Create(registry.Url, image.Digest), Stop));

        error.Reason.ShouldBe(ScanReasons.ScannerUnavailable);
        error.Message.ShouldContain("trivy image --download-java-db-only");
    }

    [Fact]
    public async Task Scanners_RealTrivy_KeepTheContract()
    {
        await using var plugin = await Plugin.CreateWithDatabaseAsync();
        var conformance = new ScannerConformance(repository => Requests.Client(repository));

        await conformance.VerifyAsync(plugin.Vulnerabilities, Stop);
        await conformance.VerifyAsync(plugin.Sboms, Stop);
    }

    private static async Task<TestImage> PushAsync(DockerRegistry registry, TestImage image)
    {
        using var pusher = registry.CreatePusher();
        await pusher.PushAsync(Images.Repository, tag: null, image, Stop);
        return image;
    }
}
