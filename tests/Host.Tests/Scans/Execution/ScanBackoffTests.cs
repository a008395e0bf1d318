using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Scans.Execution;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Tests.Scans.Execution;

public class ScanBackoffTests
{
    private static readonly ScanProblem Problem = new(ScanReasons.NotFound, "gone");
    private static readonly ResultIdentity Image = Of("image", "ada");

    private readonly SettableClock _time = new();
    private readonly ScanBackoff<ResultIdentity> _backoff;

    public ScanBackoffTests() => _backoff = new ScanBackoff<ResultIdentity>(_time);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(4, 8)]
    [InlineData(9, 256)]
    [InlineData(10, 360)] // six hours
    [InlineData(30, 360)]
    [InlineData(5000, 360)]
    public void ProblemWithin_FailuresInARow_DoublesTheDelayUpToSixHours(int failures, int minutes)
    {
        for (var i = 0; i < failures; i++) Fail(Image);

        _time.Advance(TimeSpan.FromMinutes(minutes) - TimeSpan.FromTicks(1));
        ProblemWithin(Image).ShouldBe(Problem);
        _time.Advance(TimeSpan.FromTicks(1));
        ProblemWithin(Image).ShouldBeNull();
    }

    [Fact]
    public void ProblemWithin_NothingFailed_IsNull() => ProblemWithin(Image).ShouldBeNull();

    [Fact]
    public void Forget_AfterFailures_TheNextDelayIsTheFirstAgain()
    {
        for (var i = 0; i < 5; i++) Fail(Image);
        _backoff.Forget(Image);
        ProblemWithin(Image).ShouldBeNull();

        Fail(Image);
        _time.Advance(TimeSpan.FromMinutes(1));

        ProblemWithin(Image).ShouldBeNull();
    }

    [Fact]
    public void Remember_AnotherProblem_IsTheOneHeld()
    {
        Fail(Image);
        var last = new ScanProblem(ScanReasons.TooLarge, "too large");
        _backoff.Remember(Image, ScanParts.Versions, last);

        ProblemWithin(Image).ShouldBe(last);
    }

    [Fact]
    public void ProblemWithin_AnotherImageOptionsOrAccess_IsNotHeld()
    {
        Fail(Image);

        ProblemWithin(Of("other", "ada")).ShouldBeNull();
        ProblemWithin(Of("image", "bob")).ShouldBeNull();
        ProblemWithin(Image with { Key = Image.Key with { Options = "other" } }).ShouldBeNull();
        ProblemWithin(Image with { Key = Image.Key with { Scanner = "other" } }).ShouldBeNull();
    }

    [Fact]
    public void ProblemWithin_OtherVersions_MayDoWhatTheseCannot()
    {
        Fail(Image);

        _backoff.ProblemWithin(Image, ScanParts.Versions with { Database = "db 2" }).ShouldBeNull();
        _backoff.ProblemWithin(Image, null).ShouldBeNull();
    }

    [Theory]
    [InlineData(-365)]
    [InlineData(365)]
    public void ProblemWithin_ClockIsSet_TheDelayIsAsLongAsItWas(int days)
    {
        Fail(Image);
        _time.Set(TimeSpan.FromDays(days));
        _time.Advance(TimeSpan.FromSeconds(59));
        ProblemWithin(Image).ShouldBe(Problem);
        _time.Advance(TimeSpan.FromSeconds(1));

        ProblemWithin(Image).ShouldBeNull();
    }

    [Fact]
    public void Remember_MoreFailuresThanAreKept_ForgetsThoseThatNobodyAskedForLongest()
    {
        var backoff = new ScanBackoff<ResultIdentity>(_time, capacity: 2);
        foreach (var image in (string[])["gone", "still there"]) backoff.Remember(Of(image, "ada"), ScanParts.Versions, Problem);
        backoff.ProblemWithin(Of("still there", "ada"), ScanParts.Versions).ShouldBe(Problem);

        backoff.Remember(Of("new", "ada"), ScanParts.Versions, Problem);

        string[] images = ["gone", "still there", "new"];
        images.Where(image => backoff.ProblemWithin(Of(image, "ada"), ScanParts.Versions) is not null).ShouldBe(["still there", "new"]);
    }

    [Fact]
    public void Remember_AsManyFailuresAsALargeInstallationHas_KeepsAll()
    {
        for (var i = 0; i < 10_000; i++) Fail(Of($"{i}", "ada"));

        ProblemWithin(Of("0", "ada")).ShouldBe(Problem);
        Fail(Of("another", "ada"));
        ProblemWithin(Of("1", "ada")).ShouldBeNull();
    }

    private ScanProblem? ProblemWithin(ResultIdentity attempt) => _backoff.ProblemWithin(attempt, ScanParts.Versions);

    private void Fail(ResultIdentity attempt) => _backoff.Remember(attempt, ScanParts.Versions, Problem);

    private static ResultIdentity Of(string image, string access) =>
        new(new ReportKey(ScanParts.DigestOf(image), ScannerKind.Custom, "fake", ""), null, access);
}
