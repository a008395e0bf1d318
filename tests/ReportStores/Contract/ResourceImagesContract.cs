using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Reports;
using static RegistryOperator.Tests.ReportStores.SampleReports;

namespace RegistryOperator.Tests.ReportStores.Contract;

/// <summary>Which images a resource has.</summary>
public abstract class ResourceImagesContract<TSandbox> : StoreContract<TSandbox>
    where TSandbox : IStoreSandbox, new()
{
    [Fact]
    public async Task GetImagesAsync_ImagesSet_GivesThemBackByTag()
    {
        StoredImage[] images =
        [
            Tagged("1.0", Image("a")) with { FirstSeen = DateTimeOffset.Parse("2026-01-01T00:00:00.1234567+02:00"), Workloads = ["Deployment/shop/web"] },
            Tagged("1.1", Image("b")) with { Platforms = new Dictionary<string, Digest> { ["linux/amd64"] = Image("b"), ["linux/arm64/v8"] = Image("c") } },
            Tagged("1.2", Image("d")) with { Platforms = new Dictionary<string, Digest>() },
        ];
        await Store.SetImagesAsync(Shop, images.Reverse().ToList(), Token);

        var read = await Store.GetImagesAsync(Shop, Token);

        read.Select(image => image.Tag).ShouldBe(["1.0", "1.1", "1.2"]);
        foreach (var (actual, expected) in read.Zip(images))
        {
            (actual with { Platforms = expected.Platforms, Workloads = expected.Workloads }).ShouldBe(expected);
            actual.Platforms.ShouldBe(expected.Platforms, ignoreOrder: true);
            actual.Workloads.ShouldBe(expected.Workloads);
        }
    }

    [Fact]
    public async Task GetImagesAsync_UnknownResource_IsEmpty() => (await Store.GetImagesAsync(new ResourceName("no", "such"), Token)).ShouldBeEmpty();

    [Fact]
    public async Task SetImagesAsync_SetAgain_AddsChangesAndRemoves()
    {
        await Store.SetImagesAsync(Shop, [Tagged("kept", Image("a")), Tagged("moved", Image("b")), Tagged("gone", Image("c"))], Token);
        await Store.SetImagesAsync(Shop, [Tagged("kept", Image("a")), Tagged("moved", Image("d")), Tagged("new", Image("e"))], Token);

        var read = await Store.GetImagesAsync(Shop, Token);

        read.Select(image => (image.Tag, image.Platforms["linux/amd64"])).ShouldBe([("kept", Image("a")), ("moved", Image("d")), ("new", Image("e"))]);
        (await Store.FindImagesAsync(Image("b").ToString(), Token)).ShouldBeEmpty();
        (await Store.FindImagesAsync(Image("c").ToString(), Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task SetImagesAsync_CouldNotBeReadThisTime_KeepsThePlatformsOfTheSameDigest()
    {
        await Store.SetImagesAsync(Shop, [Tagged("same", Image("a")), Tagged("moved", Image("b"))], Token);
        var none = new Dictionary<string, Digest>();
        await Store.SetImagesAsync(
            Shop,
            [
                Tagged("same", Image("a")) with { Platforms = none, IsRead = false },
                Tagged("moved", Image("c")) with { Digest = Image("another"), Platforms = none, IsRead = false },
            ],
            Token);

        var read = await Store.GetImagesAsync(Shop, Token);

        read.Single(image => image.Tag == "same").Platforms.ShouldContainKey("linux/amd64");
        read.Single(image => image.Tag == "moved").Platforms.ShouldBeEmpty();
    }

    [Fact]
    public async Task SetImagesAsync_NoImages_RemovesTheResourceAndNoOther()
    {
        var other = new ResourceName("shop", "other");
        await Store.SetImagesAsync(Shop, [Tagged("1.0", Image("a"))], Token);
        await Store.SetImagesAsync(other, [Tagged("1.0", Image("a"))], Token);

        await Store.SetImagesAsync(Shop, [], Token);

        (await Store.GetImagesAsync(Shop, Token)).ShouldBeEmpty();
        (await Store.FindImagesAsync("team/web:1.0", Token)).ShouldHaveSingleItem().Resource.ShouldBe(other);
    }

    [Fact]
    public async Task SetImagesAsync_ResourceOfNoNamespace_IsKept()
    {
        await Store.SetImagesAsync(new ResourceName("", "file"), [Tagged("1.0", Image("a"))], Token);

        (await Store.FindImagesAsync("1.0", Token)).ShouldHaveSingleItem().Resource.ShouldBe(new ResourceName("", "file"));
    }

    [Fact]
    public async Task SetImagesAsync_SameTagTwice_TheLastCounts()
    {
        await Store.SetImagesAsync(Shop, [Tagged("1.0", Image("a")), Tagged("1.0", Image("b"))], Token);

        (await Store.GetImagesAsync(Shop, Token)).ShouldHaveSingleItem().Platforms["linux/amd64"].ShouldBe(Image("b"));
    }

    [Theory]
    [InlineData("n", "a manifest whose config names none")]
    [InlineData("child", "an index with an entry that names none")]
    public async Task SetImagesAsync_ImageWithoutPlatform_IsFoundWithItsWorkloads(string manifest, string what)
    {
        var nameless = new StoredImage("registry.example.com/team/web", "nameless", Image("n"), new Dictionary<string, Digest> { [""] = Image(manifest) });
        await Store.SaveAsync(Sbom(Image(manifest), Package("bash", "5.0")), Token);
        await Store.SetImagesAsync(Shop, [nameless, Tagged("1.0", Image("a"))], Token);

        await Store.SetImagesAsync(Shop, [nameless with { Workloads = ["Deployment/shop/web"] }, Tagged("1.0", Image("a"))], Token);

        (await Store.GetImagesAsync(Shop, Token))
            .Select(image => (image.Tag, image.Digest))
            .ShouldBe([("1.0", Image("index of 1.0")), ("nameless", Image("n"))]);
        (await Store.FindPackageAsync("bash", null, Token)).ShouldHaveSingleItem(what).Image.Workloads.ShouldBe(["Deployment/shop/web"]);
    }
}
