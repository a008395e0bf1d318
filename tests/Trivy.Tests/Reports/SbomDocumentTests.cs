using System.Text;
using System.Text.Json;
using RegistryOperator.Plugins.Trivy.Reports;
using RegistryOperator.Trivy.Tests.Support;

namespace RegistryOperator.Trivy.Tests.Reports;

public sealed class SbomDocumentTests
{
    [Theory]
    [InlineData("""{"a":1,"vulnerabilities":[{"id":"CVE-1","x":{"vulnerabilities":[]}}],"b":2}""", """{"a":1,"b":2}""")]
    [InlineData("""{"a":1,"vulnerabilities":[]}""", """{"a":1}""")]
    [InlineData("""{"vulnerabilities":[1],"b":2}""", """{"b":2}""")]
    [InlineData("""{"vulnerabilities":[1] , "b":2}""", """{ "b":2}""")]
    [InlineData("""{"vulnerabilities":[1]}""", "{}")]
    [InlineData("""{"a":{"vulnerabilities":[1]}}""", """{"a":{"vulnerabilities":[1]}}""")]
    [InlineData("{}", "{}")]
    public void WithoutVulnerabilities_Document_LosesThemAndNothingElse(string document, string expected) =>
        Encoding.UTF8.GetString(SbomDocument.WithoutVulnerabilities(Encoding.UTF8.GetBytes(document)).Span).ShouldBe(expected);

    [Fact]
    public void WithoutVulnerabilities_RealDocument_KeepsItsComponents()
    {
        var before = JsonElement.Parse(SharedData.ReadReport("debian12.cyclonedx.json.gz"));

        var after = JsonElement.Parse(SbomDocument.WithoutVulnerabilities(SharedData.ReadReport("debian12.cyclonedx.json.gz")).Span);

        after.TryGetProperty("vulnerabilities", out _).ShouldBeFalse();
        after.GetProperty("components").GetRawText().ShouldBe(before.GetProperty("components").GetRawText());
        after.GetProperty("dependencies").GetRawText().ShouldBe(before.GetProperty("dependencies").GetRawText());
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"a":""")]
    public void WithoutVulnerabilities_NoObject_IsRefused(string document) =>
        Should.Throw<JsonException>(() => SbomDocument.WithoutVulnerabilities(Encoding.UTF8.GetBytes(document)));
}
