using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Reports;
using static RegistryOperator.Tests.ReportStores.SampleReports;

namespace RegistryOperator.Tests.ReportStores.Contract;

/// <summary>The ways in which users name an image.</summary>
public abstract class FindImagesContract<TSandbox> : StoreContract<TSandbox>
    where TSandbox : IStoreSandbox, new()
{
    private const string Local = "localhost:5000/team/web";
    private const string Remote = "registry.example.com/team/web";

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Store.SetImagesAsync(
            Shop, [Tagged("1.0", Image("a"), Remote), Tagged("1.1", Image("b"), Remote), Tagged("only-here", Image("c"), Remote)], Token);
        await Store.SetImagesAsync(new ResourceName("dev", "web"), [Tagged("1.0", Image("d"), Local), Tagged("nightly", Image("e"), Local)], Token);
        await Store.SetImagesAsync(new ResourceName("dev", "again"), [Tagged("nightly", Image("e"), Local)], Token);
    }

    [Theory]
    [InlineData("registry.example.com/team/web:1.0", "shop/web 1.0")]
    [InlineData("localhost:5000/team/web:1.0", "dev/web 1.0")]
    [InlineData("team/web:1.1", "shop/web 1.1")]
    [InlineData("only-here", "shop/web only-here")]
    [InlineData("nightly", "dev/again nightly, dev/web nightly")]
    [InlineData("team/web:none", "")]
    [InlineData("other/web:1.0", "")]
    [InlineData("none", "")]
    [InlineData("https://registry.example.com/team/web:1.1", "shop/web 1.1")]
    [InlineData("shop/web:1.1", "shop/web 1.1")]
    [InlineData("dev/again:nightly", "dev/again nightly, dev/web nightly")]
    [InlineData("shop/web:none", "")]
    [InlineData("shop/other:1.1", "")]
    public async Task FindImagesAsync_Name_FindsItsImages(string name, string expected) => (await FindAsync(name)).ShouldBe(expected);

    [Fact]
    public async Task FindImagesAsync_ShortNameOfDockerHub_FindsItsImages()
    {
        await Store.SetImagesAsync(new ResourceName("shop", "hub"), [Tagged("1.27", Image("f"), "registry-1.docker.io/library/nginx")], Token);

        (await FindAsync("nginx:1.27")).ShouldBe("shop/hub 1.27");
        (await FindAsync($"nginx@{Image("f")}")).ShouldBe("shop/hub 1.27");
    }

    [Fact]
    public async Task FindRepositoriesAsync_ImagesAndTags_AreAllTheirRepositories()
    {
        await Store.RecordTagsAsync(new SeenTags(Shop, Remote, DateTimeOffset.UnixEpoch, new Dictionary<string, Digest>(), []), Token);
        await Store.RecordTagsAsync(
            new SeenTags(new ResourceName("a", "seen"), Local, DateTimeOffset.UnixEpoch, new Dictionary<string, Digest> { ["1"] = Image("a") }, ["1"]), Token);

        (await Store.FindRepositoriesAsync(Token)).Select(one => $"{one.Resource} {one.Name}")
            .ShouldBe([$"a/seen {Local}", $"dev/again {Local}", $"dev/web {Local}", $"shop/web {Remote}"]);
    }

    [Fact]
    public async Task FindImagesAsync_DigestOfIndexOrPlatform_FindsItsImages()
    {
        (await FindAsync(Image("index of 1.1").ToString())).ShouldBe("shop/web 1.1");
        (await FindAsync(Image("b").ToString())).ShouldBe("shop/web 1.1");
        (await FindAsync(Image("b").ToString()[..14])).ShouldBe("shop/web 1.1");
        (await FindAsync(Image("b").Encoded[..12])).ShouldBe("shop/web 1.1", "as 'scan' prints it");
        (await FindAsync($"{Remote}@{Image("b")}")).ShouldBe("shop/web 1.1");
        (await FindAsync($"team/web@{Image("b").ToString()[..20]}")).ShouldBe("shop/web 1.1");
        (await FindAsync($"shop/web@{Image("b").ToString()[..20]}")).ShouldBe("shop/web 1.1");
        (await FindAsync($"other@{Image("b")}")).ShouldBe("");
    }

    [Theory]
    [InlineData("1.0", "2 repositories: localhost:5000/team/web:1.0, registry.example.com/team/web:1.0")]
    [InlineData("team/web:1.0", "Write the registry's host too")]
    public async Task FindImagesAsync_SeveralImages_NamesThem(string name, string complaint) =>
        (await Should.ThrowAsync<FormatException>(() => Store.FindImagesAsync(name, Token))).Message.ShouldContain(complaint);

    [Fact]
    public async Task FindImagesAsync_BeginningOfTwoDigests_NamesThem()
    {
        Digest[] digests = [Digest.Parse("sha256:" + new string('a', 63) + "1"), Digest.Parse("sha256:" + new string('a', 63) + "2")];
        await Store.SetImagesAsync(Shop, [Tagged("1", digests[0]), Tagged("2", digests[1])], Token);

        var error = await Should.ThrowAsync<FormatException>(() => Store.FindImagesAsync("sha256:aaaaaaa", Token));

        error.Message.ShouldContain(digests[0].ToString());
        error.Message.ShouldContain(digests[1].ToString());
        (await FindAsync(digests[0].ToString())).ShouldBe("shop/web 1");
    }

    [Fact]
    public async Task FindImagesAsync_TagThatLooksLikeADigest_IsTheTag()
    {
        await Store.SetImagesAsync(Shop, [Tagged("abcdef1", Image("a"))], Token);

        (await FindAsync("abcdef1")).ShouldBe("shop/web abcdef1");
    }

    [Fact]
    public async Task FindImagesAsync_BeginningOfADigest_EndsWhereAnotherBegins()
    {
        var wanted = Digest.Parse("sha256:aaaaaaaf" + new string('f', 56));
        await Store.SetImagesAsync(
            Shop,
            [
                Tagged("1", wanted),
                Tagged("2", Digest.Parse("sha256:aaaaaab" + new string('0', 57))),
                Tagged("3", Digest.Parse("sha256:aaaaaa9" + new string('f', 57))),
            ],
            Token);

        (await FindAsync("sha256:aaaaaaa")).ShouldBe("shop/web 1");
        (await FindAsync("aaaaaaa")).ShouldBe("shop/web 1");
        (await FindAsync(wanted.ToString())).ShouldBe("shop/web 1");
    }

    [Theory]
    [InlineData(5, false)]
    [InlineData(6, true)]
    public async Task FindImagesAsync_ManyRepositories_NamesTheFirstFive(int count, bool isCut)
    {
        await Store.SetImagesAsync(
            Shop, [.. Enumerable.Range(0, count).Select(number => Tagged("many", Image("a"), $"registry.example.com/r{number}"))], Token);

        var message = (await Should.ThrowAsync<FormatException>(() => Store.FindImagesAsync("many", Token))).Message;

        message.ShouldContain($"The tag 'many' is in {count} repositories: registry.example.com/r0:many, ");
        message.ShouldContain("registry.example.com/r4:many");
        message.ShouldNotContain("registry.example.com/r5:many");
        message.Contains(", …", StringComparison.Ordinal).ShouldBe(isCut);
    }

    [Fact]
    public async Task FindImagesAsync_MoreThanOneQueryHolds_FindsAllInOrder()
    {
        await Store.SetImagesAsync(Shop, [.. Enumerable.Range(0, 2100).Select(number => Tagged($"{number:0000}", Image("shared")))], Token);

        var found = await Store.FindImagesAsync(Image("shared").ToString(), Token);

        found.Select(one => one.Image.Tag).ShouldBe(Enumerable.Range(0, 2100).Select(number => $"{number:0000}"));
        found.ShouldAllBe(one => one.Image.Platforms["linux/amd64"] == Image("shared"));
    }

    [Fact]
    public async Task FindImagesAsync_OrderOfSeveral_IsByResourceRepositoryAndTag()
    {
        await Store.SetImagesAsync(
            Shop,
            [Tagged("b", Image("x"), "r.example/b"), Tagged("a", Image("x"), "r.example/b"), Tagged("z", Image("x"), "r.example/a")],
            Token);
        await Store.SetImagesAsync(new ResourceName("a", "first"), [Tagged("c", Image("x"), "r.example/c")], Token);

        (await Store.FindImagesAsync(Image("x").ToString(), Token)).Select(found => $"{found.Resource} {found.Image.Repository}:{found.Image.Tag}")
            .ShouldBe(["a/first r.example/c:c", "shop/web r.example/a:z", "shop/web r.example/b:a", "shop/web r.example/b:b"]);
    }

    private async Task<string> FindAsync(string name) =>
        string.Join(", ", (await Store.FindImagesAsync(name, Token)).Select(found => $"{found.Resource} {found.Image.Tag}"));
}
