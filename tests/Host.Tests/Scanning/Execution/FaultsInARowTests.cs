using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Scanning;
using RegistryOperator.Host.Scanning.Execution;

namespace RegistryOperator.Host.Tests.Scanning.Execution;

public class FaultsInARowTests
{
    private static readonly ScanProblem Fault = new(ScanReasons.TimedOut, "hangs");
    private readonly FakeTimeProvider _time = new();
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

    private void Fail(int times)
    {
        for (var i = 0; i < times; i++) _faults.Failed(Fault);
    }
}
