using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Reports;
using static RegistryOperator.Tests.ReportStores.SampleReports;

namespace RegistryOperator.Tests.ReportStores.Contract;

/// <summary>What the tags of a resource's repository have named.</summary>
public abstract class TagHistoryContract<TSandbox> : StoreContract<TSandbox>
    where TSandbox : IStoreSandbox, new()
{
    private const string Repository = "registry.example.com/team/web";

    private DateTimeOffset Now => Sandbox.Time.GetUtcNow();

    [Fact]
    public async Task RecordTagsAsync_FirstSight_IsTheOnlyEntry()
    {
        await RecordAsync("1.0=a");

        (await ReadAsync("1.0")).ShouldBe([new TagHistoryEntry(Image("a"), Now)]);
    }

    [Fact]
    public async Task RecordTagsAsync_TagMovesAndMovesBack_HasEachTimeOfItsOwn()
    {
        var start = Now;
        await RecordAsync("1.0=a");
        await LaterAsync("1.0=a");
        await LaterAsync("1.0=b");
        await LaterAsync("1.0=a");

        (await ReadAsync("1.0")).ShouldBe(
        [
            new TagHistoryEntry(Image("a"), start.AddHours(3)),
            new TagHistoryEntry(Image("b"), start.AddHours(2), start.AddHours(3)),
            new TagHistoryEntry(Image("a"), start, start.AddHours(2)),
        ]);
    }

    [Fact]
    public async Task RecordTagsAsync_TagGoesAndComesBack_WasGoneMeanwhile()
    {
        var start = Now;
        await RecordAsync("1.0=a 1.1=b");
        await LaterAsync("1.1=b");
        (await ReadAsync("1.0")).ShouldBe([new TagHistoryEntry(Image("a"), start, start.AddHours(1))]);
        await LaterAsync("1.1=b");
        await LaterAsync("1.0=a 1.1=b");

        (await ReadAsync("1.0")).ShouldBe([new TagHistoryEntry(Image("a"), start.AddHours(3)), new TagHistoryEntry(Image("a"), start, start.AddHours(1))]);
        (await ReadAsync("1.1")).ShouldBe([new TagHistoryEntry(Image("b"), start)]);
    }

    /// <summary>Beyond the resource's limit, or not answered for: it may still name what it named.</summary>
    [Fact]
    public async Task RecordTagsAsync_TagIsListedAndWasNotLookedAt_IsAsItWas()
    {
        var start = Now;
        await RecordAsync("1.0=a");
        await LaterAsync("1.1=b", "1.0", "1.1", "9.9");

        (await ReadAsync("1.0")).ShouldBe([new TagHistoryEntry(Image("a"), start)]);
        (await ReadAsync("9.9")).ShouldBeEmpty();
    }

    [Fact]
    public async Task RecordTagsAsync_ManyMoves_KeepsTheLastOnes()
    {
        foreach (var number in Enumerable.Range(0, ITagHistory.MaximumOfATag + 5)) await LaterAsync($"1.0=image-{number}");

        var entries = await ReadAsync("1.0");

        entries.Count.ShouldBe(ITagHistory.MaximumOfATag);
        (entries[0].Digest, entries[0].To, entries[^1].Digest).ShouldBe((Image("image-24"), null, Image("image-5")));
    }

    [Fact]
    public async Task RecordTagsAsync_MoreTagsThanTheLimit_KeepsWhatFewOfThemNamedBefore()
    {
        var many = Named("tag", ITagHistory.MaximumOfAResource + 1);
        await RecordAsync(many);
        await LaterAsync(many.Replace("tag-0=tag ", "tag-0=moved ", StringComparison.Ordinal));

        (await ReadAsync("tag-0")).Select(entry => entry.Digest).ShouldBe([Image("moved"), Image("tag")]);
    }

    [Fact]
    public async Task RecordTagsAsync_MoreTagsThanAreKept_ForgetsThoseThatWentFirst()
    {
        const int Many = ITagHistory.MaximumOfAResource / 2;
        await RecordAsync(Named("first", 10));
        await LaterAsync(Named("second", Many));
        await LaterAsync(Named("third", Many));

        var history = await Store.ReadTagHistoryAsync(Shop, Repository, Token);

        history.Values.Sum(entries => entries.Count).ShouldBe(ITagHistory.MaximumOfAResource);
        history.Keys.Count(tag => tag.StartsWith("first", StringComparison.Ordinal)).ShouldBe(0);
        history.Keys.Count(tag => tag.StartsWith("third", StringComparison.Ordinal)).ShouldBe(Many);
    }

    [Fact]
    public async Task RecordTagsAsync_ClockSetBack_KeepsTheOrder()
    {
        await Store.RecordTagsAsync(Seen("1.0=a") with { At = Now.AddYears(5) }, Token);
        await RecordAsync("1.0=b");

        var entries = await ReadAsync("1.0");

        entries.Select(entry => entry.Digest).ShouldBe([Image("b"), Image("a")]);
        (entries[0].From, entries[1].To).ShouldBe((Now, entries[1].From));
    }

    [Fact]
    public async Task RecordTagsAsync_AnotherRepository_ForgetsThatOfBefore()
    {
        await RecordAsync("1.0=a");
        await Store.RecordTagsAsync(Seen("1.0=b") with { Repository = "registry.example.com/team/other" }, Token);

        (await ReadAsync("1.0")).ShouldBeEmpty();
        (await Store.ReadTagHistoryAsync(Shop, "registry.example.com/team/other", Token))["1.0"].ShouldHaveSingleItem().Digest.ShouldBe(Image("b"));
    }

    [Fact]
    public async Task ForgetAsync_Resource_LeavesNothingOfItAndAllOfOthers()
    {
        var other = new ResourceName("shop", "other");
        await RecordAsync("1.0=a");
        await Store.RecordTagsAsync(Seen("1.0=a") with { Resource = other }, Token);

        await Store.ForgetAsync(Shop, Token);

        (await ReadAsync("1.0")).ShouldBeEmpty();
        (await Store.ReadTagHistoryAsync(other, Repository, Token)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task SetImagesAsync_NoImages_LeavesTheHistory()
    {
        await RecordAsync("1.0=a");

        await Store.SetImagesAsync(Shop, [], Token);

        (await ReadAsync("1.0")).ShouldHaveSingleItem();
    }

    private static string Named(string prefix, int count) => string.Join(' ', Enumerable.Range(0, count).Select(number => $"{prefix}-{number}={prefix}"));

    /// <param name="named">Tags and images: <c>1.0=a 1.1=b</c>.</param>
    /// <param name="listed">All tags; none for those named.</param>
    private SeenTags Seen(string named, params string[] listed)
    {
        var tags = named.Split(' ').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => Image(pair[1]), StringComparer.Ordinal);
        return new SeenTags(Shop, Repository, Now, tags, listed.Length > 0 ? listed : [.. tags.Keys]);
    }

    private Task RecordAsync(string named, params string[] listed) => Store.RecordTagsAsync(Seen(named, listed), Token);

    private Task LaterAsync(string named, params string[] listed)
    {
        Sandbox.Time.Advance(TimeSpan.FromHours(1));
        return RecordAsync(named, listed);
    }

    private async Task<IReadOnlyList<TagHistoryEntry>> ReadAsync(string tag) =>
        (await Store.ReadTagHistoryAsync(Shop, Repository, Token)).GetValueOrDefault(tag, []);
}
