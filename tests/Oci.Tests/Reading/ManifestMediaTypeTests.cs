using System.Text;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Oci.Reading;

namespace RegistryOperator.Oci.Tests.Reading;

public sealed class ManifestMediaTypeTests
{
    private const string Index = MediaTypes.OciIndex;
    private const string Image = MediaTypes.OciManifest;
    private const string Unknown = "application/vnd.example+json";

    [Theory]
    [InlineData("""{"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}""", Image, Index)]
    [InlineData("""{"layers":[{"mediaType":"application/vnd.oci.image.index.v1+json"}]}""", Image, Image)]
    [InlineData("""{"config":{},"layers":[]}""", null, Image)]
    [InlineData("""{"config":{},"layers":[]}""", "application/json", Image)]
    [InlineData("""{"manifests":[]}""", "text/plain", Index)]
    [InlineData("""{"manifests":[]}""", Image, Index)]
    [InlineData("""{"layers":[]}""", MediaTypes.DockerManifest, MediaTypes.DockerManifest)]
    [InlineData("""{"mediaType":"application/vnd.example+json","layers":[]}""", Image, Image)]
    [InlineData("""{"mediaType":"application/vnd.example+json","layers":[]}""", "application/json", Unknown)]
    [InlineData("""{"layers":[]}""", Unknown, Unknown)]
    [InlineData("""{"schemaVersion":1,"fsLayers":[]}""", "application/json", MediaTypes.DockerManifestSchema1Signed)]
    [InlineData("""{"mediaType":7}""", "application/json", "application/json")]
    [InlineData("""{"config":{},"layers":[]}""", "binary/octet-stream", Image)]
    [InlineData("""{"config":{},"layers":[]}""", "application/x-www-form-urlencoded", Image)]
    [InlineData("""{"manifests":[]}""", "application/xml", Index)]
    [InlineData("{}", null, "")]
    [InlineData("{}", "application/json", "application/json")]
    [InlineData("{}", Image, Image)]
    [InlineData("""{"mediaType":"","layers":[]}""", null, Image)]
    [InlineData("""{"manifests":[]}""", MediaTypes.DockerManifestList, MediaTypes.DockerManifestList)]
    [InlineData("""{"layers":[]}""", Index, Image)]
    [InlineData("""{"layers":[]}""", MediaTypes.DockerManifestList, Image)]
    [InlineData("""{"manifests":[]}""", MediaTypes.DockerManifestSchema1, MediaTypes.DockerManifestSchema1)]
    [InlineData("""{"schemaVersion":2,"manifests":[]}""", null, Index)]
    [InlineData("""{"schemaVersion":"1","layers":[]}""", null, Image)]
    [InlineData("""{"schemaVersion":1.0,"layers":[]}""", null, Image)]
    [InlineData("""{"schemaVersion":1,"fsLayers":[]}""", null, MediaTypes.DockerManifestSchema1Signed)]
    [InlineData("""{"config":{}}""", "application/octet-stream", Image)]
    [InlineData("""{"layers":[],"mediaType":"application/vnd.oci.image.manifest.v1+json"}""", Index, Image)]
    public void Decide_DocumentAndHeader_GivesTheTypeToActOn(string document, string? contentType, string expected) =>
        ManifestMediaType.Decide(ManifestShape.Read(Encoding.UTF8.GetBytes(document)), contentType).ShouldBe(expected);
}
