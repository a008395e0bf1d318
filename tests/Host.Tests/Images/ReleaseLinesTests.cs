using RegistryOperator.Host.Images;

namespace RegistryOperator.Host.Tests.Images;

public class ReleaseLinesTests
{
    [Fact]
    public void Group_Versions_OneLinePerMinorHighestFirst() =>
        Lines("1.4.0", "2.0.0", "1.4.10", "1.4.2").ShouldBe([["1.4.10", "1.4.2", "1.4.0"], ["2.0.0"]], ignoreOrder: true);

    [Fact]
    public void Group_MovingTags_AreLinesOfTheirOwn() =>
        Lines("latest", "1", "1.4", "1.4.0").Count.ShouldBe(4);

    [Fact]
    public void Group_Variants_AreLinesOfTheirOwn() =>
        Lines("1.4.0", "1.4.0-alpine", "1.4.1-alpine").ShouldBe([["1.4.0"], ["1.4.1-alpine", "1.4.0-alpine"]], ignoreOrder: true);

    [Fact]
    public void Group_DatesAndBuildNumbers_AreOneLine() =>
        Lines("20240131", "20240201", "20231224").ShouldBe([["20240201", "20240131", "20231224"]]);

    [Fact]
    public void Group_PreReleases_BelongToTheLineOfTheirRelease() =>
        Lines("2.0.0", "2.0.0-rc.1").ShouldBe([["2.0.0", "2.0.0-rc.1"]]);

    private static List<string[]> Lines(params string[] tags) =>
        [.. ReleaseLines.Group(tags.Select(VersionedTag.Read)).Select(line => line.Select(tag => tag.Tag).ToArray())];
}
