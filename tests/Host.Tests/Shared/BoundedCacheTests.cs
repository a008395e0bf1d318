using CsCheck;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Tests.Shared;

public sealed class BoundedCacheTests
{
    // A value weighs as much as it has characters.
    private readonly BoundedCache<string, string> _cache = new(limit: 10, value => value.Length, StringComparer.OrdinalIgnoreCase);

    [Fact]
    public void Find_ValueThatWasSet_IsFoundUnderAnEqualKeyOnly()
    {
        _cache.Set("a", "one");

        _cache.Find("A").ShouldBe("one");
        _cache.Find("b").ShouldBeNull();
    }

    [Fact]
    public void Set_SameKeyAgain_ReplacesTheValueAndWeighsOnce()
    {
        _cache.Set("other", "xxxx");
        for (var i = 0; i < 20; i++) _cache.Set("a", $"{i:00000}");

        (_cache.Find("a"), _cache.Find("other"), _cache.Count).ShouldBe(("00019", "xxxx", 2));
    }

    [Fact]
    public void Set_OverTheLimit_TheLongestUnusedGoes()
    {
        foreach (var key in (string[])["a", "b", "c"]) _cache.Set(key, "xxx");
        _cache.Find("a");

        _cache.Set("d", "xxx");

        Kept("a", "b", "c", "d").ShouldBe(["a", "c", "d"]);
    }

    [Fact]
    public void Set_HeavyValue_TakesTheRoomOfSeveralAndNoMore()
    {
        foreach (var key in (string[])["a", "b", "c"]) _cache.Set(key, "xxx");

        _cache.Set("d", "xxxxx");

        Kept("a", "b", "c", "d").ShouldBe(["c", "d"]);
    }

    [Theory]
    [InlineData(10, true)]
    [InlineData(11, false)]
    public void Set_HeavierThanTheLimit_IsNotKeptAndDrivesNothingOut(int weight, bool isKept)
    {
        _cache.Set("small", "x");

        _cache.Set("large", new string('x', weight));

        Kept("small", "large").ShouldBe([isKept ? "large" : "small"]);
    }

    [Fact]
    public void Set_NewValueHeavierThanTheLimit_TheOldOneIsNotGivenAnyMore()
    {
        _cache.Set("a", "old");
        _cache.Set("a", new string('x', 11));

        _cache.Find("a").ShouldBeNull();
        _cache.Count.ShouldBe(0);
    }

    [Theory]
    [InlineData("xxx", true)]
    [InlineData("xxxx", false)]
    public void TryAdd_RoomOrNone_DrivesNothingOut(string value, bool isAdded)
    {
        _cache.Set("a", "xxxxxxx");

        _cache.TryAdd("b", value).ShouldBe(isAdded);

        Kept("a", "b").ShouldBe(isAdded ? ["a", "b"] : ["a"]);
    }

    [Fact]
    public void TryAdd_ValueThatIsThere_KeepsIt()
    {
        _cache.Set("a", "one");

        _cache.TryAdd("a", "two").ShouldBeFalse();

        _cache.Find("a").ShouldBe("one");
    }

    [Fact]
    public void Remove_Value_GivesItsRoomBack()
    {
        _cache.Set("a", "xxxxxxxxxx");
        _cache.Remove("a");
        _cache.Remove("never there");

        _cache.TryAdd("b", "xxxxxxxxxx").ShouldBeTrue();
        Kept("a", "b").ShouldBe(["b"]);
    }

    [Fact]
    public void Set_WithoutAScale_TheNumberIsTheLimit()
    {
        var cache = new BoundedCache<int, string>(limit: 2);
        for (var i = 0; i < 5; i++) cache.Set(i, "whatever it weighs");

        cache.Count.ShouldBe(2);
        (cache.Find(2), cache.Find(3) is not null, cache.Find(4) is not null).ShouldBe((null, true, true));
    }

    /// <summary>Against the plainest cache there is: a list with what was used last at its end.</summary>
    [Fact]
    public void All_AnyCallsInAnyOrder_AreAsOfAListOrderedByUse()
    {
        var call = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 5], Gen.Int[0, 12]);
        call.List[0, 60].Sample(calls =>
        {
            var cache = new BoundedCache<int, string>(10, value => value.Length);
            var model = new List<(int Key, string Value)>();
            foreach (var (kind, key, weight) in calls)
            {
                var value = new string('x', weight);
                var index = model.FindIndex(entry => entry.Key == key);
                switch (kind)
                {
                    case 0:
                        cache.Find(key).ShouldBe(index < 0 ? null : model[index].Value);
                        if (index < 0) break;
                        model.Add(model[index]);
                        model.RemoveAt(index);
                        break;
                    case 1:
                        cache.Set(key, value);
                        if (index >= 0) model.RemoveAt(index);
                        if (weight > 10) break;
                        model.Add((key, value));
                        while (model.Sum(entry => entry.Value.Length) > 10) model.RemoveAt(0);
                        break;
                    case 2:
                        var fits = index < 0 && model.Sum(entry => entry.Value.Length) + weight <= 10;
                        cache.TryAdd(key, value).ShouldBe(fits);
                        if (fits) model.Add((key, value));
                        break;
                    default:
                        cache.Remove(key);
                        if (index >= 0) model.RemoveAt(index);
                        break;
                }

                cache.Count.ShouldBe(model.Count);
            }

            foreach (var (key, value) in model) cache.Find(key).ShouldBe(value);
        });
    }

    [Fact]
    public void All_ManyThreads_TheLimitStands()
    {
        var cache = new BoundedCache<int, string>(limit: 50);

        Parallel.For(0, 8, thread =>
        {
            for (var i = 0; i < 5_000; i++)
            {
                cache.Set((i * 31) + thread, "x");
                cache.Find(i);
                cache.TryAdd(i, "y");
                cache.Remove(i - 10);
                cache.Count.ShouldBeLessThanOrEqualTo(50);
            }
        });
    }

    private string[] Kept(params string[] keys) => [.. keys.Where(key => _cache.Find(key) is not null)];
}
