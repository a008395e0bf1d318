using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using RegistryOperator.Plugins.Trivy.Documents.CycloneDx;

namespace RegistryOperator.Trivy.Tests.Documents.CycloneDx;

/// <summary>The document of <see cref="SampleReport"/>, to the last member; that <c>trivy convert</c> agrees is shown with real images.</summary>
public sealed class GoldenDocumentTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public void Write_Report_IsThisDocument()
    {
        var written = CycloneDxWriter.Write(SampleReport.Read());

        var text = JsonSerializer.Serialize(JsonElement.Parse(written.Span), Indented) + "\n";
        text.ShouldBe(File.ReadAllText(GoldenFile()));
    }

    [Fact]
    public void Write_SameReport_IsTheSameBytes() =>
        CycloneDxWriter.Write(SampleReport.Read()).ToArray().ShouldBe(CycloneDxWriter.Write(SampleReport.Read()).ToArray());

    [Fact]
    public void Write_ReadableCharacters_StayReadable() =>
        Encoding.UTF8.GetString(CycloneDxWriter.Write(SampleReport.Read()).Span).ShouldContain("<zlib@debian.example>");

    [Fact]
    public void Write_EmptyReport_IsADocumentOfAnImageWithoutPackages() =>
        Encoding.UTF8.GetString(CycloneDxWriter.Write(PackageReport.Read("{}"u8)).Span).ShouldBe(
            """{"$schema":"http://cyclonedx.org/schema/bom-1.6.schema.json","bomFormat":"CycloneDX","specVersion":"1.6","version":1,"metadata":{""" +
            "\"tools\":{\"components\":[{\"type\":\"application\",\"group\":\"aquasecurity\",\"name\":\"trivy\"}]}," +
            "\"component\":{\"bom-ref\":\"component-1\",\"type\":\"container\",\"name\":\"\",\"properties\":[]}}," +
            "\"components\":[],\"dependencies\":[{\"ref\":\"component-1\",\"dependsOn\":[]}]}");

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"Results\":")]
    [InlineData("{\"Results\":[{\"Packages\":[{\"Epoch\":\"x\"}]}]}")]
    public void Read_NoReport_IsRefused(string text) => Should.Throw<JsonException>(() => PackageReport.Read(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("[]", null, null)]
    [InlineData("[\"team/app\"]", null, null)]
    [InlineData("[\"@sha256:1\"]", null, null)]
    [InlineData("[\"team/app@\"]", null, null)]
    [InlineData("[\"App@sha256:1\"]", null, "pkg:oci/app@sha256%3A1?repository_url=App")]
    [InlineData(
        "[\"a.example:5000/team/App@sha256:1\",\"b@sha256:2\"]", "amd64", "pkg:oci/app@sha256%3A1?arch=amd64&repository_url=a.example%3A5000%2Fteam%2FApp")]
    public void Write_ImagesUrl_IsThatOfItsFirstDigest(string digests, string? architecture, string? expected)
    {
        var report = PackageReport.Read(
            Encoding.UTF8.GetBytes($$$"""{"Metadata":{"RepoDigests":{{{digests}}}, "ImageConfig": {"architecture":"{{{architecture}}}"} } }"""));

        ComponentGraph.Create(report).Image.PackageUrl.ShouldBe(expected);
    }

    private static string GoldenFile([CallerFilePath] string file = "") => Path.Combine(Path.GetDirectoryName(file)!, "SampleReport.cdx.json");
}
