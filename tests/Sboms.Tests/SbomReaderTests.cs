using RegistryOperator.Abstractions.Sboms;

namespace RegistryOperator.Sboms.Tests;

public sealed class SbomReaderTests
{
    private const string Document = """{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"library","name":"a"}]}""";

    [Theory]
    [InlineData("application/vnd.cyclonedx+json")]
    [InlineData("application/vnd.cyclonedx+json; version=1.6")]
    [InlineData("Application/VND.CycloneDX+JSON")]
    [InlineData("application/json")]
    public void Read_MediaTypeHoweverWritten_ReadsTheDocument(string mediaType) =>
        SbomReader.Read(mediaType, Text.Utf8(Document)).Packages.ShouldHaveSingleItem().Name.ShouldBe("a");

    [Fact]
    public void Read_ByteOrderMark_IsNoPartOfTheDocument()
    {
        SbomReader.Read(SbomMediaTypes.CycloneDxJson, Text.Utf8("\uFEFF" + Document)).Packages.Count.ShouldBe(1);
        SbomReader.Detect(Text.Utf8("\uFEFF" + Document)).ShouldBe(SbomMediaTypes.CycloneDxJson);
    }

    [Theory]
    [InlineData("1.2")]
    [InlineData("1.3")]
    [InlineData("1.4")]
    [InlineData("1.5")]
    [InlineData("1.6")]
    [InlineData("1.7")]
    public void Read_CycloneDxFrom12_IsKnown(string version) =>
        SbomReader.Read(SbomMediaTypes.CycloneDxJson, Text.Utf8(Document.Replace("1.6", version))).Packages.Count.ShouldBe(1);

    [Theory]
    [InlineData("""{"bomFormat":"CycloneDX"}""", SbomMediaTypes.CycloneDxJson)]
    [InlineData("""{"a":{"bomFormat":1},"spdxVersion":"SPDX-2.3"}""", SbomMediaTypes.SpdxJson)]
    [InlineData("""{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld"}""", SbomMediaTypes.SpdxJson)]
    [InlineData("""{"artifacts":[],"artifactRelationships":[]}""", SbomMediaTypes.SyftJson)]
    [InlineData("""{"bomFormat":"Other"}""", null)]
    [InlineData("""{"@context":"https://in-toto.io"}""", null)]
    [InlineData("""{"@context":[]}""", null)]
    [InlineData("""{"matches":[]}""", null)]
    [InlineData("""[{"bomFormat":"CycloneDX"}]""", null)]
    [InlineData("{\"a\":", null)]
    [InlineData("<bom/>", null)]
    [InlineData("", null)]
    public void Detect_TopLevelMarks_TellTheFormat(string document, string? mediaType) => SbomReader.Detect(Text.Utf8(document)).ShouldBe(mediaType);

    // Older Syft gave several packages one identifier; other tools list a package once for each place.
    [Theory]
    [InlineData(SbomMediaTypes.SyftJson, """{"artifacts":[{"id":"a","name":"n"},{"id":"a","name":"m"},{"id":"a","name":"n"}],"schema":{"version":"16.0.0"}}""")]
    [InlineData(
        SbomMediaTypes.SpdxJson,
        """{"spdxVersion":"SPDX-2.3","packages":[{"SPDXID":"a","name":"n"},{"SPDXID":"a","name":"m"},{"SPDXID":"a","name":"n"}]}""")]
    [InlineData(
        SbomMediaTypes.CycloneDxJson,
        """{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{"bom-ref":"a","name":"n"},{"bom-ref":"a","name":"m"},{"bom-ref":"a","name":"n"}]}""")]
    public void Read_RepeatedIdentifier_LosesNoPackage(string mediaType, string document)
    {
        var packages = SbomReader.Read(mediaType, Text.Utf8(document)).Packages;

        packages.Select(package => package.Name).ShouldBe(["n", "m"]);
        packages.Select(package => package.Id).ShouldBeUnique();
    }

    [Theory]
    [InlineData("1.40.16-15.el8_9", "pkg:rpm/rhel/x@1.40.16-15.el8_9?epoch=1", "1:1.40.16-15.el8_9")]
    [InlineData("1:1.40.16-15.el8_9", "pkg:rpm/rhel/x@1.40.16-15.el8_9?epoch=1", "1:1.40.16-15.el8_9")]
    [InlineData("1.0-1", "pkg:rpm/rhel/x@1.0-1?epoch=0", "1.0-1")]
    [InlineData("1.0-1", "pkg:rpm/rhel/x@1.0-1?epoch=new", "1.0-1")]
    [InlineData("1.0-1", "pkg:deb/debian/x@1.0-1?epoch=1", "1.0-1")]
    public void Read_RpmWithItsEpochInThePackageUrl_HasItInItsVersion(string version, string packageUrl, string expected)
    {
        var document = $$"""{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{"name":"x","version":"{{version}}","purl":"{{packageUrl}}"}]}""";

        SbomReader.Read(SbomMediaTypes.CycloneDxJson, Text.Utf8(document)).Packages.ShouldHaveSingleItem().Version.ShouldBe(expected);
    }

    [Theory]
    [InlineData("pkg:deb/debian/liblzma5@5.6.1-1?upstream=xz-utils", "xz-utils")]
    [InlineData("pkg:deb/debian/liblzma5@5.6.1-1?upstream=xz-utils%405.6.1", "xz-utils")]
    [InlineData("pkg:rpm/rhel/openssl-libs@3.0.7-25.el9?upstream=openssl-3.0.7-25.el9.src.rpm", "openssl")]
    [InlineData("pkg:rpm/rhel/openssl-libs@3.0.7-25.el9?upstream=openssl.src.rpm", null)]
    [InlineData("pkg:apk/alpine/libssl3@3.1.4-r5?upstream=openssl", "openssl")]
    [InlineData("pkg:npm/left-pad@1.0.0", null)]
    public void Read_SourcePackageInThePackageUrl_IsNamed(string packageUrl, string? source)
    {
        var document = $$"""{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{"name":"x","version":"1","purl":"{{packageUrl}}"}]}""";

        SbomReader.Read(SbomMediaTypes.CycloneDxJson, Text.Utf8(document)).Packages.ShouldHaveSingleItem().SourceName.ShouldBe(source);
    }

    [Fact]
    public void Read_SourcePackageAsTrivyNamesIt_IsNamed()
    {
        const string Named = """
            {"bomFormat":"CycloneDX","specVersion":"1.5","components":[{"name":"x","version":"1",
             "properties":[{"name":"aquasecurity:trivy:SrcName","value":"y"}]}]}
            """;

        SbomReader.Read(SbomMediaTypes.CycloneDxJson, Text.Utf8(Named)).Packages.ShouldHaveSingleItem().SourceName.ShouldBe("y");
    }
}
