using RegistryOperator.Host.Scans.Execution;

namespace RegistryOperator.Host.Tests.Scans.Execution;

public class CircuitBreakerTests
{
    private readonly SettableClock _time = new();
    private readonly CircuitBreaker _breaker;

    public CircuitBreakerTests() => _breaker = new CircuitBreaker(registries: 1, _time);

    [Theory]
    [InlineData(CircuitBreaker.Limit - 1, false)]
    [InlineData(CircuitBreaker.Limit, true)]
    public void OpenFor_FaultsInARow_HoldsFromTheLimitOn(int faults, bool holds)
    {
        Fail(faults);

        (_breaker.OpenFor is not null).ShouldBe(holds);
    }

    [Fact]
    public void OpenFor_WorkedMomentsBeforeItBeganToHang_HoldsAllTheSame()
    {
        _breaker.Worked();
        Fail(CircuitBreaker.Limit);

        _breaker.OpenFor.ShouldNotBeNull();
    }

    [Fact]
    public void OpenFor_WorkedInBetween_DoesNot()
    {
        Fail(CircuitBreaker.Limit - 1);
        _breaker.Worked();
        Fail(CircuitBreaker.Limit - 1);

        _breaker.OpenFor.ShouldBeNull();
    }

    [Fact]
    public void OpenFor_AfterTheBreak_OneMoreFaultIsEnough()
    {
        Fail(CircuitBreaker.Limit);
        _time.Advance(CircuitBreaker.Break);
        _breaker.OpenFor.ShouldBeNull();

        Fail(1);

        _breaker.OpenFor.ShouldNotBeNull();
    }

    [Theory]
    [InlineData(119, true)]
    [InlineData(120, false)]
    public void OpenFor_SecondsAfterTheLastFault_HoldsForTwoMinutes(int seconds, bool holds)
    {
        Fail(CircuitBreaker.Limit);
        _time.Advance(TimeSpan.FromSeconds(seconds));

        (_breaker.OpenFor is not null).ShouldBe(holds);
    }

    [Fact]
    public void OpenFor_ScansThatWereUnderWayFailLater_TheBreakBeginsWithTheLastOne()
    {
        Fail(CircuitBreaker.Limit);
        _time.Advance(TimeSpan.FromMinutes(1));
        Fail(1);
        _time.Advance(TimeSpan.FromMinutes(1));

        _breaker.OpenFor.ShouldNotBeNull();
    }

    [Fact]
    public void OpenFor_WorkedDuringTheBreak_DoesNot()
    {
        Fail(CircuitBreaker.Limit);
        _breaker.Worked();

        _breaker.OpenFor.ShouldBeNull();
    }

    [Theory]
    [InlineData("a", false)]
    [InlineData("a A", false)] // a host's name has no case
    [InlineData("a b", true)]
    public void OpenFor_FaultsMustComeFromTwoRegistries_HoldsOnlyThen(string registries, bool holds)
    {
        var breaker = new CircuitBreaker(registries: 2, _time);
        foreach (var registry in registries.Split(' '))
        {
            for (var i = 0; i < CircuitBreaker.Limit; i++) breaker.Failed(registry);
        }

        (breaker.OpenFor is not null).ShouldBe(holds);
    }

    [Theory]
    [InlineData(-365)]
    [InlineData(365)]
    public void OpenFor_ClockIsSet_HoldsForTwoMinutesAllTheSame(int days)
    {
        Fail(CircuitBreaker.Limit);
        _time.Set(TimeSpan.FromDays(days));
        _time.Advance(TimeSpan.FromSeconds(119));
        _breaker.OpenFor.ShouldNotBeNull();
        _time.Advance(TimeSpan.FromSeconds(1));

        _breaker.OpenFor.ShouldBeNull();
    }

    private void Fail(int times)
    {
        for (var i = 0; i < times; i++) _breaker.Failed("registry.example.com");
    }
}
