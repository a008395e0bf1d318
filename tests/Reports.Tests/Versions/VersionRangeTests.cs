using RegistryOperator.Reports.Versions;

namespace RegistryOperator.Reports.Tests.Versions;

public class VersionRangeTests
{
    [Theory]
    [InlineData("<1.2.3", "1.2.2", true)]
    [InlineData("<1.2.3", "1.2.3", false)]
    [InlineData("<1.2.3", "1.2.3-rc.1", true)]
    [InlineData("<=1.2.3", "1.2.3", true)]
    [InlineData(">1.2.3", "1.2.3", false)]
    [InlineData(">=1.2.3", "1.2.3", true)]
    [InlineData("=1.2.3", "1.2.3", true)]
    [InlineData("1.2.3", "1.2.3", true)]
    [InlineData("1.2.3", "1.2.4", false)]
    [InlineData(">=1 <2", "1.9", true)]
    [InlineData(">=1 <2", "2.0", false)]
    [InlineData("  >= 1   < 2 ", "1.9", true)]
    [InlineData("", "anything", true)]
    [InlineData("<1", "", false)]
    [InlineData("", "", true)]
    public void Contains_Comparisons_AllHold(string range, string version, bool isIn) => VersionRange.Parse(range).Contains(version, "npm").ShouldBe(isIn);

    [Theory]
    [InlineData("deb", "1.0~rc1", true)]
    [InlineData("npm", "1.0+rc1", false)]
    [InlineData("deb", "1:0.1", false)]
    public void Contains_SameRange_IsReadInTheOrderOfTheType(string type, string version, bool isIn) =>
        VersionRange.Parse("<1.0").Contains(version, type).ShouldBe(isIn);

    [Theory]
    [InlineData("<", "no version after '<'")]
    [InlineData(">= <2", "no version after '>='")]
    [InlineData(">=1,<2", "'>=1,<2'")]
    [InlineData("^1.2", "'^1.2'")]
    [InlineData("==1", "'==1'")]
    [InlineData("!=1", "'!=1'")]
    [InlineData("[1,2)", "'[1,2)'")]
    public void Parse_OtherText_SaysWhatIsWrongAndWhatToWrite(string range, string complaint)
    {
        var error = Should.Throw<FormatException>(() => VersionRange.Parse(range));

        error.Message.ShouldContain(complaint);
        error.Message.ShouldContain("\">=1.2 <2\"");
    }

    [Theory]
    [InlineData("=2.1.0", true)]
    [InlineData("<=2.1.0", true)]
    [InlineData("<2.1.0", false)]
    [InlineData("=2.1.0+cu118", true)]
    [InlineData("=2.1.0+cpu", false)]
    public void Contains_PythonVersionWithALocalPart_IsABuildOfTheVersion(string range, bool isIn) =>
        VersionRange.Parse(range).Contains("2.1.0+cu118", "pypi").ShouldBe(isIn);
}
