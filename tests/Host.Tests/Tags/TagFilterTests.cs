using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Tags;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Tests.Tags;

public class TagFilterTests
{
    private const string Hex = "9476f663c4b1d8f4ae9c1f1a0c2b3d4e5f60718293a4b5c6d7e8f9010203a4b5";
    private const string Upper = "9476F663C4B1D8F4AE9C1F1A0C2B3D4E5F60718293A4B5C6D7E8F9010203A4B5";

    [Theory]
    [InlineData("sha256-" + Hex, true)]
    [InlineData("sha256-" + Hex + ".sig", true)]
    [InlineData("sha256-" + Hex + ".att", true)]
    [InlineData("sha256-" + Hex + ".sbom", true)]
    [InlineData("sha256-" + Hex + ".other", false)]
    [InlineData("sha256-" + Hex + ".SIG", false)]
    [InlineData("sha256-" + Hex + ".sig.1", false)]
    [InlineData("sha256-" + Hex + "sig", false)]
    [InlineData("sha256-" + Hex + "0", false)]
    [InlineData("sha256-" + Upper, false)]
    [InlineData("sha256-" + Upper + ".sig", false)]
    [InlineData("SHA256-" + Hex, false)]
    [InlineData("sha512-" + Hex, false)]
    [InlineData("sha256:" + Hex, false)]
    [InlineData("x-sha256-" + Hex, false)]
    [InlineData(Hex, false)]
    [InlineData("sha256-abc", false)]
    [InlineData("sha256-", false)]
    [InlineData("v1.0.0", false)]
    [InlineData("", false)]
    public void IsSignatureTag_Table(string tag, bool expected) => TagFilter.IsSignatureTag(tag).ShouldBe(expected);

    [Fact]
    public void IsSignatureTag_OneDigitTooFew_IsNone()
    {
        TagFilter.IsSignatureTag("sha256-" + Hex[1..]).ShouldBeFalse();
        TagFilter.IsSignatureTag("sha256-" + Hex[1..] + ".sig").ShouldBeFalse();
        TagFilter.IsSignatureTag("sha256-g" + Hex[1..]).ShouldBeFalse();
    }

    [Fact]
    public void Select_IncludeAndExclude_KeepsOrderAndCountsTheRest()
    {
        var selection = new TagFilter(@"^v?\d", "-(rc|alpine)").Select(
            ["1.0.0", "latest", "1.1.0-rc.1", "sha256-" + Hex + ".sig", "1.1.0", "1.1.0-alpine"],
            TimeProvider.System,
            TestContext.Current.CancellationToken);

        selection.Tags.ShouldBe(["1.0.0", "1.1.0"]);
        selection.Found.ShouldBe(6);
        selection.Signatures.ShouldBe(1);
        selection.Excluded.ShouldBe(3);
    }

    [Theory]
    [InlineData(null, null, "b a latest")]
    [InlineData("", "", "b a latest")]
    [InlineData("a", null, "a latest")] // matches anywhere
    [InlineData("^a$", "", "a")]
    [InlineData(null, "a", "b")]
    [InlineData("a", "^a$", "latest")]
    [InlineData("a|b", "a", "b")] // what is excluded is out, whatever includes it
    [InlineData("A", null, "")]
    public void Select_Patterns_KeepWhatIncludeMatchesAndExcludeDoesNot(string? include, string? exclude, string kept)
    {
        var selection = new TagFilter(include, exclude).Select(["b", "a", "latest"], TimeProvider.System, TestContext.Current.CancellationToken);

        string.Join(' ', selection.Tags).ShouldBe(kept);
        selection.Excluded.ShouldBe(3 - selection.Tags.Count);
        selection.Signatures.ShouldBe(0);
        selection.Found.ShouldBe(3);
    }

