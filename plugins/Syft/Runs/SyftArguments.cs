using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Plugins.Syft.Options;

namespace RegistryOperator.Plugins.Syft.Runs;

/// <summary>Puts Syft's command lines together. They are visible to every user of the machine: no secret is in any of them.</summary>
internal sealed class SyftArguments(SyftOptions options)
{
    /// <summary>Asks for the version.</summary>
    public static IReadOnlyList<string> Version { get; } = ["version", "-o", "json"];

    /// <summary>Pulls the image from its registry.</summary>
    public IReadOnlyList<string> ScanImage(ImageScanRequest request, string registryHost) =>
        ["scan", $"registry:{registryHost}/{request.Repository.Repository}@{request.Digest}", .. Common(request)];

    /// <summary>Reads the image from an OCI layout; the SBOM names the image, and not a folder that is gone when it is read.</summary>
    public IReadOnlyList<string> ScanLayout(ImageScanRequest request, string layout)
    {
        var name = $"{request.Repository.Registry.Authority}/{request.Repository.Repository}".TrimStart('/');
        return ["scan", $"oci-dir:{layout}", "--source-name", name, "--source-version", request.Digest.ToString(), .. Common(request)];
    }

    private IEnumerable<string> Common(ImageScanRequest request) =>
        ["-o", request.SbomFormat, .. options.Scope is { } scope ? ["--scope", scope] : Array.Empty<string>()];
}
