using System.Text.RegularExpressions;
using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Plugins.Drift.Versions;
using RegistryOperator.Shared;

namespace RegistryOperator.Drift.Tests.Versions;

public sealed class CandidatesTests
{
    public static TheoryData<string, string, bool> Pairs =>
        [.. VersionPairs.All.Select(pair => new TheoryDataRow<string, string, bool>(pair.Running, pair.Candidate, pair.IsNewer))];

    [Theory]
    [MemberData(nameof(Pairs))]
    public void NewerThan_OneCandidate_IsTakenOnlyWhereItIsTheSameThingAndNewer(string running, string candidate, bool isNewer) =>
        new Candidates([running, candidate], TimeProvider.System).NewerThan(running, UpdatePolicy.Default, "shop", CancellationToken.None)
            .ShouldBe(isNewer ? [candidate] : []);

    [Fact]
    public void Pairs_Count_IsAtLeastWhatIsPromised() => VersionPairs.All.Count().ShouldBeGreaterThanOrEqualTo(250);

    [Theory]
    [InlineData("major", "1.2.3", "1.2.4 1.3.0 2.0.0")]
    [InlineData("minor", "1.2.3", "1.2.4 1.3.0")]
    [InlineData("patch", "1.2.3", "1.2.4")]
    [InlineData("digest", "1.2.3", "")]
    [InlineData("patch", "9", "")]
    public void NewerThan_LargestStep_IsKept(string step, string running, string expected) =>
        Newer(running, new UpdatePolicy { Step = Enum.Parse<UpdateStep>(step, ignoreCase: true) }, "1.2.4", "1.3.0", "2.0.0", "10").ShouldBe(expected);

    [Theory]
    [InlineData("^1.2", "1.2.4 1.3.0")]
    [InlineData("<2 || 4.x", "1.2.4 1.3.0 4.0.0")]
    [InlineData("~1.2.3", "1.2.4")]
    [InlineData(">=5", "")]
    public void NewerThan_Range_HoldsBackTheRest(string text, string expected)
    {
        VersionRange.TryParse(text, out var range, out _).ShouldBeTrue();

        Newer("1.2.3", new UpdatePolicy { Range = range }, "1.2.4", "1.3.0", "2.0.0", "4.0.0").ShouldBe(expected);
    }

    [Fact]
    public void NewerThan_PreReleasesAskedFor_AreOfferedToAReleaseToo() =>
        Newer("1.2.3", new UpdatePolicy { TakesPreReleases = true }, "1.3.0-rc.1", "1.2.4-alpine").ShouldBe("1.3.0-rc.1");

    /// <summary>A nightly build becomes no snapshot; an alpha becomes a beta.</summary>
    [Theory]
    [InlineData("1.0.0-nightly", "1.1.0-snapshot-1", false)]
    [InlineData("1.0.0-SNAPSHOT", "1.1.0-snapshot-1", false)]
    [InlineData("1.0.0-SNAPSHOT", "1.1.0-SNAPSHOT", true)]
    [InlineData("1.0.0-snapshot-1", "1.1.0-snapshot-1", true)]
    [InlineData("1.0.0-nightly", "1.1.0-nightly", true)]
    [InlineData("1.0.0-nightly", "1.1.0-rc.1", false)]
    [InlineData("1.0.0-nightly", "1.1.0", true)]
    [InlineData("1.0.0-rc.1", "1.1.0-snapshot-1", false)]
    [InlineData("1.0.0-alpha.1", "1.0.0-beta.1", true)]
    public void NewerThan_AnotherWordOfAPreRelease_IsTakenOnTheWayToTheReleaseAlone(string running, string candidate, bool isNewer) =>
        new Candidates([running, candidate], TimeProvider.System).NewerThan(running, UpdatePolicy.Default, "shop", CancellationToken.None)
            .ShouldBe(isNewer ? [candidate] : []);

    [Fact]
    public void NewerThan_Alphabetical_TakesNamesOfOneForm() =>
        Newer("build-ab12", new UpdatePolicy { Step = UpdateStep.Alphabetical }, "build-ab13", "build-aa99", "latest", "build-ab1").ShouldBe("build-ab13");

    [Fact]
    public void NewerThan_Numeric_TakesTheHighestBuild() =>
        new Candidates(["build-4710", "build-4712", "build-4799", "nightly-4800"], TimeProvider.System)
            .NewerThan("build-4711", new UpdatePolicy { Step = UpdateStep.Numeric }, "shop", CancellationToken.None).ShouldBe(["build-4799", "build-4712"]);

    /// <summary>One abbreviated commit in 27 has no letter.</summary>
    [Theory]
    [InlineData("main-1234567")]
    [InlineData("main-7f3a9c1")]
    public void NewerThan_CommitWithoutALetter_IsNoBuildNumber(string running) =>
        new Candidates([running, "main-abc1234", "main-c0ffee1", "main-7654321"], TimeProvider.System)
            .NewerThan(running, UpdatePolicy.Default, "shop", CancellationToken.None).ShouldBeEmpty();

    [Theory]
    [InlineData("latest", true)]
    [InlineData("1.27", true)]
    [InlineData("1", true)]
    [InlineData("1.27-alpine", true)]
    [InlineData("3.15-rc", true)]
    [InlineData("12.4.0-debian-11", true)]
    [InlineData("1.27.3", false)]
    [InlineData("1.27.3-alpine", false)]
    [InlineData("16.4", false)]
    [InlineData("3.15.0rc1", false)]
    [InlineData("12.4.0-debian-11-r9", false)]
    public void IsFloating_Tag_IsOneThatOthersSpellOut(string tag, bool isFloating) =>
        new Candidates(["1.27.3", "1.27.3-alpine", "16.4", "3.15.0rc1", "12.4.0-debian-11-r9", "latest"], TimeProvider.System)
            .IsFloating(tag).ShouldBe(isFloating);

