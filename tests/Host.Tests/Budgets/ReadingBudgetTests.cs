using RegistryOperator.Host.Budgets;

namespace RegistryOperator.Host.Tests.Budgets;

public sealed class ReadingBudgetTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void TryTake_NamespaceThatWantsAll_LeavesAPartToOthers()
    {
        var budget = new ReadingBudget(bytes: 6000);
        using var greedy = budget.Open("greedy");
        var taken = 0;
        while (greedy.TryTake(100)) taken += 100;

        using var other = budget.Open("other");
        other.TryTake(1000).ShouldBeTrue();
        taken.ShouldBeInRange(3000, 3400, "two thirds of what is not for remembered tags");
    }

    [Fact]
    public void Dispose_GivesAllBackOnce()
    {
        var budget = new ReadingBudget(bytes: 6000);
        var first = budget.Open("a");
        first.TryTake(5000).ShouldBeTrue();
        using var second = budget.Open("a");
        second.TryTake(5000).ShouldBeFalse();

        first.Dispose();
        first.Dispose();
        first.TryTake(1).ShouldBeFalse("its round has ended");

        second.TryTake(5000).ShouldBeTrue();
        second.TryTake(1).ShouldBeFalse();
    }

    [Fact]
    public void TryKeep_NotKept_TakesNothing()
    {
        var budget = new ReadingBudget(bytes: 6000);
        using var share = budget.Open("a");
        share.TryKeep(5000, () => false).ShouldBeFalse();
        share.TryKeep(5000, () => true).ShouldBeTrue();
        share.TryKeep(5000, () => throw new InvalidOperationException("There is no memory for it.")).ShouldBeFalse();
    }

    [Theory]
    [InlineData(false, ReadingBudget.SmallAtATime)]
    [InlineData(true, ReadingBudget.LargeAtATime)]
    public async Task EnterAsync_OneNamespaceWantsAllPlaces_AnotherFindsOne(bool isLarge, int places)
    {
        var budget = new ReadingBudget();
        var entered = Enumerable.Range(0, places).Select(_ => budget.EnterAsync("greedy", isLarge, Cancel).AsTask()).ToList();

        (await budget.EnterAsync("other", isLarge, Cancel)).Dispose();

        entered.Count(place => place.IsCompleted).ShouldBeLessThan(places);
        entered.Count(place => place.IsCompleted).ShouldBeGreaterThanOrEqualTo(places / 2);
    }
}
