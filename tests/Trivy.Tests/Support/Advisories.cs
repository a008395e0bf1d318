using System.Runtime.CompilerServices;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Trivy.Tests.Support;

/// <summary>Advisories to make databases from: those of the demo, which are real ones.</summary>
internal static class Advisories
{
    /// <summary>The demo's files.</summary>
    public static IReadOnlyList<string> Files { get; } =
        [.. Directory.GetFiles(Path.Combine(Folder(), "samples", "Demo", "advisories"), "*.yaml").Order(StringComparer.Ordinal)];

    /// <summary>Advisories that come to be known later, made up: of a Debian and an npm package.</summary>
    public static string WriteLater(TemporaryFolder folder) => folder.Write("later.yaml",
        """
        - bucket: debian 12
          pairs:
            - bucket: bash
              pairs:
                - key: CVE-2099-0001
                  value: {FixedVersion: "9.0-1"}
        - bucket: "npm::GitHub Security Advisory Npm"
          pairs:
            - bucket: lodash
              pairs:
                - key: CVE-2099-0002
                  value: {PatchedVersions: ["9.0.0"], VulnerableVersions: ["<9.0.0"]}
        - bucket: vulnerability
          pairs:
            - key: CVE-2099-0001
              value: {Title: "bash: made up", Severity: HIGH, VendorSeverity: {nvd: 3}}
            - key: CVE-2099-0002
              value: {Title: "lodash: made up", Severity: LOW, VendorSeverity: {nvd: 1}}
        """);

    private static string Folder([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", ".."));
}
