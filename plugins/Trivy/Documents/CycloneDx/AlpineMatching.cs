using System.Text.RegularExpressions;

namespace RegistryOperator.Plugins.Trivy.Documents.CycloneDx;

/// <summary>
/// Trivy matches the packages of an Alpine image by the release in <c>/etc/apk/repositories</c>, and by the system's own only where that names
/// none. Neither its report nor an SBOM tells which; its log does.
/// </summary>
internal static partial class AlpineMatching
{
    /// <summary>The family, as reports name it.</summary>
    public const string Family = "alpine";

    /// <summary>True where Trivy says that it matched by the system's own release, which an SBOM names too.</summary>
    /// <param name="log">What Trivy wrote to standard error.</param>
    public static bool IsBySystemRelease(string log)
    {
        var lines = LinePattern().Matches(log);
        return lines.Count > 0 && lines.All(IsOne);

        static bool IsOne(Match line) => line.Groups["repository"].Value is var repository && (repository == "" || repository == line.Groups["system"].Value);
    }

    [GeneratedRegex("\\[alpine\\] Detecting vulnerabilities\\.\\.\\.\\s+os_version=\"(?<system>[^\"]*)\" repository=\"(?<repository>[^\"]*)\"",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex LinePattern();
}
