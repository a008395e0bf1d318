using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Tests.Registry.Spec;

public sealed class TagPatternTests
{
    /// <summary>Where a class begins and ends decides what is translated: a bracket that stands first, or after a backslash, is a member.</summary>
    [Theory]
    [InlineData("^[][:digit:]]$", "5", "a")]
    [InlineData("^[^][:digit:]]$", "a", "5")]
    [InlineData(@"^[\][:digit:]]$", "5", "a")]
    [InlineData(@"^\[?(?P<major>[[:digit:]])$", "5", "a")]
    public void TryCompile_BracketThatIsAMember_DoesNotEndTheClass(string pattern, string matching, string other)
    {
        TagPattern.TryCompile(pattern, out var regex, out var error).ShouldBeTrue(error);

        regex!.IsMatch(matching).ShouldBeTrue();
        regex.IsMatch(other).ShouldBeFalse();
    }

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

    [Fact]
    public void TryCompile_LongestPattern_IsTaken() => TagPattern.TryCompile(new string('a', 1024), out _, out _).ShouldBeTrue();

    [Theory]
    [InlineData("alnum", "aZ5", "-_. ")]
    [InlineData("alpha", "aZ", "5-")]
    [InlineData("ascii", "aZ5 \u007f", "ä")]
    [InlineData("blank", " \t", "a\n")]
    [InlineData("cntrl", "\u0001\u001f\u007f", "a ")]
    [InlineData("digit", "059", "a")]
    [InlineData("graph", "!a~", " \u007f")]
    [InlineData("lower", "az", "AZ5")]
    [InlineData("print", " !a~", "\u007f\n")]
    [InlineData("punct", "!/:@[`{~-._", "aZ5 ")]
    [InlineData("space", " \t\n\v\f\r", "a_")]
    [InlineData("upper", "AZ", "az5")]
    [InlineData("word", "aZ5_", "-.")]
    [InlineData("xdigit", "09afAF", "gG")]
    public void TryCompile_PosixClass_HasItsCharacters(string name, string members, string others)
    {
        TagPattern.TryCompile($"^[[:{name}:]]$", out var regex, out var error).ShouldBeTrue(error);

        foreach (var member in members) regex!.IsMatch(member.ToString()).ShouldBeTrue($"U+{(int)member:X4}");
        foreach (var other in others) regex!.IsMatch(other.ToString()).ShouldBeFalse($"U+{(int)other:X4}");
    }

    [Theory]
    [InlineData("^[[:nothing:]]$", "n]", true)] // no class of POSIX: a set, and a bracket
    [InlineData("^[[:alpha]$", ":", true)]
    [InlineData("^[(?P<]$", "P", true)]
    [InlineData(@"^\(?P$", "P", true)] // an optional bracket
    [InlineData("^[a]b]$", "ab]", true)]
    [InlineData("^a[bc][[:digit:]]$", "ab1", true)]
    [InlineData("RC", "1.0-rc1", false)]
    public void TryCompile_Translation_TouchesNothingElse(string pattern, string tag, bool expected)
    {
        TagPattern.TryCompile(pattern, out var regex, out var error).ShouldBeTrue(error);
        regex!.IsMatch(tag).ShouldBe(expected);
    }

    [Fact]
    public void TryCompile_PatternThatBacktracksElsewhere_IsLinear()
    {
        TagPattern.TryCompile("^(a+)+$", out var regex, out _).ShouldBeTrue();

        regex!.IsMatch(new string('a', 100_000) + "b").ShouldBeFalse();
    }
}
