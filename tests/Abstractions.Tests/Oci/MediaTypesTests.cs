using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Abstractions.Tests.Oci;

public sealed class MediaTypesTests
{
    /// <summary>What a media type is: an index, a manifest, schema 1, an image's configuration.</summary>
    [Theory]
    [InlineData(MediaTypes.OciIndex, true, false, false, false)]
    [InlineData(MediaTypes.DockerManifestList, true, false, false, false)]
    [InlineData(MediaTypes.OciManifest, false, true, false, false)]
    [InlineData(MediaTypes.DockerManifest, false, true, false, false)]
    [InlineData(MediaTypes.DockerManifestSchema1, false, false, true, false)]
    [InlineData(MediaTypes.DockerManifestSchema1Signed, false, false, true, false)]
    [InlineData(MediaTypes.OciImageConfig, false, false, false, true)]
    [InlineData(MediaTypes.DockerImageConfig, false, false, false, true)]
    [InlineData(MediaTypes.OciEmpty, false, false, false, false)]
    [InlineData("application/vnd.cncf.helm.config.v1+json", false, false, false, false)]
    [InlineData("application/json", false, false, false, false)]
    [InlineData("", false, false, false, false)]
    [InlineData(null, false, false, false, false)]
    public void Is_MediaType_BelongsToOneKind(string? mediaType, bool index, bool manifest, bool schema1, bool config)
    {
        MediaTypes.IsIndex(mediaType).ShouldBe(index);
        MediaTypes.IsManifest(mediaType).ShouldBe(manifest);
        MediaTypes.IsSchema1(mediaType).ShouldBe(schema1);
        MediaTypes.IsImageConfig(mediaType).ShouldBe(config);
    }
}
