using RegistryOperator.Sigstore.Findings;
using RegistryOperator.Sigstore.Verification;

namespace RegistryOperator.Sigstore.Tests.Verification;

public class NamePatternTests
{
    [Theory]
    [InlineData("https://forge\\.test/.*", "https://forge.test/a", true)]
    [InlineData("forge\\.test", "https://forge.test/a", false)]
    [InlineData("a|b", "ab", false)]
    [InlineData("a|b", "b", true)]
    [InlineData("a", "a\n", false)]
    [InlineData("^a$", "a\n", false)]
    [InlineData("(?i)A", "a", true)]
    [InlineData("(?m)^a$", "b\na", false)]
    public void Matching_Pattern_IsOfTheWholeName(string pattern, string name, bool accepts) => NamePattern.Matching(pattern).Accepts(name).ShouldBe(accepts);

    [Theory]
    [InlineData("")]
    [InlineData("(")]
    [InlineData("a)|(b")]
    [InlineData("(?x)a #")]
    [InlineData("(a)\\1")]
    [InlineData("(?=a)a")]
    public void Matching_NoPatternOrOneThatBacktracks_IsRefused(string pattern) => Should.Throw<SigstoreFormatException>(() => NamePattern.Matching(pattern));

    [Fact]
    public void Exactly_Name_IsTheSameByEveryCharacter()
    {
        NamePattern.Exactly("a.b").Accepts("a.b").ShouldBeTrue();
        NamePattern.Exactly("a.b").Accepts("axb").ShouldBeFalse();
        NamePattern.Exactly("a.b").Accepts("A.b").ShouldBeFalse();
        Should.Throw<SigstoreFormatException>(() => NamePattern.Exactly(""));
    }
}
