using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Sboms.Documents;

namespace RegistryOperator.Sboms.Tests;

/// <summary>Texts of any length and depth, and what of them reaches a message.</summary>
public sealed class TextLimitsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(10_000)]
    public void Read_TextOfAnyLength_IsWhole(int length)
    {
        var name = new string('n', length - 1) + "\u00e9";

        var sbom = SbomReader.Read(SbomMediaTypes.SyftJson, Text.Utf8($$"""{"artifacts":[{"id":"1","name":"{{name}}"},{"id":"2","name":"{{name}}"}]}"""));

        sbom.Packages.ShouldAllBe(package => package.Name == name);
    }

    [Fact]
    public void Read_SameTextTwice_IsKeptOnce()
    {
        var sbom = SbomReader.Read(SbomMediaTypes.SyftJson, Text.Utf8("""{"artifacts":[{"id":"1","name":"same"},{"id":"2","name":"same"}]}"""));

        sbom.Packages[1].Name.ShouldBeSameAs(sbom.Packages[0].Name);
    }

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    public void Read_Depth_IsUpToSixtyFour(int lists, bool isRead)
    {
        var document = Text.Utf8("{\"artifacts\":[],\"x\":" + new string('[', lists) + new string(']', lists) + "}");

        if (isRead) SbomReader.Read(SbomMediaTypes.SyftJson, document).Packages.ShouldBeEmpty();
        else Should.Throw<SbomFormatException>(() => SbomReader.Read(SbomMediaTypes.SyftJson, document));
    }

    [Theory]
    [InlineData(80, false)]
    [InlineData(81, true)]
    public void Read_LongNameOnTheWay_IsCutInTheMessage(int length, bool isCut)
    {
        var name = new string('x', length);

        var message = Should.Throw<SbomFormatException>(
            () => SbomReader.Read(SbomMediaTypes.SyftJson, Text.Utf8($$"""{"artifacts":[],"{{name}}":[tru]}"""))).Message;

        message.ShouldContain($"$.{name[..80]}{(isCut ? "…" : "")}, line 1");
    }

    public static TheoryData<string, string> StrangersWords => new()
    {
        { SbomMediaTypes.SyftJson, """{"artifacts":[{"name":"NAME"}]}""" },
        { SbomMediaTypes.SpdxJson, """{"spdxVersion":"NAME"}""" },
        { SbomMediaTypes.CycloneDxJson, """{"bomFormat":"CycloneDX","specVersion":"NAME"}""" },
        { SbomMediaTypes.SyftJson, """{"artifacts":[],"NAME":tru}""" },
        { "text/NAME", "{}" },
    };

    [Theory]
    [MemberData(nameof(StrangersWords))]
    public void Read_StrangersWordsInAMessage_AreCleanedAndCut(string mediaType, string document)
    {
        var name = "a\\u001b[31m\\u0007\\n\u009b" + new string('b', 20_000);

        var content = Text.Utf8(document.Replace("NAME", name, StringComparison.Ordinal));

        var message = Should.Throw<SbomFormatException>(() => SbomReader.Read(mediaType.Replace("NAME", name, StringComparison.Ordinal), content)).Message;

        message.Length.ShouldBeLessThanOrEqualTo(1001);
        message.ShouldAllBe(character => !char.IsControl(character));
    }

    [Theory]
    [InlineData("2024-05-06T07:08:09+02:00", "2024-05-06T05:08:09Z")]
    [InlineData("2024-05-06T07:08:09", "2024-05-06T07:08:09Z")]
    [InlineData("", null)]
    public void Read_TimeWithoutZone_IsUniversal(string text, string? expected)
    {
        var sbom = SbomReader.Read(
            SbomMediaTypes.CycloneDxJson, Text.Utf8($$"""{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"timestamp":"{{text}}"} }"""));

        sbom.Created?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture).ShouldBe(expected);
        (sbom.Created is null).ShouldBe(expected is null);
    }

    [Theory]
    [InlineData("Tool: a-b-1.0", "a-b 1.0")]
    [InlineData("Tool: a-1-2", "a 1-2")]
    [InlineData("Tool: a-v", "a-v")]
    [InlineData("Tool: a-vx", "a-vx")]
    [InlineData("Tool: a-", "a-")]
    [InlineData("Tool: -1.0", "-1.0")]
    [InlineData("Tool:syft-1", "syft 1")]
    [InlineData("tool: syft-1", null)]
    public void Read_SpdxCreator_IsPartedBeforeItsVersion(string creator, string? expected) =>
        SbomReader.Read(SbomMediaTypes.SpdxJson, Text.Utf8($$"""{"spdxVersion":"SPDX-2.3","creationInfo":{"creators":["{{creator}}"]} }""")).Tool
            .ShouldBe(expected);

    [Theory]
    [InlineData("syft", "1.0", "syft 1.0")]
    [InlineData("syft", " ", "syft")]
    [InlineData(" ", "1.0", null)]
    public void Read_SyftsDescriptor_IsTheTool(string name, string version, string? expected) =>
        SbomReader.Read(SbomMediaTypes.SyftJson, Text.Utf8($$"""{"artifacts":[],"descriptor":{"name":"{{name}}","version":"{{version}}"} }""")).Tool
            .ShouldBe(expected);

    [Theory]
    [InlineData("1.2", true)]
    [InlineData("1.10", true)]
    [InlineData("1.1", false)]
    [InlineData("1.", false)]
    [InlineData("1", false)]
    [InlineData("1.x", false)]
    [InlineData("11.6", false)]
    public void Read_SpecVersion_IsOneOfVersionOneFromTwoOn(string version, bool expected)
    {
        var document = Text.Utf8($$"""{"bomFormat":"CycloneDX","specVersion":"{{version}}"}""");

        var read = () => SbomReader.Read(SbomMediaTypes.CycloneDxJson, document);
        if (expected) read().Packages.ShouldBeEmpty();
        else Should.Throw<SbomFormatException>(() => read()).Message.ShouldContain($"'specVersion' is '{version}'");
    }

    [Theory]
    [InlineData("SPDX-2.2", true)]
    [InlineData("SPDX-2.3", true)]
    [InlineData("SPDX-2", false)]
    [InlineData("SPDX-20.1", false)]
    public void Read_SpdxVersion_IsOneOfVersionTwo(string version, bool expected)
    {
        var document = Text.Utf8($$"""{"spdxVersion":"{{version}}"}""");

        if (expected) SbomReader.Read(SbomMediaTypes.SpdxJson, document).Packages.ShouldBeEmpty();
        else Should.Throw<SbomFormatException>(() => SbomReader.Read(SbomMediaTypes.SpdxJson, document));
    }

    [Fact]
    public void Read_ComponentsWithoutReference_AreNumberedAndNeedNothing()
    {
        var sbom = SbomReader.Read(SbomMediaTypes.CycloneDxJson, Text.Utf8(
            """
            {"bomFormat":"CycloneDX","specVersion":"1.6","components":[
              {"type":"library","name":"a"},
              {"type":"file","name":"f"},
              {"type":"library","name":"b","bom-ref":""},
              {"type":"library","name":"c","licenses":[{"license":{"name":"n","id":"i"}}]}]}
            """));

        sbom.Packages.Select(package => package.Id).ShouldBe(["component 1", "component 2", "component 3"]);
        sbom.Packages[2].Licenses.ShouldBe(["i"]);
    }

    [Theory]
    [InlineData("# comment\nSPDXVersion: SPDX-2.3")]
    [InlineData("  \r\n\tSPDXVersion: SPDX-2.3")]
    public void Read_TagValue_IsKnownBehindCommentsAndSpace(string document) =>
        Should.Throw<SbomFormatException>(() => SbomReader.Read(SbomMediaTypes.SpdxJson, Text.Utf8(document))).Message
            .ShouldStartWith("The document is SPDX tag-value");

    [Theory]
    [InlineData("""{"@context":"https://SPDX.org/rdf/3.0.1"}""")]
    [InlineData("""{"spdxVersion":"SPDX-2.3","@context":"x"}""")]
    public void Read_Spdx3_SaysWhatToDo(string document) =>
        Should.Throw<SbomFormatException>(() => SbomReader.Read(SbomMediaTypes.SpdxJson, Text.Utf8(document))).Message
            .ShouldBe("The document is SPDX 3 JSON-LD, which is not supported: save it as SPDX 2.3 JSON.");

    [Theory]
    [InlineData("""{"artifactRelationships":[],"artifacts":[{"id":"1","name":"a"}]}""", SbomFormat.SyftJson)]
    [InlineData("""{"spdxVersion":"SPDX-2.3","packages":[{"SPDXID":"1","name":"a"}]}""", SbomFormat.SpdxJson)]
    public void Read_ApplicationJson_GoesByTheDocumentsMarks(string document, string format)
    {
        var sbom = SbomReader.Read("application/json", Text.Utf8(document));

        (sbom.Format, sbom.Packages.Count).ShouldBe((format, 1));
    }
}
