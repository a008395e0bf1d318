using CsCheck;
using RegistryOperator.Host.Tests.Support;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Tests.Shared;

public sealed class FairSharingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)] // one scanner place, and the one in reserve
    [InlineData(3, 2)]
    [InlineData(5, 4)]
    [InlineData(64, 43)]
    public void TryTake_OneGroupAsksForAll_GetsThatMany(int places, int expected)
    {
        var shares = new FairShares(places);

        Enumerable.Range(0, 2 * places).Count(_ => shares.TryTake("a")).ShouldBe(expected);
    }

    [Fact]
    public void TryTake_GroupsThatTakeAllTheyMay_LeaveSomethingToTheNext()
    {
        var shares = new FairShares(64);
        var held = new List<int>();

        foreach (var group in (string[])["a", "b", "c", "d"]) held.Add(Enumerable.Range(0, 64).Count(_ => shares.TryTake(group)));

        held.ShouldBe([43, 14, 5, 1]);
    }

    [Fact]
    public void AnySequence_NoPlaceIsLostAndWhoHoldsNoneGetsOneWhereOneIsFree() =>
        Gen.Select(Gen.Int[0, 3], Gen.Bool).List[0, 80].Sample(steps =>
        {
            const int Places = 6;
            var shares = new FairShares(Places);
            var held = new int[4];
            foreach (var (group, takes) in steps)
            {
                if (!takes && held[group] > 0)
                {
                    shares.Return($"{group}");
                    held[group]--;
                }
                else if (takes)
                {
                    var isTaken = shares.TryTake($"{group}");
                    if (held[group] == 0) isTaken.ShouldBe(held.Sum() < Places);
                    if (isTaken) held[group]++;
                }

                shares.Free.ShouldBe(Places - held.Sum());
            }
        });

    [Fact]
    public void TryTake_Items_GroupsTakeTurns()
    {
        var queue = new FairQueue<int>();
        for (var i = 0; i < 3; i++) queue.Add("a", i);
        queue.Add("b", 10);
        queue.Add("b", 11);
        queue.Add("c", 20);
        queue.Remove("b", 11).ShouldBeTrue();
        queue.Remove("b", 11).ShouldBeFalse();

        var taken = new List<int>();
        while (queue.TryTake((_, _) => true, out var item)) taken.Add(item);

        taken.ShouldBe([0, 10, 20, 1, 2]);
    }

    [Fact]
    public void TryTake_GroupThatMayNot_IsPassedOverAndKeepsItsTurn()
    {
        var queue = new FairQueue<int>();
        queue.Add("a", 1);
        queue.Add("b", 2);

        queue.TryTake((group, _) => group != "a", out var first).ShouldBeTrue();
        first.ShouldBe(2);
        queue.TryTake((group, _) => group != "a", out _).ShouldBeFalse();
        queue.TryTake((_, _) => true, out var second).ShouldBeTrue();
        second.ShouldBe(1);
    }

    [Fact]
    public async Task EnterAsync_PlaceGivenBack_GoesToTheGroupWhoseTurnItIs()
    {
        var gate = new FairGate(1);
        var first = await gate.EnterAsync("a", Cancel);
        var again = gate.EnterAsync("a", Cancel).AsTask();
        var third = gate.EnterAsync("a", Cancel).AsTask();
        var other = gate.EnterAsync("b", Cancel).AsTask();

        first.Dispose();
        first.Dispose();
        (await again.SoonAsync()).Dispose();
        (await other.SoonAsync()).Dispose();
        (await third.SoonAsync()).Dispose();

        gate.Free.ShouldBe(1);
    }

    [Fact]
    public async Task EnterAsync_Cancelled_TakesNoPlaceAndLetsOthersPass()
    {
        var gate = new FairGate(10);
        var held = await gate.EnterAsync("b", 5, Cancel);
        using var stop = new CancellationTokenSource();
        var large = gate.EnterAsync("a", 10, stop.Token).AsTask();
        var small = gate.EnterAsync("a", 1, Cancel).AsTask();
        small.IsCompleted.ShouldBeFalse();

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(large);
        (await small.SoonAsync()).Dispose();
        held.Dispose();
        gate.Free.ShouldBe(10);
        // More than there is waits for all of it, not for ever.
        (await gate.EnterAsync("a", 1000, Cancel).AsTask().SoonAsync()).Dispose();
    }
}
