using RegistryOperator.Oci.Reading;

namespace RegistryOperator.Oci.Tests.Reading;

public sealed class TagPageCacheTests
{
    private static readonly TagPage Empty = new(TagNames.None, null) { ETag = "\"v\"" };

    // A tag that takes as much as an empty page: one of n tags costs n + 1.
    private static readonly string Tag = new('t', (int)(Empty.Size - OciClientOptions.SizeOf("")) / 2);

    private readonly TagPageCache _cache = new(maximumBytes: 10 * Empty.Size);

    [Fact]
    public void Find_PageStored_IsFoundUnderItsUrlOnly()
    {
        Store("a", 3);

        Find("a").ShouldNotBeNull().Tags.Valid.Count.ShouldBe(3);
        Find("a?n=1").ShouldBeNull();
        Find("A").ShouldBeNull();
    }

    [Fact]
    public void Find_PageOfAnotherAccess_IsNotFound()
    {
        Store("a", 3);

        _cache.Find("alice", Url("a")).ShouldBeNull();
    }

    [Fact]
    public void Store_PageWithoutAMark_IsNotKept()
    {
        _cache.Store("bob", Url("a"), new TagPage(new TagNames(["1"], 0), null));

        Find("a").ShouldBeNull();
    }

    [Theory]
    [InlineData(9, true)]
    [InlineData(10, false)]
    [InlineData(11, false)]
    public void Store_PageLargerThanTheCache_IsNotKeptAndDrivesNothingOut(int tags, bool isKept)
    {
        Store("small", 0);

        Store("large", tags);

        (Find("large") is not null).ShouldBe(isKept);
        (Find("small") is not null).ShouldBe(!isKept);
    }

    [Fact]
    public void Store_MoreThanThereIsRoomFor_ForgetsTheLongestUnused()
    {
        Store("a", 2);
        Store("b", 2);
        Store("c", 2);
        Find("a");

        Store("d", 2);

        Find("b").ShouldBeNull();
        Find("a").ShouldNotBeNull();
        Find("c").ShouldNotBeNull();
        Find("d").ShouldNotBeNull();
    }

    [Fact]
    public void Store_SamePageAgain_TakesItsPlaceAndCountsOnce()
    {
        Store("other", 2);
        for (var i = 0; i < 20; i++) Store("a", 5);
        Store("a", 6);

        Find("a").ShouldNotBeNull().Tags.Valid.Count.ShouldBe(6);
        Find("other").ShouldNotBeNull();
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(2000, false)]
    public void Store_LongAddressOfTheNextPage_CountsToo(int characters, bool isKept)
    {
        _cache.Store("bob", Url("a"), Empty with { Next = Url(new string('n', characters)) });

        (Find("a") is not null).ShouldBe(isKept);
    }

    [Fact]
    public void Store_EmptyPages_AreBoundedToo()
    {
        for (var i = 0; i < 20; i++) Store($"{i}", 0);

        Enumerable.Range(0, 20).Count(i => Find($"{i}") is not null).ShouldBe(10);
    }

    private void Store(string name, int tags) =>
        _cache.Store("bob", Url(name), Empty with { Tags = new TagNames([.. Enumerable.Repeat(Tag, tags)], 0) });

    private TagPage? Find(string name) => _cache.Find("bob", Url(name));

    private static Uri Url(string name) => new("https://r.example/" + name);
}
