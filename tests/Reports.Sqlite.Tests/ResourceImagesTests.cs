using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Tests.ReportStores;
using RegistryOperator.Tests.ReportStores.Contract;
using static RegistryOperator.Tests.ReportStores.SampleReports;

namespace RegistryOperator.Reports.Sqlite.Tests;

/// <summary>The contract, and that the file is not written where nothing is new.</summary>
public sealed class ResourceImagesTests : ResourceImagesContract<ReportSandbox>
{
    [Fact]
    public async Task SetImagesAsync_SameAgain_WritesNothing()
    {
        StoredImage[] images =
        [
            .. Enumerable.Range(0, 200).Select(number => Tagged($"1.{number}", Image($"image {number}")) with { FirstSeen = Sandbox.Time.GetUtcNow() }),
        ];
        await Store.SetImagesAsync(Shop, images, Token);
        var before = new FileInfo(Sandbox.File + "-wal").Length;

        await Store.SetImagesAsync(Shop, images, Token);

        new FileInfo(Sandbox.File + "-wal").Length.ShouldBe(before);
    }

    [Theory]
    [InlineData("n", "a manifest whose config names none")]
    [InlineData("child", "an index with an entry that names none")]
    public async Task SetImagesAsync_ImageWithoutPlatform_IsKeptWithTheOthers(string manifest, string what)
    {
        var nameless = new StoredImage("registry.example.com/team/web", "nameless", Image("n"), new Dictionary<string, Digest> { [""] = Image(manifest) });
        await Store.SaveAsync(Sbom(Image(manifest), Package("bash", "5.0")), Token);

        await Store.SetImagesAsync(Shop, [nameless, Tagged("1.0", Image("a"))], Token);
        var before = new FileInfo(Sandbox.File + "-wal").Length;
        await Store.SetImagesAsync(Shop, [nameless, Tagged("1.0", Image("a"))], Token);
        new FileInfo(Sandbox.File + "-wal").Length.ShouldBe(before, what);
        await Store.SetImagesAsync(Shop, [nameless with { Workloads = ["Deployment/shop/web"] }, Tagged("1.0", Image("a"))], Token);

        (await Store.GetImagesAsync(Shop, Token))
            .Select(image => (image.Tag, image.Digest))
            .ShouldBe([("1.0", Image("index of 1.0")), ("nameless", Image("n"))]);
        (await Store.FindPackageAsync("bash", null, Token)).ShouldHaveSingleItem(what).Image.Workloads.ShouldBe(["Deployment/shop/web"]);
        await Store.SetImagesAsync(Shop, [], Token);
        (await Sandbox.CountAsync("image_digests")).ShouldBe(0, what);
    }
}
