using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Plugins.Drift.Images;

namespace RegistryOperator.Drift.Tests.Images;

public sealed class RegistryTurnsTests
{
    private readonly RegistryTurns _turns = new(namespaces: 2);

    /// <summary>A client's own timeout is no end of the check.</summary>
    [Fact]
    public async Task Ask_ClientGivesUp_IsATimeoutThatIsNotWaitedForAgain()
    {
        var asked = 0;
        _turns.Begin("shop");

        for (var ask = 0; ask < 2; ask++) (await Failure("1.0.0", () => throw new TaskCanceledException())).Kind.ShouldBe(RegistryErrorKind.TimedOut);
        (await Failure("1.0.1", () => Task.FromResult(++asked))).Message.ShouldStartWith("The registry was not asked again after a failure: ");

        asked.ShouldBe(0);
        _turns.Begin("other");
        (await _turns.AskAsync("1.0.1", () => Task.FromResult(++asked), TestContext.Current.CancellationToken)).ShouldBe(1);
    }

    [Fact]
    public async Task Ask_TokenIsCancelled_EndsTheCheck()
    {
        _turns.Begin("shop");
        using var source = new CancellationTokenSource();
        await source.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() =>
            _turns.AskAsync<int>("1.0.0", () => throw new OperationCanceledException(source.Token), source.Token));
    }

    /// <summary>A refusal is an answer: the registry is there.</summary>
    [Fact]
    public async Task Ask_TagsAreRefused_OthersAreAskedFor()
    {
        _turns.Begin("shop");
        for (var tag = 0; tag < 50; tag++) await Failure($"{tag}", () => throw new RegistryException(RegistryErrorKind.Denied, "no"));

        (await _turns.AskAsync("other", () => Task.FromResult(1), TestContext.Current.CancellationToken)).ShouldBe(1);
    }

    [Fact]
    public void Count_NamespaceIsTheOnlyOne_HasAll()
    {
        var turns = new RegistryTurns(namespaces: 1);
        turns.Begin("shop");
        for (var tag = 0; tag < 2_000; tag++) turns.Count($"{tag}");

        Should.Throw<NotAskedException>(() => turns.Count("more"));
    }

    private Task<RegistryException> Failure(string what, Func<Task<int>> ask) =>
        Should.ThrowAsync<RegistryException>(() => _turns.AskAsync(what, ask, TestContext.Current.CancellationToken));
}
