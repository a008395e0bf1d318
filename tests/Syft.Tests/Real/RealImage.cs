using System.Text;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Testing.Images;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Syft.Tests.Real;

/// <summary>An image with packages of three ecosystems, and how to read them from an SBOM without the product.</summary>
internal static class RealImage
{
    /// <summary>What the image holds: name, a space, version.</summary>
    public static readonly string[] Packages = ["bash 5.2.15-2+b7", "libc6 2.36-9+deb12u9", "left-pad 1.3.0", "requests 2.32.3"];

    public static TestImage Build() => new ImageBuilder()
        .WithLayer(
            new LayerFile("etc/os-release", "ID=debian\nVERSION_ID=\"12\"\nVERSION_CODENAME=bookworm\n"),
            new LayerFile("var/lib/dpkg/status", """
                Package: libc6
                Status: install ok installed
                Maintainer: GNU Libc Maintainers <debian-glibc@lists.debian.org>
                Architecture: amd64
                Source: glibc
                Version: 2.36-9+deb12u9

                Package: bash
                Status: install ok installed
                Maintainer: Matthias Klose <doko@debian.org>
                Architecture: amd64
                Version: 5.2.15-2+b7
                Pre-Depends: libc6 (>= 2.36)

                """))
        .WithLayer(
            new LayerFile("app/node_modules/left-pad/package.json", """{"name":"left-pad","version":"1.3.0","license":"WTFPL"}"""),
            new LayerFile(
                "usr/lib/python3/dist-packages/requests-2.32.3.dist-info/METADATA",
                "Metadata-Version: 2.1\nName: requests\nVersion: 2.32.3\nLicense: Apache-2.0\n"))
        .Build();

    /// <summary>Reads an SBOM's packages with jq.</summary>
    public static async Task<IReadOnlyList<string>> ReadPackagesAsync(string format, ReadOnlyMemory<byte> sbom, CancellationToken cancellationToken)
    {
        var filter = format switch
        {
            SbomFormat.SpdxJson => """.packages[] | select(.SPDXID | startswith("SPDXRef-Package")) | .name + " " + .versionInfo""",
            SbomFormat.CycloneDxJson => """.components[] | select(.purl) | .name + " " + .version""",
            _ => """.artifacts[] | .name + " " + .version""",
        };
        var result = await Tool.RunAsync("jq", ["-r", filter], input: Encoding.UTF8.GetString(sbom.Span), cancellationToken: cancellationToken);
        return result.EnsureSuccess().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
