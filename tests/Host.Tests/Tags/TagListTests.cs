using NSubstitute;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Budgets;
using RegistryOperator.Host.Tags;

namespace RegistryOperator.Host.Tests.Tags;

public sealed class TagListTests
{
    private readonly IRegistryClient _client = Substitute.For<IRegistryClient>();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("v1.0.0", true)]
    [InlineData("_a.b-c", true)]
    [InlineData("", false)]
    [InlineData("-a", false)]
    [InlineData("a b", false)]
    [InlineData("a/b", false)]
    [InlineData("a\u0085", false)]
    [InlineData("a\u202Eb", false)]
    public async Task ReadAsync_EntryOfAPluginsClient_IsATagByTheGrammarAlone(string entry, bool isTag)
    {
        List("1", entry);

        var list = await TagList.ReadAsync(_client, null, Cancel);

        list.Tags.ShouldBe(isTag ? ["1", entry] : ["1"]);
        list.Invalid.ShouldBe(isTag ? 0 : 1);
        (list.Note is null).ShouldBe(isTag);
    }

    [Fact]
    public async Task ReadAsync_LongEntries_AreNotHeld()
    {
        List([.. Enumerable.Range(0, 1000).Select(_ => new string('a', 129))]);

        var list = await TagList.ReadAsync(_client, null, Cancel);

        list.Tags.ShouldBeEmpty();
        list.Note.ShouldBe("1000 entries of the registry's list are no tags and were left out.");
    }

    [Fact]
    public async Task ReadAsync_ListWithoutEnd_IsTooLarge()
    {
        var tag = new string('a', 128);
        _client.ListTagsAsync(Arg.Any<CancellationToken>()).Returns(Enumerable.Repeat(tag, 10_000_000).ToAsyncEnumerable());

        var failure = await Should.ThrowAsync<RegistryException>(TagList.ReadAsync(_client, null, Cancel));

        failure.Kind.ShouldBe(RegistryErrorKind.TooLarge);
    }

    [Fact]
    public async Task ReadAsync_NoMemoryForIt_IsTriedAgainAfterAMinute()
    {
        var budget = new ReadingBudget(bytes: 600_000);
        using var share = budget.Open("team");
        List([.. Enumerable.Range(0, 10_000).Select(i => $"v{i}")]);

        var failure = (await Should.ThrowAsync<RoundFailedException>(TagList.ReadAsync(_client, share, Cancel))).Failure;

        (failure.Reason, failure.RetryAfter).ShouldBe((RoundFailure.Busy, TimeSpan.FromMinutes(1)));
        List([.. Enumerable.Range(0, 1000).Select(i => $"v{i}")]);
        share.Dispose();
        using var next = budget.Open("team");
        (await TagList.ReadAsync(_client, next, Cancel)).Tags.Count.ShouldBe(1000);
    }

    private void List(params string[] tags) => _client.ListTagsAsync(Arg.Any<CancellationToken>()).Returns(tags.ToAsyncEnumerable());
}
