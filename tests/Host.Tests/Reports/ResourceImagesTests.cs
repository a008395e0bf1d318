using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Host.Reports;
using RegistryOperator.Kubernetes;
using static RegistryOperator.Host.Tests.Reports.ReportSandbox;

namespace RegistryOperator.Host.Tests.Reports;

/// <summary>Which images a resource has.</summary>
public sealed class ResourceImagesTests : IAsyncLifetime
{
    private readonly ReportSandbox _sandbox = new();
    private IReportStore _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _store = await _sandbox.OpenAsync();

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Fact]
    public async Task GetImagesAsync_ImagesSet_GivesThemBackByTag()
    {
        StoredImage[] images =
        [
            Tagged("1.0", Image("a")) with { FirstSeen = DateTimeOffset.Parse("2026-01-01T00:00:00.1234567+02:00"), Workloads = ["Deployment/shop/web"] },
            Tagged("1.1", Image("b")) with { Platforms = new Dictionary<string, Digest> { ["linux/amd64"] = Image("b"), ["linux/arm64/v8"] = Image("c") } },
            Tagged("1.2", Image("d")) with { Platforms = new Dictionary<string, Digest>() },
        ];
        await _store.SetImagesAsync(Shop, images.Reverse().ToList(), Token);

        var read = await _store.GetImagesAsync(Shop, Token);

        read.Select(image => image.Tag).ShouldBe(["1.0", "1.1", "1.2"]);
        foreach (var (actual, expected) in read.Zip(images))
        {
            (actual with { Platforms = expected.Platforms, Workloads = expected.Workloads }).ShouldBe(expected);
            actual.Platforms.ShouldBe(expected.Platforms, ignoreOrder: true);
            actual.Workloads.ShouldBe(expected.Workloads);
        }
    }

    [Fact]
    public async Task GetImagesAsync_UnknownResource_IsEmpty() => (await _store.GetImagesAsync(new ResourceKey("no", "such"), Token)).ShouldBeEmpty();

    [Fact]
    public async Task SetImagesAsync_SetAgain_AddsChangesAndRemoves()
    {
        await _store.SetImagesAsync(Shop, [Tagged("kept", Image("a")), Tagged("moved", Image("b")), Tagged("gone", Image("c"))], Token);
        await _store.SetImagesAsync(Shop, [Tagged("kept", Image("a")), Tagged("moved", Image("d")), Tagged("new", Image("e"))], Token);

        var read = await _store.GetImagesAsync(Shop, Token);

        read.Select(image => (image.Tag, image.Platforms["linux/amd64"])).ShouldBe([("kept", Image("a")), ("moved", Image("d")), ("new", Image("e"))]);
        (await _store.FindImagesAsync(Image("b").ToString(), Token)).ShouldBeEmpty();
        (await _store.FindImagesAsync(Image("c").ToString(), Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task SetImagesAsync_CouldNotBeReadThisTime_KeepsThePlatformsOfTheSameDigest()
    {
        await _store.SetImagesAsync(Shop, [Tagged("same", Image("a")), Tagged("moved", Image("b"))], Token);
        var none = new Dictionary<string, Digest>();
        await _store.SetImagesAsync(Shop, [Tagged("same", Image("a")) with { Platforms = none, IsRead = false }, Tagged("moved", Image("c")) with { Digest = Image("another"), Platforms = none, IsRead = false }], Token);

        var read = await _store.GetImagesAsync(Shop, Token);

        read.Single(image => image.Tag == "same").Platforms.ShouldContainKey("linux/amd64");
        read.Single(image => image.Tag == "moved").Platforms.ShouldBeEmpty();
    }

    [Fact]
    public async Task SetImagesAsync_SameAgain_WritesNothing()
    {
        StoredImage[] images = [.. Enumerable.Range(0, 200).Select(number => Tagged($"1.{number}", Image($"image {number}")) with { FirstSeen = _sandbox.Time.GetUtcNow() })];
        await _store.SetImagesAsync(Shop, images, Token);
        var before = new FileInfo(_sandbox.File + "-wal").Length;

        await _store.SetImagesAsync(Shop, images, Token);

        new FileInfo(_sandbox.File + "-wal").Length.ShouldBe(before);
    }

    [Fact]
    public async Task SetImagesAsync_NoImages_RemovesTheResourceAndNoOther()
    {
        var other = new ResourceKey("shop", "other");
        await _store.SetImagesAsync(Shop, [Tagged("1.0", Image("a"))], Token);
        await _store.SetImagesAsync(other, [Tagged("1.0", Image("a"))], Token);

        await _store.SetImagesAsync(Shop, [], Token);

        (await _store.GetImagesAsync(Shop, Token)).ShouldBeEmpty();
        (await _store.FindImagesAsync("team/web:1.0", Token)).ShouldHaveSingleItem().Resource.ShouldBe(other);
    }

    [Fact]
    public async Task SetImagesAsync_ResourceOfNoNamespace_IsKept()
    {
        await _store.SetImagesAsync(new ResourceKey("", "file"), [Tagged("1.0", Image("a"))], Token);

        (await _store.FindImagesAsync("1.0", Token)).ShouldHaveSingleItem().Resource.ShouldBe(new ResourceKey("", "file"));
    }

    [Fact]
    public async Task SetImagesAsync_SameTagTwice_TheLastCounts()
    {
        await _store.SetImagesAsync(Shop, [Tagged("1.0", Image("a")), Tagged("1.0", Image("b"))], Token);

        (await _store.GetImagesAsync(Shop, Token)).ShouldHaveSingleItem().Platforms["linux/amd64"].ShouldBe(Image("b"));
    }

    [Theory]
    [InlineData("n", "a manifest whose config names none")]
    [InlineData("child", "an index with an entry that names none")]
    public async Task SetImagesAsync_ImageWithoutPlatform_IsKeptWithTheOthers(string manifest, string what)
    {
        var nameless = new StoredImage("registry.example.com/team/web", "nameless", Image("n"), new Dictionary<string, Digest> { [""] = Image(manifest) });
        await _store.SaveAsync(Sbom(Image(manifest), Package("bash", "5.0")), Token);

        await _store.SetImagesAsync(Shop, [nameless, Tagged("1.0", Image("a"))], Token);
        var before = new FileInfo(_sandbox.File + "-wal").Length;
        await _store.SetImagesAsync(Shop, [nameless, Tagged("1.0", Image("a"))], Token);
        new FileInfo(_sandbox.File + "-wal").Length.ShouldBe(before, what);
        await _store.SetImagesAsync(Shop, [nameless with { Workloads = ["Deployment/shop/web"] }, Tagged("1.0", Image("a"))], Token);

        (await _store.GetImagesAsync(Shop, Token)).Select(image => (image.Tag, image.Digest)).ShouldBe([("1.0", Image("index of 1.0")), ("nameless", Image("n"))]);
        (await _store.FindPackageAsync("bash", null, Token)).ShouldHaveSingleItem(what).Image.Workloads.ShouldBe(["Deployment/shop/web"]);
        await _store.SetImagesAsync(Shop, [], Token);
        (await _sandbox.CountAsync("image_digests")).ShouldBe(0, what);
    }
}
