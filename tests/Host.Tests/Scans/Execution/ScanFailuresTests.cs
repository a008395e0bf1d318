using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Scans.Execution;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Tests.Scans.Execution;

public class ScanFailuresTests
{
    private static readonly ScanProblem Problem = new(ScanReasons.NotFound, "gone");
    private static readonly Attempt Image = Of("image", "ada");

    private readonly SettableClock _time = new();
    private readonly ScanFailures<Attempt> _failures;

    public ScanFailuresTests() => _failures = new ScanFailures<Attempt>(_time);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(4, 8)]
    [InlineData(9, 256)]
    [InlineData(10, 360)] // six hours
    [InlineData(30, 360)]
    [InlineData(5000, 360)]
    public void Holding_FailuresInARow_DoublesTheDelayUpToSixHours(int failures, int minutes)
    {
        for (var i = 0; i < failures; i++) Fail(Image);

        _time.Advance(TimeSpan.FromMinutes(minutes) - TimeSpan.FromTicks(1));
        Holding(Image).ShouldBe(Problem);
        _time.Advance(TimeSpan.FromTicks(1));
        Holding(Image).ShouldBeNull();
    }

    [Fact]
    public void Holding_NothingFailed_IsNull() => Holding(Image).ShouldBeNull();

    [Fact]
    public void Forget_AfterFailures_TheNextDelayIsTheFirstAgain()
    {
        for (var i = 0; i < 5; i++) Fail(Image);
        _failures.Forget(Image);
        Holding(Image).ShouldBeNull();

        Fail(Image);
        _time.Advance(TimeSpan.FromMinutes(1));

        Holding(Image).ShouldBeNull();
    }

    [Fact]
    public void Remember_AnotherProblem_IsTheOneHeld()
    {
        Fail(Image);
        var last = new ScanProblem(ScanReasons.TooLarge, "too large");
        _failures.Remember(Image, ScanParts.Versions, last);

        Holding(Image).ShouldBe(last);
    }

    [Fact]
    public void Holding_AnotherImageOptionsOrAccess_IsNotHeld()
    {
        Fail(Image);

        Holding(Of("other", "ada")).ShouldBeNull();
        Holding(Of("image", "bob")).ShouldBeNull();
        Holding(Image with { Key = Image.Key with { Options = "other" } }).ShouldBeNull();
        Holding(Image with { Key = Image.Key with { Scanner = "other" } }).ShouldBeNull();
    }

    [Fact]
    public void Holding_OtherVersions_MayDoWhatTheseCannot()
    {
        Fail(Image);

        _failures.Holding(Image, ScanParts.Versions with { Database = "db 2" }).ShouldBeNull();
        _failures.Holding(Image, null).ShouldBeNull();
    }

    [Theory]
    [InlineData(-365)]
    [InlineData(365)]
    public void Holding_ClockIsSet_TheDelayIsAsLongAsItWas(int days)
    {
        Fail(Image);
        _time.Set(TimeSpan.FromDays(days));
        _time.Advance(TimeSpan.FromSeconds(59));
        Holding(Image).ShouldBe(Problem);
        _time.Advance(TimeSpan.FromSeconds(1));

        Holding(Image).ShouldBeNull();
    }

    private ScanProblem? Holding(Attempt attempt) => _failures.Holding(attempt, ScanParts.Versions);

    private void Fail(Attempt attempt) => _failures.Remember(attempt, ScanParts.Versions, Problem);

    private static Attempt Of(string image, string access) => new(new ReportKey(ScanParts.DigestOf(image), ScannerKind.Custom, "fake", ""), access);
}
