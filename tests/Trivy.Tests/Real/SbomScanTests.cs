using System.Text.Json;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Tests.Servers.Registries;
using RegistryOperator.Trivy.Tests.Support;

namespace RegistryOperator.Trivy.Tests.Real;

public sealed class SbomScanTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(SbomFormat.CycloneDxJson, SbomMediaTypes.CycloneDxJson, "bomFormat", "CycloneDX", "cyclonedx-json")]
    [InlineData(SbomFormat.SpdxJson, SbomMediaTypes.SpdxJson, "spdxVersion", "SPDX-2.3", "spdx-json")]
    [InlineData(SbomFormat.SyftJson, SbomMediaTypes.CycloneDxJson, "bomFormat", "CycloneDX", "cyclonedx-json (syft-json needs Syft)")]
    public async Task Scan_Format_IsWhatTheDocumentIs(string format, string mediaType, string member, string value, string said)
    {
        await using var plugin = Plugin.CreateReal(("SkipDbUpdate", "true"));
        await using var registry = await DockerRegistry.StartAsync(Stop);
        var image = Images.Debian();
        using var pusher = registry.CreatePusher();
        await pusher.PushAsync(Images.Repository, tag: null, image, Stop);

        var result = await plugin.Sboms.ScanAsync(Requests.Create(registry.Url, image.Digest) with { SbomFormat = format }, Stop);

        var document = result.Documents.ShouldHaveSingleItem();
        document.MediaType.ShouldBe(mediaType);
        var content = JsonElement.Parse(document.Content.Span);
        content.GetProperty(member).GetString().ShouldBe(value);
        result.Summary["format"].ShouldBe(said);
        foreach (var package in new[] { "libssl3", "lodash", "requests" }) content.GetRawText().ShouldContain(package);
    }

    [Fact]
    public async Task Scan_FormatNotKnown_IsRefused()
    {
        await using var plugin = Plugin.CreateReal();

        var error = await Should.ThrowAsync<ScanException>(() => plugin.Sboms.ScanAsync(Requests.Create() with { SbomFormat = "swid" }, Stop));

        error.Message.ShouldBe("'swid' is no SBOM format that Trivy writes: ask for cyclonedx-json or spdx-json.");
    }
}
