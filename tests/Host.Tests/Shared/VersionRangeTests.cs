using CsCheck;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Tests.Shared;

public class VersionRangeTests
{
    [Theory]
    [InlineData("^22", "22.0.0 22.99.1 22 v22.1.0", "21.9.9 23.0.0 22.1.0-alpine 22.1.0-rc.1 latest")]
    [InlineData("^22-alpine", "22.1.0-alpine 22-alpine", "22.1.0 22.1.0-alpine3.20 21.0.0-alpine")]
    [InlineData("^1.4.2", "1.4.2 1.9.0", "1.4.1 2.0.0 2.0.0-rc.1")]
    [InlineData("^0.3", "0.3.0 0.3.9", "0.4.0 0.2.9")]
    [InlineData("^0.0.3", "0.0.3", "0.0.4 0.0.2")]
    [InlineData("^0", "0.0.1 0.9.0", "1.0.0")]
    [InlineData("~1.4", "1.4.0 1.4.9", "1.5.0 1.3.9")]
    [InlineData("~1.4.2", "1.4.2 1.4.9", "1.4.1 1.5.0")]
    [InlineData("~1", "1.0.0 1.9.0", "2.0.0 0.9.0")]
    [InlineData("1.x", "1.0.0 1.9.9", "2.0.0")]
    [InlineData("1.30.*", "1.30.0 1.30.9", "1.31.0")]
    [InlineData("1.30", "1.30.0 1.30.9", "1.31.0")]
    [InlineData("1", "1.0.0 1.99.0", "2.0.0")]
    [InlineData("*", "0.0.1 99.0.0", "1.0.0-alpine latest")]
    [InlineData("*-slim", "0.0.1-slim", "0.0.1")]
    [InlineData(">=1.30 <2", "1.30.0 1.99.0", "1.29.9 2.0.0")]
    [InlineData(">= 1.30, < 2", "1.30.0 1.99.0", "1.29.9 2.0.0")]
    [InlineData(">=1.30-alpine <2", "1.30.0-alpine", "1.30.0 2.0.0-alpine")]
    [InlineData(">1.30", "1.31.0", "1.30.0 1.30.9")]
    [InlineData(">1.30.0", "1.30.1", "1.30.0")]
    [InlineData("<=1.30", "1.30.9 1.0.0", "1.31.0")]
    [InlineData("<=1.30.2", "1.30.2", "1.30.3")]
    [InlineData("1.2 - 1.4", "1.2.0 1.4.9", "1.1.9 1.5.0")]
    [InlineData("^1 || ^3", "1.0.0 3.1.0", "2.0.0 4.0.0")]
    [InlineData("^1 !=1.2.3", "1.2.2", "1.2.3")]
    [InlineData("=1.2.3", "1.2.3 v1.2.3", "1.2.4 1.2.2")]
    [InlineData(">=2.0.0-rc.1 <3", "2.0.0-rc.1 2.0.0-rc.2 2.0.0", "2.0.0-beta.1 3.0.0")]
    [InlineData("v1.x", "1.0.0", "2.0.0")]
    [InlineData("<1.2.3-rc.2", "1.2.3-rc.1 1.2.3-beta.9 1.2.2 0.1.0", "1.2.3-rc.2 1.2.3-rc.10 1.2.3 1.3.0")]
    [InlineData("<=1.2.3-rc.2", "1.2.3-rc.2 1.2.2", "1.2.3-rc.3 1.2.3")]
    [InlineData(">1.2.3-rc.2", "1.2.3-rc.3 1.2.3 2.0.0", "1.2.3-rc.2 1.2.3-rc.1 1.2.2")]
    [InlineData(">=1.0.0-rc.1 <1.2.3-rc.2", "1.0.0 1.2.3-rc.1 1.2.2", "1.2.3-rc.2 1.2.3 0.9.0")]
    [InlineData("^1.2.3-rc.2", "1.2.3-rc.2 1.2.3 1.9.0", "1.2.3-rc.1 2.0.0-rc.1 2.0.0")]
    [InlineData("!=1.2", "1.1.9 1.3.0 2.2.0 0.1.0", "1.2 1.2.0 1.2.9 v1.2.4")]
    [InlineData("!=1", "0.9.0 2.0.0", "1 1.0.0 1.9.9")]
    [InlineData("!=1.2.x", "1.1.9 1.3.0", "1.2.0 1.2.9")]
    [InlineData(">=1 !=1.2 <2", "1.1.0 1.3.0", "1.2.0 2.0.0")]
    [InlineData("!=1.2.3", "1.2.2 1.2.4 1.2.3.1", "1.2.3")]
    [InlineData("^1 !=1.2.3-rc.1", "1.2.3", "1.2.3-rc.1 1.2.3-rc.2")]
    [InlineData("^1 || >=2.0.0-rc.1 <3", "1.2.3 2.0.0-rc.2", "1.2.3-rc.1 2.0.0-beta.1")]
    [InlineData("!=*", "", "1.0.0")]
    [InlineData("<*", "", "0.0.0 1.0.0")]
    [InlineData(">*", "", "1.0.0")]
    public void Contains_Table(string text, string inside, string outside)
    {
        VersionRange.TryParse(text, out var range, out var error).ShouldBeTrue(error);

        inside.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(tag => !range.Contains(tag)).ShouldBeEmpty();
        outside.Split(' ').Where(range.Contains).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("", "a range of versions is missing")]
    [InlineData("^1 ||", "a range of versions is missing")]
    [InlineData("latest", "'latest' is no range of versions; write e.g. ^22")]
    [InlineData("^", "'^' is no range")]
    [InlineData("1.x.3", "'1.x.3' is no range")]
    [InlineData("^1-alpine <2-slim", "the range names several variants (alpine, slim); name one")]
    public void TryParse_NoRange_SaysWhy(string text, string expected)
    {
        VersionRange.TryParse(text, out _, out var error).ShouldBeFalse();
        error.ShouldStartWith(expected);
    }

    [Fact]
    public void TryParse_AnyText_Ends() =>
        Gen.String[Gen.Char["^~<>=|*x.-0129 ,va"], 0, 30].Sample(text =>
        {
            if (VersionRange.TryParse(text, out var range, out var error)) range.Contains("1.2.3");
            else error.ShouldNotBeEmpty();
        });

    [Fact]
    public void Contains_CaretOfAVersion_ContainsItAndNotTheNextMajor() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[0, 40], Gen.Int[0, 40]).Sample((major, minor, patch) =>
        {
            VersionRange.TryParse($"^{major}.{minor}.{patch}", out var range, out _).ShouldBeTrue();
            range.Contains($"{major}.{minor}.{patch}").ShouldBeTrue();
            range.Contains($"{major}.{minor}.{patch + 1}").ShouldBeTrue();
            range.Contains($"{major + 1}.0.0").ShouldBeFalse();
        });
}
