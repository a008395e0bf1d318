using RegistryOperator.Host.Images;
using RegistryOperator.Host.Tags;

namespace RegistryOperator.Host.Tests.Tags;

public class ReleaseLinesTests
{
    /// <summary>Lines are parted by `|`, each from its highest version to its lowest; their order among each other does not matter.</summary>
    [Theory]
    [InlineData("1.4.0 2.0.0 1.4.10 1.4.2", "1.4.10 1.4.2 1.4.0|2.0.0")]
    [InlineData("1.4.0 1.5.0", "1.4.0|1.5.0")]
    [InlineData("1.4.0 2.4.0", "1.4.0|2.4.0")]
    [InlineData("v1.4.0 1.4.1", "1.4.1 v1.4.0")]
    [InlineData("1.4.0.1 1.4.0.2 1.4.0", "1.4.0.2 1.4.0.1 1.4.0")]
    [InlineData("latest 1 1.4 1.4.0 1.4.1", "latest|1|1.4|1.4.1 1.4.0")] // what moves stands alone
    [InlineData("1.4-alpine 1.5-alpine", "1.4-alpine|1.5-alpine")]
    [InlineData("stable edge", "stable|edge")]
    [InlineData("1.4.0 1.4.0-alpine 1.4.1-alpine", "1.4.0|1.4.1-alpine 1.4.0-alpine")] // each variant has its own
    [InlineData("1.4.0-alpine 1.4.1-slim", "1.4.0-alpine|1.4.1-slim")]
    [InlineData("2.0.0 2.0.0-rc.1 2.0.0-beta.2", "2.0.0 2.0.0-rc.1 2.0.0-beta.2")]
    [InlineData("20240131 20240201 20231224", "20240201 20240131 20231224")]
    [InlineData("20240131 20240201-slim 20231224", "20240131 20231224|20240201-slim")]
    [InlineData("99999 99998", "99999|99998")] // five digits: a floating major version
    [InlineData("100000 100001", "100001 100000")] // six: a build number
    [InlineData("099999 100001", "099999|100001")]
    [InlineData("202401.1 202402.1", "202401.1|202402.1")]
    public void Group_Tags_AreInTheLineInWhichTheyWerePublished(string tags, string lines) =>
        Lines(tags.Split(' ')).ShouldBe(lines.Split('|').Select(line => line.Split(' ')), ignoreOrder: true);

    [Fact]
    public void Group_NoTags_NoLines() => ReleaseLines.Group([]).ShouldBeEmpty();

    private static List<string[]> Lines(params string[] tags) =>
        [.. ReleaseLines.Group(tags.Select(VersionedTag.Read)).Select(line => line.Select(tag => tag.Tag).ToArray())];
}
