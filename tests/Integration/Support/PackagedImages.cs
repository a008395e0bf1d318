using RegistryOperator.Testing.Images;

namespace RegistryOperator.Integration.Tests.Support;

/// <summary>Images with packages that the demo's advisories name.</summary>
internal static class PackagedImages
{
    /// <summary>What Trivy finds in <see cref="Debian"/>: identifier, package, severity, fixed version.</summary>
    public static readonly string[] Findings =
    [
        "CVE-2021-23337 lodash HIGH 4.17.21",
        "CVE-2023-45853 zlib1g CRITICAL -",
        "CVE-2023-4911 libc6 HIGH 2.36-9+deb12u3",
        "CVE-2024-6119 libssl3 HIGH 3.0.14-1~deb12u2",
    ];

    /// <summary>A Debian 12 with four packages and one of Node.js; the number makes its digest.</summary>
    public static TestImage Debian(int number = 0, string platform = "linux/amd64") => DebianBuilder(number, platform).Build();

    /// <summary>The same, to be added to.</summary>
    public static ImageBuilder DebianBuilder(int number = 0, string platform = "linux/amd64") => new ImageBuilder()
        .WithPlatform(platform)
        .WithCreated(SampleImages.Start.AddHours(number))
        .WithLayer(
            new LayerFile("etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n"),
            new LayerFile("etc/debian_version", "12.5\n"),
            new LayerFile(
                "var/lib/dpkg/status",
                Package("libc6", "glibc", "2.36-9+deb12u1", "")
                + Package("libssl3", "openssl", "3.0.11-1~deb12u2", "libc6 (>= 2.34)")
                + Package("zlib1g", "zlib", "1:1.2.13.dfsg-1", "libc6 (>= 2.14)")
                + Package("bash", "bash", "5.2.15-2", "libc6 (>= 2.34)")))
        .WithLayer(
            new LayerFile("app/node_modules/lodash/package.json", """{"name":"lodash","version":"4.17.20","license":"MIT"}"""),
            new LayerFile("app/number", $"{number}"));

    /// <summary>A Debian 12 with these packages alone, each <c>NAME SOURCE VERSION</c>, and these of Node.js, each <c>NAME VERSION</c>.</summary>
    public static TestImage DebianOf(int number, string[] packages, string[] modules) => new ImageBuilder()
        .WithCreated(SampleImages.Start.AddHours(number))
        .WithLayer(
        [
            new LayerFile("etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n"),
            new LayerFile("etc/debian_version", "12.5\n"),
            new LayerFile(
                "var/lib/dpkg/status",
                string.Concat(packages.Select(package => package.Split(' ')).Select(words => Package(words[0], words[1], words[2], "")))),
            .. modules.Select(module => module.Split(' ')).Select(words => new LayerFile(
                $"app/node_modules/{words[0]}/package.json", $$"""{"name":"{{words[0]}}","version":"{{words[1]}}","license":"MIT"}""")),
        ])
        .Build();

    private static string Package(string name, string source, string version, string depends) =>
        $"Package: {name}\nStatus: install ok installed\nPriority: optional\nSection: libs\nMaintainer: Debian <packages@debian.org>\n"
        + $"Architecture: amd64\nSource: {source}\nVersion: {version}\n"
        + (depends.Length > 0 ? $"Depends: {depends}\n" : "") + $"Description: {name}\n\n";
}
