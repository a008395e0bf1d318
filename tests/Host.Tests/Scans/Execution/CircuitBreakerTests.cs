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
    public void IsOpen_FaultsInARow_HoldsFromTheLimitOn(int faults, bool holds)
    {
        Fail(faults);

        _breaker.IsOpen.ShouldBe(holds);
    }

    [Fact]
    public void IsOpen_WorkedMomentsBeforeItBeganToHang_HoldsAllTheSame()
    {
        _breaker.Worked();
        Fail(CircuitBreaker.Limit);

        _breaker.IsOpen.ShouldBeTrue();
    }

    [Fact]
    public void IsOpen_WorkedInBetween_DoesNot()
    {
        Fail(CircuitBreaker.Limit - 1);
        _breaker.Worked();
        Fail(CircuitBreaker.Limit - 1);

        _breaker.IsOpen.ShouldBeFalse();
    }

    [Fact]
    public void IsOpen_AfterTheBreak_OneMoreFaultIsEnough()
    {
        Fail(CircuitBreaker.Limit);
        _time.Advance(CircuitBreaker.Break);
        _breaker.IsOpen.ShouldBeFalse();

        Fail(1);

        _breaker.IsOpen.ShouldBeTrue();
    }

    [Theory]
    [InlineData(119, true)]
    [InlineData(120, false)]
    public void IsOpen_SecondsAfterTheLastFault_HoldsForTwoMinutes(int seconds, bool holds)
    {
        Fail(CircuitBreaker.Limit);
        _time.Advance(TimeSpan.FromSeconds(seconds));

        _breaker.IsOpen.ShouldBe(holds);
    }

    [Fact]
    public void IsOpen_ScansThatWereUnderWayFailLater_TheBreakBeginsWithTheLastOne()
    {
        Fail(CircuitBreaker.Limit);
        _time.Advance(TimeSpan.FromMinutes(1));
        Fail(1);
        _time.Advance(TimeSpan.FromMinutes(1));

        _breaker.IsOpen.ShouldBeTrue();
    }

    [Fact]
    public void IsOpen_WorkedDuringTheBreak_DoesNot()
    {
        Fail(CircuitBreaker.Limit);
        _breaker.Worked();

        _breaker.IsOpen.ShouldBeFalse();
    }

    [Theory]
    [InlineData("a", false)]
    [InlineData("a A", false)] // a host's name has no case
    [InlineData("a b", true)]
    public void IsOpen_FaultsMustComeFromTwoRegistries_HoldsOnlyThen(string registries, bool holds)
    {
        var breaker = new CircuitBreaker(registries: 2, _time);
        foreach (var registry in registries.Split(' '))
        {
            for (var i = 0; i < CircuitBreaker.Limit; i++) breaker.Failed(registry);
        }

        breaker.IsOpen.ShouldBe(holds);
    }

    [Theory]
    [InlineData(-365)]
    [InlineData(365)]
    public void IsOpen_ClockIsSet_HoldsForTwoMinutesAllTheSame(int days)
    {
        Fail(CircuitBreaker.Limit);
        _time.Set(TimeSpan.FromDays(days));
        _time.Advance(TimeSpan.FromSeconds(119));
        _breaker.IsOpen.ShouldBeTrue();
        _time.Advance(TimeSpan.FromSeconds(1));

        _breaker.IsOpen.ShouldBeFalse();
    }

    private void Fail(int times)
    {
        for (var i = 0; i < times; i++) _breaker.Failed("registry.example.com");
    }
}
