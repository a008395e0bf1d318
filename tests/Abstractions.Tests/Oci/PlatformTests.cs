using CsCheck;
using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Abstractions.Tests.Oci;

public sealed class PlatformTests
{
    private static readonly Gen<string> Part = Gen.String[Gen.Char["abcdefghijklmnopqrstuvwxyz0123456789"], 1, 8];

    [Theory]
    [InlineData("linux/amd64", "linux", "amd64", null)]
    [InlineData("linux/arm64/v8", "linux", "arm64", "v8")]
    [InlineData("windows/amd64", "windows", "amd64", null)]
    public void Parse_Valid_GivesItsParts(string text, string os, string architecture, string? variant)
    {
        var platform = Platform.Parse(text);

        (platform.Os, platform.Architecture, platform.Variant).ShouldBe((os, architecture, variant));
    }

    [Theory]
    [InlineData("")]
    [InlineData("linux")]
    [InlineData("linux/")]
    [InlineData("/amd64")]
    [InlineData("linux//v8")]
    [InlineData("linux/arm/v7/extra")]
    [InlineData("linux/ ")]
    public void Parse_Invalid_NamesTheTextAndTheForm(string text) =>
        Should.Throw<FormatException>(() => Platform.Parse(text)).Message.ShouldSatisfyAllConditions(
            message => message.ShouldContain($"'{text}'"),
            message => message.ShouldContain("os/architecture"));

    [Fact]
    public void Parse_AnyParts_RoundTrips() =>
        Gen.Select(Part, Part, Part.Null()).Sample((os, architecture, variant) =>
        {
            var platform = new Platform { Os = os, Architecture = architecture, Variant = variant };
            return Platform.Parse(platform.ToString()) == platform;
        });

    [Theory]
    [InlineData("unknown", "unknown", true)]
    [InlineData("", "", true)]
    [InlineData("linux", "", true)]
    [InlineData("linux", "unknown", true)]
    [InlineData("unknown", "amd64", true)]
    [InlineData("linux", "amd64", false)]
    public void IsUnknown_Platform_Tells(string os, string architecture, bool unknown) =>
        new Platform { Os = os, Architecture = architecture }.IsUnknown.ShouldBe(unknown);
}
