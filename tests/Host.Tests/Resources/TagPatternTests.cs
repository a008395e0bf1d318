using RegistryOperator.Host.Resources;

namespace RegistryOperator.Host.Tests.Resources;

public sealed class TagPatternTests
{
    [Theory]
    [InlineData("^v[0-9]+$", "v12", true)]
    [InlineData("alpine", "3.20-alpine3", true)]
    [InlineData("^[[:digit:]]+$", "123", true)]
    [InlineData("^[[:digit:]]+$", "digit", false)]
    [InlineData("^[^[:alpha:]]$", "-", true)]
    [InlineData("^[[:alpha:]_]$", "_", true)]
    [InlineData("^[]a]$", "]", true)]
    [InlineData("^[^]a]$", "b", true)]
    [InlineData("^[[]a$", "[a", true)]
    [InlineData(@"^\[:alpha:\]$", "[:alpha:]", true)]
    [InlineData(@"^(?P<major>\d+)\.", "1.2", true)]
    [InlineData("(?i)RC", "1.0-rc1", true)]
    public void TryCompile_GoSyntax_MatchesAsInGo(string pattern, string tag, bool expected)
    {
        TagPattern.TryCompile(pattern, out var regex, out var error).ShouldBeTrue(error);
        regex!.IsMatch(tag).ShouldBe(expected);
    }

    [Theory]
    [InlineData("v(1", "not a regular expression", "insufficient closing parentheses at position")]
    [InlineData("[a", "not a regular expression", "unterminated bracket")]
    [InlineData("*", "not a regular expression", "quantifier after nothing")]
    [InlineData("(?!latest)", "'(?!latest)'", "not supported")]
    [InlineData(@"(a)\1", "backreference", "use include and exclude together")]
    [InlineData("(((a{1000}){1000}){1000})", "very large repetition", "not supported")]
    public void TryCompile_BadPattern_SaysWhy(string pattern, string first, string second)
    {
        TagPattern.TryCompile(pattern, out _, out var error).ShouldBeFalse();
        error.ShouldContain(first);
        error.ShouldContain(second);
    }

    [Fact]
    public void TryCompile_LongPattern_IsRefused()
    {
        TagPattern.TryCompile(new string('a', RegistryLimits.PatternLength + 1), out _, out var error).ShouldBeFalse();
        error.ShouldContain("at most 1024");
    }
}
