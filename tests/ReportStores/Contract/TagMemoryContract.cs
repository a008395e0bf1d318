using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Reports;
using static RegistryOperator.Tests.ReportStores.SampleReports;

namespace RegistryOperator.Tests.ReportStores.Contract;

/// <summary>What is remembered of tags beside what they named: when their images were created, and when they were seen.</summary>
public abstract class TagMemoryContract<TSandbox> : StoreContract<TSandbox>
    where TSandbox : IStoreSandbox, new()
{
    private const string Repository = "registry.example.com/team/web";
    private const string Registry = "https://registry.example.com/";

    private DateTimeOffset Now => Sandbox.Time.GetUtcNow();

    [Fact]
    public async Task ReadTagsAsync_Recorded_HasWhatWasReadAndWhenItWasSeen()
    {
        var start = Now;
        await RecordAsync("1.0=a chart=b unread=c");
        await LaterAsync("1.0=a", "1.0", "chart", "unread");

        (await ReadAsync()).ShouldBe(
            [
                new RememberedTag("1.0", Image("a"), start, start.AddHours(1)) { Image = new SeenImage(Created("a"), IsImage: true) },
                new RememberedTag("chart", Image("b"), start, start.AddHours(1)) { Image = new SeenImage(null, IsImage: false) },
                new RememberedTag("unread", Image("c"), start, start.AddHours(1)),
            ],
            ignoreOrder: true);
    }

    [Fact]
    public async Task ReadTagsAsync_TagMovedOften_KeepsWhenItWasFirstSeen()
    {
        var start = Now;
        await RecordAsync("1.0=a");
        for (var i = 0; i < ITagHistory.MaximumOfATag + 5; i++) await LaterAsync($"1.0=image-{i}");

        var tag = (await ReadAsync()).ShouldHaveSingleItem();

        (tag.FirstSeen, tag.LastSeen, tag.Digest).ShouldBe((start, Now, Image("image-24")));
    }

    [Fact]
    public async Task ReadTagsAsync_TagIsGone_IsLeftOut()
    {
        await RecordAsync("1.0=a 1.1=b");
        await LaterAsync("1.1=b");

        (await ReadAsync()).ShouldHaveSingleItem().Tag.ShouldBe("1.1");
    }

    [Fact]
    public async Task RecordTagsAsync_ReadLater_LearnsIt()
    {
        await RecordAsync("1.0=c");
        (await ReadAsync()).ShouldHaveSingleItem().Image.ShouldBeNull();

        await Store.RecordTagsAsync(Seen("1.0=c") with { Images = new Dictionary<Digest, SeenImage> { [Image("c")] = new(Now, true) } }, Token);
        await LaterAsync("1.0=c");

        (await ReadAsync()).ShouldHaveSingleItem().Image.ShouldBe(new SeenImage(Now.AddHours(-1), true));
    }

    /// <summary>What was learnt where anybody may have answered is worth nothing where the registry is verified.</summary>
    [Fact]
    public async Task RecordTagsAsync_OverAnotherChannel_ForgetsWhatTheFirstOneTold()
    {
        await RecordAsync("1.0=a 1.1=b");
        (await Store.ReadTagsAsync(Shop, Repository, "unverified " + Registry, Token)).ShouldBeEmpty();

        await Store.RecordTagsAsync(Seen("1.0=a") with { Registry = "unverified " + Registry, Images = new Dictionary<Digest, SeenImage>() }, Token);

        (await ReadAsync()).ShouldBeEmpty();
        (await Store.ReadTagsAsync(Shop, Repository, "unverified " + Registry, Token)).ShouldHaveSingleItem().Image.ShouldBeNull();
        (await Store.FindTagHistoryAsync(Repository, null, Token)).ShouldHaveSingleItem().Tag.ShouldBe("1.0");
    }

    [Fact]
    public async Task ReadTagsAsync_AnotherResourceOrRepository_GainsNothing()
    {
        await RecordAsync("1.0=a");

        (await Store.ReadTagsAsync(new ResourceName("shop", "other"), Repository, Registry, Token)).ShouldBeEmpty();
        (await Store.ReadTagsAsync(Shop, "registry.example.com/team/other", Registry, Token)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("registry.example.com/team/web", null, "1.1 1.0")]
    [InlineData("team/web", null, "1.1 1.0")]
    [InlineData("team/web", "1.0", "1.0")]
    [InlineData("team/web", "9", "")]
    [InlineData("web", null, "")]
    [InlineData("other.example.com/team/web", null, "")]
    public async Task FindTagHistoryAsync_Repository_HasTheLastChangeFirst(string repository, string? tag, string expected)
    {
        var start = Now;
        await RecordAsync("1.0=a 1.1=a");
        await LaterAsync("1.0=a 1.1=b");

        var found = await Store.FindTagHistoryAsync(repository, tag, Token);

        string.Join(' ', found.Select(one => one.Tag)).ShouldBe(expected);
        found.ShouldAllBe(one => one.Resource == Shop && one.Repository == Repository);
        if (expected.StartsWith("1.1", StringComparison.Ordinal))
        {
            found[0].Images.ShouldBe(
            [
                new NamedImage(Image("b"), start.AddHours(1), null, start.AddHours(1)),
                new NamedImage(Image("a"), start, start.AddHours(1), start) { Created = Created("a") },
            ]);
        }
    }

    [Fact]
    public async Task FindTagHistoryAsync_TwoResources_HasThatOfEach()
    {
        await RecordAsync("1.0=a");
        await Store.RecordTagsAsync(Seen("1.0=a") with { Resource = new ResourceName("shop", "other") }, Token);
        await Store.ForgetAsync(Shop, Token);

        (await Store.FindTagHistoryAsync("team/web", null, Token)).ShouldHaveSingleItem().Resource.Name.ShouldBe("other");
    }

    private static DateTimeOffset Created(string image) => new(2025, 1, image[0] - 'a' + 1, 0, 0, 0, TimeSpan.Zero);

    private SeenTags Seen(string named, params string[] listed)
    {
        var tags = named.Split(' ').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => Image(pair[1]), StringComparer.Ordinal);
        return new SeenTags(Shop, Repository, Now, tags, listed.Length > 0 ? listed : [.. tags.Keys])
        {
            Registry = Registry,
            Images = new Dictionary<Digest, SeenImage> { [Image("a")] = new(Created("a"), true), [Image("b")] = new(null, false) },
        };
    }

    private Task RecordAsync(string named, params string[] listed) => Store.RecordTagsAsync(Seen(named, listed), Token);

    private Task LaterAsync(string named, params string[] listed)
    {
        Sandbox.Time.Advance(TimeSpan.FromHours(1));
        return RecordAsync(named, listed);
    }

    private Task<IReadOnlyList<RememberedTag>> ReadAsync() => Store.ReadTagsAsync(Shop, Repository, Registry, Token);
}
