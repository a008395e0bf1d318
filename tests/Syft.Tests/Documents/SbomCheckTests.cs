using System.Text;
using CsCheck;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Plugins.Syft.Documents;
using RegistryOperator.Tests.Servers;

namespace RegistryOperator.Syft.Tests.Documents;

public sealed class SbomCheckTests
{
    private const string SyftDocument =
        """{"artifacts":[{"name":"a","type":"deb"},{"name":"b","metadata":{"artifacts":[{}]}}],"files":[{"id":"f"}],"schema":{"version":"16"}}""";

    private const string SpdxDocument =
        """{"spdxVersion":"SPDX-2.3","packages":[{"SPDXID":"SPDXRef-Package-deb-a"},{"SPDXID":"SPDXRef-DocumentRoot-Image-x"}],""" +
        """ "files":[{"SPDXID":"SPDXRef-File-y"}]}""";

    private const string CycloneDxDocument =
        """{"bomFormat":"CycloneDX","metadata":{"component":{"type":"container"}},"components":[""" +
        """{"type":"library","properties":[{"type":"file"}]},{"type":"operating-system"},{"type":"file"},{"type":"application"}]}""";

    [Theory]
    [InlineData(SyftDocument, SbomFormat.SyftJson, 2)]
    [InlineData(SpdxDocument, SbomFormat.SpdxJson, 1)]
    [InlineData(CycloneDxDocument, SbomFormat.CycloneDxJson, 2)]
    [InlineData("""{"artifacts":[],"schema":{}}""", SbomFormat.SyftJson, 0)]
    [InlineData("""{"spdxVersion":"SPDX-2.3"}""", SbomFormat.SpdxJson, 0)]
    [InlineData("""{"bomFormat":"CycloneDX"}""", SbomFormat.CycloneDxJson, 0)]
    public void CountPackages_Document_CountsNeitherFilesNorTheSystemNorTheImage(string document, string format, int expected) =>
        SbomCheck.CountPackages(Encoding.UTF8.GetBytes(document), format).ShouldBe(expected);

    // Counted with jq, by the same rules.
    [Theory]
    [InlineData("shop-api-1.4.0.syft.json", SbomFormat.SyftJson, 13)]
    [InlineData("shop-api-1.4.0.spdx.json", SbomFormat.SpdxJson, 13)]
    [InlineData("shop-api-1.4.0.cyclonedx.json", SbomFormat.CycloneDxJson, 13)]
    [InlineData("alpine.syft.json", SbomFormat.SyftJson, 4)]
    [InlineData("alpine.spdx-2.2.json", SbomFormat.SpdxJson, 4)]
    [InlineData("alpine.cyclonedx-1.4.json", SbomFormat.CycloneDxJson, 4)]
    public void CountPackages_RealDocument_HasTheSameNumberInEveryFormat(string name, string format, int expected) =>
        SbomCheck.CountPackages(TestDocuments.Read($"syft/{name}"), format).ShouldBe(expected);

    [Theory]
    [InlineData(SyftDocument, SbomFormat.SpdxJson)]
    [InlineData(SyftDocument, SbomFormat.CycloneDxJson)]
    [InlineData(SpdxDocument, SbomFormat.SyftJson)]
    [InlineData(CycloneDxDocument, SbomFormat.SpdxJson)]
    [InlineData("{}", SbomFormat.SyftJson)]
    [InlineData("[]", SbomFormat.SyftJson)]
    [InlineData("null", SbomFormat.SpdxJson)]
    [InlineData("""{"nested":{"bomFormat":"CycloneDX"}}""", SbomFormat.CycloneDxJson)]
    public void CountPackages_OtherDocument_IsAFailureOfSyft(string document, string format) => ShouldBeAFailure(Encoding.UTF8.GetBytes(document), format);

    [Theory]
    [InlineData("")]
    [InlineData("No packages discovered")]
    [InlineData(SyftDocument + SyftDocument)]
    [InlineData(SyftDocument + "\n[0000] WARN late")]
    [InlineData("""{"\ud800":1,"artifacts":[],"schema":{}}""")]
    public void CountPackages_NotOneJsonDocument_IsAFailureOfSyft(string output) => ShouldBeAFailure(Encoding.UTF8.GetBytes(output), SbomFormat.SyftJson);

    [Fact]
    public void CountPackages_CutAnywhere_IsAFailureOfSyft() => Gen.Int[0, SyftDocument.Length - 1].Sample(length =>
        ShouldBeAFailure(Encoding.UTF8.GetBytes(SyftDocument[..length]), SbomFormat.SyftJson));

    private static void ShouldBeAFailure(byte[] content, string format) =>
        Should.Throw<ScanException>(() => SbomCheck.CountPackages(content, format)).Reason.ShouldBe(ScanReasons.Failed);
}
