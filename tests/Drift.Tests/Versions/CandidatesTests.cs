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

    /// <summary>Whether a change of what a tag names is usual, or an alarm: the tag, and what stands beside it.</summary>
    [Theory]
    [InlineData("latest", "", true)]
    [InlineData("1.27.3", "1.27 1.27.3-alpine 1.27.3-alpine3.19 1.27.3-arm64", false)]
    [InlineData("1.27", "1.27.3", true)]
    [InlineData("1", "1.27.3", true)]
    [InlineData("16.4", "17.1 16.4-alpine", false)]
    [InlineData("3.15-rc", "3.15.0rc1", true)]
    [InlineData("3.15.0rc1", "3.15-rc", false)]
    // What stands behind the version is no matter.
    [InlineData("1.27-alpine", "1.27.3 1.27.3-alpine", true)]
    [InlineData("11-slim", "11.0.2-jdk-slim", true)]
    [InlineData("8-alpine", "8u402-b06-jdk-alpine", true)]
    [InlineData("2.5", "2.5.0.Final", true)]
    // Builds, wherever they stand, and the distribution right before them.
    [InlineData("12.4.0-debian-11", "12.4.0-debian-11-r9", true)]
    [InlineData("12.4.0-debian-11-r9", "12.4.0-debian-11-r10", false)]
    [InlineData("12.4.0", "12.4.0-debian-11-r9", true)]
    [InlineData("12-debian-11", "12.4.0-debian-11-r9", true)]
    [InlineData("4.6.2-alpine", "4.6.2-r6-alpine", true)]
    [InlineData("4.8-core-ltsc2019", "4.8-20240213-core-ltsc2019", true)]
    [InlineData("21.0.1-ol9", "21.0.1-ol9-20231024", true)]
    [InlineData("version-4.0.16.2944", "4.0.16.2944-ls300", true)]
    [InlineData("version-v2.6.1", "v2.6.1-ls250", true)]
    [InlineData("arm64v8-version-2.6.1", "arm64v8-2.6.1-ls250", true)]
    [InlineData("v0.9.0", "v0.9.0-12-gdeadbe1", false)]
    [InlineData("1.2.3", "1.2.3-pr.12 1.2.3-php.8 1.2.3-feature.4", false)]
    [InlineData("8u402-b06-jdk", "8u412-b08-jdk", false)]
    [InlineData("8u402", "8u402-b06", true)]
    [InlineData("9.6p1", "9.7p1", false)]
    [InlineData("build-386", "build-385", false)]
    // What versions are built on or with, alone.
    [InlineData("alpine3.18", "1.27.3-alpine3.18", true)]
    [InlineData("jdk8-focal", "8.5.0-jdk8-focal", true)]
    [InlineData("stable-alpine3.18", "", true)]
    [InlineData("ubuntu-22.04", "", true)]
    [InlineData("alpine-6.4.9", "alpine-6.4-latest", false)]
    [InlineData("lts-jdk17", "2.426.1-lts-jdk17", true)]
    [InlineData("latest-pg15", "2.13.0-pg15", true)]
    [InlineData("nonroot-amd64", "", true)]
    // Channels, and what is built each night under one name.
    [InlineData("1.28-latest", "", true)]
    [InlineData("v2.8-head", "", true)]
    [InlineData("0.34.X-alpine", "", true)]
    [InlineData("8.11.3-SNAPSHOT", "", true)]
    [InlineData("1.20-dev", "", true)]
    [InlineData("latest-v23.1", "", true)]
    [InlineData("latest-20230131", "", false)]
    [InlineData("20240104_073527-latest", "", false)]
    [InlineData("nightly-2024-01-01", "", false)]
    // Commits.
    [InlineData("9f8e7d6c5b4a39281706f5e4d3c2b1a098765432", "latest", false)]
    [InlineData("sha-9f8e7d6", "", false)]
    [InlineData("main-7f3a9c1", "main", false)]
    [InlineData("main", "main-7f3a9c1", true)]
    public void IsFloating_Tag_IsOneThatOthersSpellOutOrThatSaysSo(string tag, string others, bool isFloating) =>
        new Candidates([tag, .. others.Split(' ', StringSplitOptions.RemoveEmptyEntries)], TimeProvider.System).IsFloating(tag).ShouldBe(isFloating);

    /// <summary>An owner that expects immutable tags means versions alone.</summary>
    [Theory]
    [InlineData("1.27.3", "1.27.3-r1", true)]
    [InlineData("16.4", "17.1", true)]
    [InlineData("1.27", "1.27.3", false)]
    [InlineData("alpine3.18", "1.27.3-alpine3.18", false)]
    [InlineData("ubuntu-22.04", "", false)]
    [InlineData("2022-latest", "", false)]
    [InlineData("8.11.3-SNAPSHOT", "", false)]
    [InlineData("lts-jdk17", "", false)]
    [InlineData("v2.0.1", "1.0.0-v2.0.1", true)]
    public void SpellsFullVersion_Tag_IsOneThatNamesARelease(string tag, string others, bool isFull) =>
        new Candidates([tag, .. others.Split(' ', StringSplitOptions.RemoveEmptyEntries)], TimeProvider.System).SpellsFullVersion(tag).ShouldBe(isFull);

    /// <summary>A release candidate's moving name is no step; one that has no numbers at all is.</summary>
    [Theory]
    [InlineData("1.27rc1", "1.27-rc 1.27rc2", "1.27rc2")]
    [InlineData("1.0.0-beta.2", "1.0.0-rc", "1.0.0-rc")]
    [InlineData("1.0.0-beta", "1.0.0-beta1 1.0.0-beta2", "")]
    public void NewerThan_PreReleaseWithoutANumber_IsTakenOnlyWhereItDoesNotMove(string running, string others, string expected) =>
        Newer(running, UpdatePolicy.Default, others.Split(' ')).ShouldBe(expected);

    /// <summary>Where days have two digits, 2023.12.30 is one; elsewhere it is the thirtieth version of December.</summary>
    [Theory]
    [InlineData("2023.12.30", "2024.03.10 2024.11.20", "2024.03.10 2024.11.20")]
    [InlineData("2023.12.30", "2024.3.1 2024.11.20", "2024.3.1 2024.11.20")]
    [InlineData("2024.01.05", "2024.11.20", "2024.11.20")]
    [InlineData("5.2.3", "2024.03.10 2024.11.20", "")]
    public void NewerThan_DottedDates_AreOneKind(string running, string others, string expected) =>
        Newer(running, UpdatePolicy.Default, others.Split(' ')).ShouldBe(expected);

    [Theory]
    [InlineData("patch", "ubi8-15.5-0", "ubi8-15.5-1")]
    [InlineData("minor", "ubi8-15.5-0", "ubi8-15.5-1 ubi8-15.6-0")]
    [InlineData("patch", "5.26.4", "")]
    [InlineData("patch", "linux-amd64-2.19.4", "linux-amd64-2.19.5")]
    public void NewerThan_LargestStep_CountsTheVersionAlone(string step, string running, string expected) =>
        Newer(
            running, new UpdatePolicy { Step = Enum.Parse<UpdateStep>(step, ignoreCase: true) },
            "ubi8-15.5-1", "ubi8-15.6-0", "ubi8-16.1-0", "2025.1.0", "linux-amd64-2.19.5", "linux-amd64-3.0.0").ShouldBe(expected);

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
