using System.Text;

namespace RegistryOperator.Benchmarks.Fleet;

/// <summary>
/// What the stand-in tools print for an image: reports in the tools' own formats and of their usual size, each package on a line of its own.
/// A hundred packages are Debian's, the rest an application's. <see cref="DigestMark"/> stands for the image's digest, <see cref="VersionMark"/>
/// for a number from it, so that some packages differ from image to image as in releases made over time.
/// </summary>
internal static class PreparedReports
{
    public const string DigestMark = "@DIGEST@";
    public const string VersionMark = "@V@";

    /// <summary>A package that all images have, and a vulnerability of it.</summary>
    public const string CommonPackage = "package-7";
    public const string CommonVulnerability = "CVE-2099-0007";

    /// <summary>
    /// A package of which each image has one of 256 versions, and how the id of its vulnerability begins, which the version's number follows.
    /// </summary>
    public const string DriftingPackage = "package-395";
    public const string DriftingVulnerability = "CVE-2099-1000";

    private const int Packages = 400;
    private const int DebianPackages = 100;

    /// <summary>The last ones change their version.</summary>
    private const int FirstDriftingPackage = 360;

    private const int Vulnerabilities = 20;
    private const string Layer = "sha256:8fc6bbdf13338f4b6766631813ce2e953a6aac2a0bac3fd1cb5f180dc70d416e";
    private const string Advisory =
        "A flaw was found in the way the library checks the length of a record before it copies it. A remote attacker who can make an application "
        + "read crafted input may cause memory to be read or written beyond the end of a buffer, which may end the application or disclose a part of "
        + "its memory. Applications that do not read from untrusted sources are not affected. There is a fixed version, and a setting with which the "
        + "part of the library that has the flaw can be switched off until it is installed.";

    private static bool IsDebian(int package) => package < DebianPackages;

    private static string Name(int package) => $"package-{package}";

    private static string Version(int package) => package >= FirstDriftingPackage ? $"2.{VersionMark}.{package}" : $"1.{package % 9}.{package}";

    private static string Url(int package) =>
        IsDebian(package) ? $"pkg:deb/debian/{Name(package)}@{Version(package)}?arch=amd64&distro=debian-12" : $"pkg:npm/{Name(package)}@{Version(package)}";

    private static string Type(int package) => IsDebian(package) ? "deb" : "npm";

    private static string Files(int package) =>
        string.Join(",", Enumerable.Range(0, 20).Select(file => $"\"/usr/share/{Name(package)}/modules/file-{file}.dat\""));

