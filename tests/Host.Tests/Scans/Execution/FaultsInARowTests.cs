using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Scans.Execution;

namespace RegistryOperator.Host.Tests.Scans.Execution;

public class FaultsInARowTests
{
    private static readonly ScanProblem Fault = new(ScanReasons.TimedOut, "hangs");
    private readonly SettableClock _time = new();
    private readonly FaultsInARow _faults;

    public FaultsInARowTests() => _faults = new FaultsInARow(_time);

    [Theory]
    [InlineData(FaultsInARow.Limit - 1, false)]
    [InlineData(FaultsInARow.Limit, true)]
    public void Holding_FaultsInARow_HoldsFromTheLimitOn(int faults, bool holds)
    {
        Fail(faults);

        (_faults.Holding == Fault).ShouldBe(holds);
    }

    [Fact]
    public void Holding_WorkedMomentsBeforeItBeganToHang_HoldsAllTheSame()
    {
        _faults.Worked();
        Fail(FaultsInARow.Limit);

        _faults.Holding.ShouldBe(Fault);
    }

    [Fact]
    public void Holding_WorkedInBetween_DoesNot()
    {
        Fail(FaultsInARow.Limit - 1);
        _faults.Worked();
        Fail(FaultsInARow.Limit - 1);

        _faults.Holding.ShouldBeNull();
    }

    [Fact]
    public void Holding_AfterTheBreak_OneMoreFaultIsEnough()
    {
        Fail(FaultsInARow.Limit);
        _time.Advance(FaultsInARow.Break);
        _faults.Holding.ShouldBeNull();

        Fail(1);

        _faults.Holding.ShouldBe(Fault);
    }

    [Theory]
    [InlineData(119, true)]
    [InlineData(120, false)]
    public void Holding_SecondsAfterTheLastFault_HoldsForTwoMinutes(int seconds, bool holds)
    {
        Fail(FaultsInARow.Limit);
        _time.Advance(TimeSpan.FromSeconds(seconds));

        (_faults.Holding is not null).ShouldBe(holds);
    }

    [Fact]
    public void Holding_ScansThatWereUnderWayFailLater_TheBreakBeginsWithTheLastOne()
    {
        Fail(FaultsInARow.Limit);
        _time.Advance(TimeSpan.FromMinutes(1));
        Fail(1);
        _time.Advance(TimeSpan.FromMinutes(1));

        _faults.Holding.ShouldBe(Fault);
    }

    [Fact]
    public void Holding_WorkedDuringTheBreak_DoesNot()
    {
        Fail(FaultsInARow.Limit);
        _faults.Worked();

        _faults.Holding.ShouldBeNull();
    }

    [Fact]
    public void Holding_SeveralFaults_IsTheLastOne()
    {
        var last = new ScanProblem(ScanReasons.Failed, "was killed");
        Fail(FaultsInARow.Limit);
        _faults.Failed(last);

        _faults.Holding.ShouldBe(last);
    }

    [Theory]
    [InlineData(-365)]
    [InlineData(365)]
    public void Holding_ClockIsSet_HoldsForTwoMinutesAllTheSame(int days)
    {
        Fail(FaultsInARow.Limit);
        _time.Set(TimeSpan.FromDays(days));
        _time.Advance(TimeSpan.FromSeconds(119));
        _faults.Holding.ShouldBe(Fault);
        _time.Advance(TimeSpan.FromSeconds(1));

        _faults.Holding.ShouldBeNull();
    }

    private void Fail(int times)
    {
        for (var i = 0; i < times; i++) _faults.Failed(Fault);
    }
}
