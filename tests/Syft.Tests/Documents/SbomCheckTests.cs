using System.Text;
using CsCheck;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Plugins.Syft.Documents;
using RegistryOperator.Syft.Tests.Support;

namespace RegistryOperator.Syft.Tests.Documents;

public sealed class SbomCheckTests
{
    private const string SyftDocument = """{"artifacts":[{"name":"a","type":"deb"},{"name":"b","metadata":{"artifacts":[{}]}}],"files":[{"id":"f"}],"schema":{"version":"16"}}""";
    private const string SpdxDocument = """{"spdxVersion":"SPDX-2.3","packages":[{"SPDXID":"SPDXRef-Package-deb-a"},{"SPDXID":"SPDXRef-DocumentRoot-Image-x"}],"files":[{"SPDXID":"SPDXRef-File-y"}]}""";
    private const string CycloneDxDocument =
        """{"bomFormat":"CycloneDX","metadata":{"component":{"type":"container"}},"components":[{"type":"library","properties":[{"type":"file"}]},{"type":"operating-system"},{"type":"file"},{"type":"application"}]}""";

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
    [InlineData("debian12.syft-json.json.gz", SbomFormat.SyftJson, 90)]
    [InlineData("debian12.spdx-json.json.gz", SbomFormat.SpdxJson, 90)]
    [InlineData("debian12.cyclonedx-json.json.gz", SbomFormat.CycloneDxJson, 90)]
    [InlineData("app-1.0.0.syft-json.json", SbomFormat.SyftJson, 2)]
    [InlineData("app-1.0.0.spdx-json.json", SbomFormat.SpdxJson, 2)]
    [InlineData("app-1.0.0.cyclonedx-json.json", SbomFormat.CycloneDxJson, 2)]
    public void CountPackages_RealDocument_HasTheSameNumberInEveryFormat(string name, string format, int expected) =>
        SbomCheck.CountPackages(SharedData.Read(name), format).ShouldBe(expected);

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
    public void CountPackages_NotOneJsonDocument_IsAFailureOfSyft(string output) => ShouldBeAFailure(Encoding.UTF8.GetBytes(output), SbomFormat.SyftJson);

    [Fact]
    public void CountPackages_CutAnywhere_IsAFailureOfSyft() => Gen.Int[0, SyftDocument.Length - 1].Sample(length =>
        ShouldBeAFailure(Encoding.UTF8.GetBytes(SyftDocument[..length]), SbomFormat.SyftJson));

    private static void ShouldBeAFailure(byte[] content, string format) =>
        Should.Throw<ScanException>(() => SbomCheck.CountPackages(content, format)).Reason.ShouldBe(ScanReasons.Failed);
}