    [Theory]
    [InlineData("1.2.0", "1.1.0 1.0.1 1.0.0 1.2.1 1.10.0 2.0.0")]
    [InlineData("1.0.0", "1.0.1 1.1.0 1.2.0 1.2.1")]
    [InlineData("2.0.0", "1.10.0 1.2.1 1.2.0 1.1.0")]
    [InlineData("1.1.5", "1.1.0 1.0.1 1.0.0 1.2.0 1.2.1 1.10.0 2.0.0")] // is not listed
    [InlineData("latest", "")]
    public void Near_Tag_AreTheReleasesNextToItOfItsShape(string tag, string expected) => string.Join(
        ' ', new Candidates(["1.10.0", "1.0.0", "1.2.1", "1.0.1", "2.0.0", "1.1.0", "1.2.0", "1.2", "1.2.0-alpine", "latest"], TimeProvider.System).Near(tag))
        .ShouldBe(expected);

    [Theory]
    [InlineData("major", null)]
    [InlineData("minor", "2.0.0")]
    [InlineData("patch", "2.0.0")]
    [InlineData("digest", "2.0.0")]
    public void NewerThan_LargestStep_NamesTheBestThatItLeavesOut(string step, string? leftOut) =>
        new Candidates(["1.2.3", "1.2.4", "2.0.0"], TimeProvider.System).NewerThan(
            "1.2.3", new UpdatePolicy { Step = Enum.Parse<UpdateStep>(step, ignoreCase: true) }, "shop", CancellationToken.None).LeftOut.ShouldBe(leftOut);

    /// <summary>Each look at the clock is 0.12 s later than the last: a pattern takes 0.6 s.</summary>
    [Fact]
    public void NewerThan_PatternsOfOneNamespace_HaveOneTimeTogetherAndTakeNoneOfOthers()
    {
        var time = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromMilliseconds(120) };
        var candidates = new Candidates(["1.0.0", "1.0.1", "1.0.2", "1.0.3"], time);

        Newest("shop", "^1").ShouldBe("1.0.3");
        Should.Throw<SlowPatternException>(() => Newest("shop", "^1.")).Message.ShouldStartWith("'^1.': the patterns took more than 1 s over 4 tags.");
        Newest("web", "^1.").ShouldBe("1.0.3");
        Newest("shop", "^1.").ShouldBe("1.0.3", "what another has matched costs nothing");

        string Newest(string @namespace, string pattern) =>
            candidates.NewerThan("1.0.0", Matching(pattern), @namespace, TestContext.Current.CancellationToken)[0];
    }

    [Fact]
    public void NewerThan_PatternsOfVeryManyNamespaces_HaveAnEnd()
    {
        var time = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromMilliseconds(100) };
        var candidates = new Candidates(["1.0.0", "1.0.1", "1.0.2", "1.0.3"], time);

        var slow = Enumerable.Range(0, 100).Count(number =>
        {
            try
            {
                return candidates.NewerThan("1.0.0", Matching($"^1|{number}"), $"team{number}", TestContext.Current.CancellationToken).Count == 0;
            }
            catch (SlowPatternException)
            {
                return true;
            }
        });

        slow.ShouldBeInRange(75, 90);
    }

    [Fact]
    public void Range_ThatTakesTooLong_IsGivenUp()
    {
        var candidates = new Candidates(
            [.. Enumerable.Range(0, 50).Select(number => $"1.0.{number}")], new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromMilliseconds(100) });
        var policy = new UpdatePolicy { Range = Range("^2 || ^3") };

        Should.Throw<SlowPatternException>(() => candidates.NewerThan("1.0.0", policy, "shop", CancellationToken.None));
        Should.Throw<SlowPatternException>(() => candidates.OutsideOf("1.0.0", policy, "web", CancellationToken.None));
    }

    [Fact]
    public void NewerThan_Cancelled_EndsBetweenTwoTags()
    {
        var candidates = new Candidates(["1.0.0", "1.0.1"], TimeProvider.System);

        Should.Throw<OperationCanceledException>(() => candidates.NewerThan("1.0.0", Matching("^1"), "shop", new CancellationToken(canceled: true)));
        Should.Throw<OperationCanceledException>(
            () => candidates.NewerThan("1.0.0", new UpdatePolicy { Range = Range("^1") }, "shop", new CancellationToken(canceled: true)));
    }

    /// <summary>Whoever annotates workloads decides how many policies there are.</summary>
    [Fact]
    public void NewerThan_VeryManyPolicies_AreNotAllRemembered()
    {
        var candidates = new Candidates(["1.0.0", "1.0.1", "1.0.2"], new FakeTimeProvider());
        var first = Find(0);

        Find(0).ShouldBeSameAs(first);
        for (var number = 1; number <= 1050; number++) Find(number);

        Find(0).ShouldNotBeSameAs(first);
        IReadOnlyList<string> Find(int number) => candidates.NewerThan("1.0.0", Matching($"^1|x{number}"), "shop", TestContext.Current.CancellationToken);
    }

    private static string Newer(string running, UpdatePolicy policy, params string[] tags) =>
        string.Join(' ', new Candidates([running, .. tags], TimeProvider.System).NewerThan(running, policy, "shop", CancellationToken.None).Reverse());

    private static UpdatePolicy Matching(string pattern) => new() { Pattern = new Regex(pattern, RegexOptions.NonBacktracking) };

    private static VersionRange Range(string text) => VersionRange.TryParse(text, out var range, out var error) ? range : throw new ArgumentException(error);
}