    [Theory]
    [InlineData("sha256", null)]
    [InlineData("^v", null)]
    [InlineData(null, "sha256")]
    [InlineData(null, null)]
    public void Select_SignatureTags_CountAsSuchWhateverThePatterns(string? include, string? exclude)
    {
        var selection = new TagFilter(include, exclude).Select(
            ["sha256-" + Hex, "sha256-" + Hex + ".sig"], TimeProvider.System, TestContext.Current.CancellationToken);

        selection.Tags.ShouldBeEmpty();
        (selection.Found, selection.Signatures, selection.Excluded).ShouldBe((2, 2, 0));
    }

    [Fact]
    public void Select_TagListedTwice_IsOne()
    {
        var selection = new TagFilter(null, "x").Select(["a", "x", "b", "a", "x"], TimeProvider.System, TestContext.Current.CancellationToken);

        selection.Tags.ShouldBe(["a", "b"]);
        (selection.Found, selection.Excluded).ShouldBe((3, 1));
    }

    [Fact]
    public void Select_NoTags_IsEmpty()
    {
        var selection = new TagFilter("a", "b").Select([], TimeProvider.System, TestContext.Current.CancellationToken);

        selection.Tags.ShouldBeEmpty();
        (selection.Found, selection.Signatures, selection.Excluded).ShouldBe((0, 0, 0));
    }

    [Fact]
    public void Select_CatastrophicPattern_RunsInLinearTime()
    {
        var filter = new TagFilter("^(a+)+$", null);

        filter.Select([new string('a', 50_000) + "!"], TimeProvider.System, TestContext.Current.CancellationToken).Excluded.ShouldBe(1);
    }

    [Fact]
    public void Select_PatternsThatTakeTooLong_AreGivenUpWithASentence()
    {
        // Each look at the clock is ten milliseconds later than the last.
        var time = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromMilliseconds(10) };
        var filter = new TagFilter(@"(\w{1,50}){1,20}x", null);

        var slow = Should.Throw<SlowPatternException>(() => filter.Select([.. Enumerable.Range(0, 1000).Select(i => $"{i}")], time, CancellationToken.None));

        slow.Message.ShouldStartWith("spec.tagFilter: the patterns took more than 1 s over 1000 tags.");
    }

    [Fact]
    public void Select_RangeThatTakesTooLong_IsGivenUpWithASentence()
    {
        var time = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromMilliseconds(10) };
        var filter = new TagFilter(null, null, string.Join("||", Enumerable.Range(0, 150).Select(i => $"^{i}")));

        Should.Throw<SlowPatternException>(() => filter.Select([.. Enumerable.Range(0, 1000).Select(i => $"{i}")], time, CancellationToken.None));
    }

    [Theory]
    [InlineData("1.1.0", "Candidate")]
    [InlineData("1.1.0-alpine", "NotInRange")]
    [InlineData("2.0.0", "NotInRange")]
    [InlineData("1.2.0-rc.1", "Excluded")]
    [InlineData("1.3.0-beta", "Excluded")]
    [InlineData("v1.1.0", "NotIncluded")]
    public void Judge_ListsAndARange_SaysWhatDecided(string tag, string verdict)
    {
        var filter = new TagFilter(new TagPatterns("^1", "^2"), new TagPatterns("-rc", "-beta"), "^1");

        filter.Judge(tag).ToString().ShouldBe(verdict);
        filter.Explain(tag).Last().Decision.Outcome.ShouldBe(verdict == "Candidate" ? "InRange" : verdict);
    }

    [Fact]
    public void Select_Cancelled_EndsBetweenTwoTags()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        Should.Throw<OperationCanceledException>(() => new TagFilter("a", null).Select(["a"], TimeProvider.System, stop.Token));
    }

    [Theory]
    [InlineData("(?=a)")]
    [InlineData("(unclosed")]
    public void Constructor_PatternNotSupported_IsRefused(string pattern)
    {
        Should.Throw<ArgumentException>(() => new TagFilter(pattern, null)).Message.ShouldContain(pattern);
        Should.Throw<ArgumentException>(() => new TagFilter(null, pattern)).Message.ShouldContain(pattern);
    }
}
