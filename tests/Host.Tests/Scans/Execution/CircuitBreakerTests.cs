using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Scans.Execution;

namespace RegistryOperator.Host.Tests.Scans.Execution;

public class CircuitBreakerTests
{
    private static readonly ScanProblem Fault = new(ScanReasons.TimedOut, "hangs");
    private readonly SettableClock _time = new();
    private readonly CircuitBreaker _breaker;

    public CircuitBreakerTests() => _breaker = new CircuitBreaker(_time);

    [Theory]
    [InlineData(CircuitBreaker.Limit - 1, false)]
    [InlineData(CircuitBreaker.Limit, true)]
    public void Open_FaultsInARow_HoldsFromTheLimitOn(int faults, bool holds)
    {
        Fail(faults);

        (_breaker.Open == Fault).ShouldBe(holds);
    }

    [Fact]
    public void Open_WorkedMomentsBeforeItBeganToHang_HoldsAllTheSame()
    {
        _breaker.Worked();
        Fail(CircuitBreaker.Limit);

        _breaker.Open.ShouldBe(Fault);
    }

    [Fact]
    public void Open_WorkedInBetween_DoesNot()
    {
        Fail(CircuitBreaker.Limit - 1);
        _breaker.Worked();
        Fail(CircuitBreaker.Limit - 1);

        _breaker.Open.ShouldBeNull();
    }

    [Fact]
    public void Open_AfterTheBreak_OneMoreFaultIsEnough()
    {
        Fail(CircuitBreaker.Limit);
        _time.Advance(CircuitBreaker.Break);
        _breaker.Open.ShouldBeNull();

        Fail(1);

        _breaker.Open.ShouldBe(Fault);
    }

    [Theory]
    [InlineData(119, true)]
    [InlineData(120, false)]
    public void Open_SecondsAfterTheLastFault_HoldsForTwoMinutes(int seconds, bool holds)
    {
        Fail(CircuitBreaker.Limit);
        _time.Advance(TimeSpan.FromSeconds(seconds));

        (_breaker.Open is not null).ShouldBe(holds);
    }

    [Fact]
    public void Open_ScansThatWereUnderWayFailLater_TheBreakBeginsWithTheLastOne()
    {
        Fail(CircuitBreaker.Limit);
        _time.Advance(TimeSpan.FromMinutes(1));
        Fail(1);
        _time.Advance(TimeSpan.FromMinutes(1));

        _breaker.Open.ShouldBe(Fault);
    }

    [Fact]
    public void Open_WorkedDuringTheBreak_DoesNot()
    {
        Fail(CircuitBreaker.Limit);
        _breaker.Worked();

        _breaker.Open.ShouldBeNull();
    }

    [Fact]
    public void Open_SeveralFaults_IsTheLastOne()
    {
        var last = new ScanProblem(ScanReasons.Failed, "was killed");
        Fail(CircuitBreaker.Limit);
        _breaker.Failed(last);

        _breaker.Open.ShouldBe(last);
    }

    [Theory]
    [InlineData(-365)]
    [InlineData(365)]
    public void Open_ClockIsSet_HoldsForTwoMinutesAllTheSame(int days)
    {
        Fail(CircuitBreaker.Limit);
        _time.Set(TimeSpan.FromDays(days));
        _time.Advance(TimeSpan.FromSeconds(119));
        _breaker.Open.ShouldBe(Fault);
        _time.Advance(TimeSpan.FromSeconds(1));

        _breaker.Open.ShouldBeNull();
    }

    private void Fail(int times)
    {
        for (var i = 0; i < times; i++) _breaker.Failed(Fault);
    }
}
