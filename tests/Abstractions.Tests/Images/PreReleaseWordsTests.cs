using RegistryOperator.Abstractions.Images;

namespace RegistryOperator.Abstractions.Tests.Images;

public class PreReleaseWordsTests
{
    [Fact]
    public void StageOf_Words_GrowsTowardsTheRelease()
    {
        string[][] stages = [["dev", "nightly", "canary", "next"], ["ALPHA"], ["beta"], ["milestone"], ["rc", "cr", "pre", "preview", "EA"], ["snapshot"]];

        for (var stage = 0; stage < stages.Length; stage++)
        {
            foreach (var word in stages[stage]) PreReleaseWords.StageOf(word).ShouldBe(stage + 1, word);
        }
    }

    [Theory]
    [InlineData('a', "alpha")]
    [InlineData('B', "beta")]
    [InlineData('m', "milestone")]
    [InlineData('c', "rc")]
    public void StageOfLetter_Letter_IsThatOfItsWord(char letter, string word) => PreReleaseWords.StageOfLetter(letter).ShouldBe(PreReleaseWords.StageOf(word));

    [Theory]
    [InlineData("alpine")]
    [InlineData("final")]
    [InlineData("a")]
    [InlineData("")]
    public void StageOf_AnotherWord_IsNone(string word) => PreReleaseWords.StageOf(word).ShouldBe(0);

    [Fact]
    public void StageOfLetter_AnotherLetter_IsNone() => PreReleaseWords.StageOfLetter('k').ShouldBe(0);
}