    private static string Hash(int seed) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(seed)));

    /// <summary>Trivy's JSON.</summary>
    public static string Trivy()
    {
        var text = new StringBuilder($$$"""
            {"SchemaVersion":2,"ArtifactName":"{{{DigestMark}}}","ArtifactType":"container_image",
            "Metadata":{"OS":{"Family":"debian","Name":"12.4"} },"Results":[
            {"Target":"{{{DigestMark}}} (debian 12.4)","Class":"os-pkgs","Type":"debian","Packages":[

            """);
        AppendPackages(0, DebianPackages, withFiles: true);
        text.Append("],\"Vulnerabilities\":[\n");
        text.AppendJoin(",\n", Enumerable.Range(0, Vulnerabilities).Select(number => Vulnerability($"CVE-2099-{number:0000}", package: number, number)));
        text.Append("]},\n{\"Target\":\"Node.js\",\"Class\":\"lang-pkgs\",\"Type\":\"node-pkg\",\"Packages\":[\n");
        AppendPackages(DebianPackages, Packages, withFiles: false);
        text.Append("],\"Vulnerabilities\":[\n").Append(Vulnerability($"{DriftingVulnerability}{VersionMark}", package: 395, number: 3)).Append("]}]}\n");
        return text.ToString();

        void AppendPackages(int from, int to, bool withFiles) => text.AppendJoin(",\n", Enumerable.Range(from, to - from).Select(package => OnOneLine($$$"""
            {"ID":"{{{Name(package)}}}@{{{Version(package)}}}","Name":"{{{Name(package)}}}",
            "Identifier":{"PURL":"{{{Url(package)}}}","UID":"{{{Hash(package)[..16]}}}"},"Version":"{{{Version(package)}}}",
            "Licenses":["MIT"],"Layer":{"Digest":"{{{Layer}}}","DiffID":"{{{Layer}}}"},
            {{{(withFiles
                ? $"\"Maintainer\":\"Debian <packages@debian.org>\",\"InstalledFiles\":[{Files(package)}]"
                : $"\"FilePath\":\"app/node_modules/{Name(package)}/package.json\"")}}}}
            """)));
    }

    /// <summary>Syft's JSON, with the files of the packages.</summary>
    public static string Syft()
    {
        var text = new StringBuilder("{\"artifacts\":[\n");
        text.AppendJoin(",\n", Enumerable.Range(0, Packages).Select(package => OnOneLine($$$"""
            {"id":"{{{Hash(package)[..16]}}}","name":"{{{Name(package)}}}","version":"{{{Version(package)}}}",
            "type":"{{{Type(package)}}}","foundBy":"cataloger",
            "locations":[{"path":"/var/lib/packages/{{{Name(package)}}}","layerID":"{{{Layer}}}",
            "accessPath":"/var/lib/packages/{{{Name(package)}}}","annotations":{"evidence":"primary"} }],
            "licenses":[{"value":"MIT","spdxExpression":"MIT","type":"declared","urls":[],"locations":[]}],"language":"",
            "cpes":[{"cpe":"cpe:2.3:a:{{{Name(package)}}}:{{{Name(package)}}}:{{{Version(package)}}}:*:*:*:*:*:*:*","source":"syft-generated"}],
            "purl":"{{{Url(package)}}}","metadata":{"files":[{{{(IsDebian(package) ? Files(package) : "")}}}]} }
            """)));
        text.Append("],\n\"artifactRelationships\":[\n");
        text.AppendJoin(",\n", Enumerable.Range(1, Packages - 1).Select(package =>
            $$"""{"parent":"{{Hash(package * 7 % DebianPackages)[..16]}}","child":"{{Hash(package)[..16]}}","type":"dependency-of"}"""));
        text.Append("],\n\"files\":[\n");
        text.AppendJoin(",\n", Enumerable.Range(0, 20 * DebianPackages).Select(file => OnOneLine($$$"""
            {"id":"{{{Hash(file)[16..32]}}}","location":{"path":"/usr/share/file-{{{file}}}","layerID":"{{{Layer}}}"},
            "metadata":{"mode":644,"type":"RegularFile","mimeType":"text/plain","size":{{{file}}}},
            "digests":[{"algorithm":"sha256","value":"{{{Hash(file)}}}"}]}
            """)));
        text.Append($$$"""
            ],
            "source":{"id":"image","name":"{{{DigestMark}}}","version":"{{{DigestMark}}}","type":"image"},
            "distro":{"id":"debian","versionID":"12.4"},"descriptor":{"name":"syft","version":"1.18.1"},"schema":{"version":"16.0.21"} }

            """);
        return text.ToString();
    }

    private static string Vulnerability(string id, int package, int number) => OnOneLine($$$"""
        {"VulnerabilityID":"{{{id}}}","PkgID":"{{{Name(package)}}}@{{{Version(package)}}}","PkgName":"{{{Name(package)}}}",
        "PkgIdentifier":{"PURL":"{{{Url(package)}}}"},"InstalledVersion":"{{{Version(package)}}}",
        "FixedVersion":"3.0.{{{number}}}","Status":"fixed","Layer":{"Digest":"{{{Layer}}}","DiffID":"{{{Layer}}}"},
        "PrimaryURL":"https://avd.aquasec.com/nvd/{{{id}}}","Title":"{{{Name(package)}}}: memory is read beyond the end of a record",
        "Description":"{{{Advisory}}}",
        "Severity":"{{{(number % 4) switch { 0 => "CRITICAL", 1 => "HIGH", 2 => "MEDIUM", _ => "LOW" }}}}",
        "CVSS":{"nvd":{"V3Vector":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N","V3Score":7.{{{number % 10}}}} },
        "References":["https://example.com/advisories/{{{id}}}","https://example.com/commits/{{{Hash(number)[..40]}}}"],
        "PublishedDate":"2025-09-10T17:15:00Z","LastModifiedDate":"2025-10-20T22:15:00Z"}
        """);

    /// <summary>A package is one line of a report, which is wrapped here.</summary>
    private static string OnOneLine(string text) => text.Replace("\n", "", StringComparison.Ordinal);
}
