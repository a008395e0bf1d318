using RegistryOperator.Host.Images;

namespace RegistryOperator.Host.Tests.Images;

public class TagFilterTests
{
    private const string Hex = "9476f663c4b1d8f4ae9c1f1a0c2b3d4e5f60718293a4b5c6d7e8f9010203a4b5";

    [Theory]
    [InlineData("sha256-" + Hex, true)]
    [InlineData("sha256-" + Hex + ".sig", true)]
    [InlineData("sha256-" + Hex + ".att", true)]
    [InlineData("sha256-" + Hex + ".sbom", true)]
    [InlineData("sha256-" + Hex + ".other", false)]
    [InlineData("sha256-" + Hex + "0", false)]
    [InlineData("sha256-abc", false)]
    [InlineData("v1.0.0", false)]
    public void IsSignatureTag_Table(string tag, bool expected) => TagFilter.IsSignatureTag(tag).ShouldBe(expected);

    [Fact]
    public void Select_IncludeAndExclude_KeepsOrderAndCountsTheRest()
    {
        var selection = new TagFilter(@"^v?\d", "-(rc|alpine)").Select(["1.0.0", "latest", "1.1.0-rc.1", "sha256-" + Hex + ".sig", "1.1.0", "1.1.0-alpine"]);

        selection.Tags.ShouldBe(["1.0.0", "1.1.0"]);
        selection.Found.ShouldBe(6);
        selection.Signatures.ShouldBe(1);
        selection.Excluded.ShouldBe(3);
    }

    [Fact]
    public void Select_NoPatterns_KeepsAllButSignatures() =>
        new TagFilter(null, "").Select(["b", "a", "sha256-" + Hex]).Tags.ShouldBe(["b", "a"]);

    [Fact]
    public void Select_CatastrophicPattern_RunsInLinearTime()
    {
        var filter = new TagFilter("^(a+)+$", null);

        filter.Select([new string('a', 50_000) + "!"]).Excluded.ShouldBe(1);
    }

    [Theory]
    [InlineData("(?=a)")]
    [InlineData("(unclosed")]
    public void Constructor_PatternNotSupported_IsRefused(string pattern) => Should.Throw<ArgumentException>(() => new TagFilter(pattern, null));
}
