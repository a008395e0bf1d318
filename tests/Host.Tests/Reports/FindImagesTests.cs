using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Host.Reports;
using RegistryOperator.Kubernetes;
using static RegistryOperator.Host.Tests.Reports.ReportSandbox;

namespace RegistryOperator.Host.Tests.Reports;

/// <summary>The ways in which users name an image.</summary>
public sealed class FindImagesTests : IAsyncLifetime
{
    private const string Local = "localhost:5000/team/web";
    private const string Remote = "registry.example.com/team/web";

    private readonly ReportSandbox _sandbox = new();
    private IReportStore _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = await _sandbox.OpenAsync();
        await _store.SetImagesAsync(Shop, [Tagged("1.0", Image("a"), Remote), Tagged("1.1", Image("b"), Remote), Tagged("only-here", Image("c"), Remote)], Token);
        await _store.SetImagesAsync(new ResourceKey("dev", "web"), [Tagged("1.0", Image("d"), Local), Tagged("nightly", Image("e"), Local)], Token);
        await _store.SetImagesAsync(new ResourceKey("dev", "again"), [Tagged("nightly", Image("e"), Local)], Token);
    }

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Theory]
    [InlineData("registry.example.com/team/web:1.0", "shop/web 1.0")]
    [InlineData("localhost:5000/team/web:1.0", "dev/web 1.0")]
    [InlineData("team/web:1.1", "shop/web 1.1")]
    [InlineData("only-here", "shop/web only-here")]
    [InlineData("nightly", "dev/again nightly, dev/web nightly")]
    [InlineData("team/web:none", "")]
    [InlineData("other/web:1.0", "")]
    [InlineData("none", "")]
    public async Task FindImagesAsync_Name_FindsItsImages(string name, string expected) => (await FindAsync(name)).ShouldBe(expected);

    [Fact]
    public async Task FindImagesAsync_DigestOfIndexOrPlatform_FindsItsImages()
    {
        (await FindAsync(Image("index of 1.1").ToString())).ShouldBe("shop/web 1.1");
        (await FindAsync(Image("b").ToString())).ShouldBe("shop/web 1.1");
        (await FindAsync(Image("b").ToString()[..14])).ShouldBe("shop/web 1.1");
        (await FindAsync(Image("b").Encoded[..12])).ShouldBe("shop/web 1.1", "as 'scan' prints it");
        (await FindAsync($"{Remote}@{Image("b")}")).ShouldBe("shop/web 1.1");
        (await FindAsync($"team/web@{Image("b").ToString()[..20]}")).ShouldBe("shop/web 1.1");
        (await FindAsync($"other@{Image("b")}")).ShouldBe("");
    }

    [Theory]
    [InlineData("1.0", "2 repositories: localhost:5000/team/web:1.0, registry.example.com/team/web:1.0")]
    [InlineData("team/web:1.0", "Write the registry's host too")]
    public async Task FindImagesAsync_SeveralImages_NamesThem(string name, string complaint) =>
        (await Should.ThrowAsync<FormatException>(() => _store.FindImagesAsync(name, Token))).Message.ShouldContain(complaint);

    [Fact]
    public async Task FindImagesAsync_BeginningOfTwoDigests_NamesThem()
    {
        Digest[] digests = [Digest.Parse("sha256:" + new string('a', 63) + "1"), Digest.Parse("sha256:" + new string('a', 63) + "2")];
        await _store.SetImagesAsync(Shop, [Tagged("1", digests[0]), Tagged("2", digests[1])], Token);

        var error = await Should.ThrowAsync<FormatException>(() => _store.FindImagesAsync("sha256:aaaaaaa", Token));

        error.Message.ShouldContain(digests[0].ToString());
        error.Message.ShouldContain(digests[1].ToString());
        (await FindAsync(digests[0].ToString())).ShouldBe("shop/web 1");
    }

    [Fact]
    public async Task FindImagesAsync_TagThatLooksLikeADigest_IsTheTag()
    {
        await _store.SetImagesAsync(Shop, [Tagged("abcdef1", Image("a"))], Token);

        (await FindAsync("abcdef1")).ShouldBe("shop/web abcdef1");
    }

    private async Task<string> FindAsync(string name) =>
        string.Join(", ", (await _store.FindImagesAsync(name, Token)).Select(found => $"{found.Resource} {found.Image.Tag}"));
}
