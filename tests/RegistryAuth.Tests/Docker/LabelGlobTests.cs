using System.Text.RegularExpressions;
using CsCheck;
using RegistryOperator.Plugins.RegistryAuth.Docker;

namespace RegistryOperator.RegistryAuth.Tests.Docker;

public sealed class LabelGlobTests
{
    [Theory]
    [InlineData("", "", true)]
    [InlineData("*", "", true)]
    [InlineData("a*b*c", "axxbyyc", true)]
    [InlineData("a*b*c", "axxbyy", false)]
    [InlineData("*ab", "aab", true)]
    [InlineData("?", "", false)]
    [InlineData("[a-cx]", "x", true)]
    [InlineData("[a-cx]", "d", false)]
    [InlineData("[a-cx]", "c", true)]
    [InlineData("[a-cx]", "a", true)]
    [InlineData("[a-cx]", "-", false)]
    [InlineData("[a-]", "-", true)]
    [InlineData("[^a-c]", "d", true)]
    [InlineData("[^a-c]", "b", false)]
    [InlineData("[ab]c", "bc", true)]
    [InlineData("[ab]c", "b", false)]
    [InlineData("x[ab", "xa", false)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "ac", false)]
    [InlineData("", "a", false)]
    [InlineData("a", "A", false)]
    [InlineData("[]", "a", false)]
    [InlineData("[^]", "a", false)]
    public void Matches_Pattern_CoversTheWholeLabel(string pattern, string label, bool expected) => LabelGlob.Matches(pattern, label).ShouldBe(expected);

    [Fact]
    public void Matches_StarsAndQuestionMarks_AgreeWithTheSameRegularExpression() =>
        Gen.Select(Gen.Char["ab*?"].Array[0, 8], Gen.Char["ab"].Array[0, 10]).Sample((pattern, label) =>
        {
            var regex = "^" + new string(pattern).Replace("*", ".*", StringComparison.Ordinal).Replace("?", ".", StringComparison.Ordinal) + "$";
            return LabelGlob.Matches(pattern, label) == Regex.IsMatch(new string(label), regex, RegexOptions.NonBacktracking);
        });
}
