using System.IO.Compression;
using RegistryOperator.Testing.Images;

namespace RegistryOperator.Trivy.Tests.Support;

/// <summary>Images with packages that the demo's advisories name.</summary>
internal static class Images
{
    public const string Repository = "team/app";

    /// <summary>Debian 12 with Node.js and Python packages.</summary>
    public static TestImage Debian(string version = "1.0.0") => new ImageBuilder()
        .WithLayer(
            new LayerFile("etc/os-release", "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\nVERSION_ID=\"12\"\n"),
            new LayerFile("etc/debian_version", "12.5\n"),
            new LayerFile("var/lib/dpkg/status", DpkgStatus(
                ("bash", "bash (5.2.15-2)", "5.2.15-2+b2"), ("libc6", "glibc", "2.36-9+deb12u1"), ("libssl3", "openssl", "3.0.11-1~deb12u2"),
                ("openssl", null, "3.0.11-1~deb12u2"), ("zlib1g", "zlib", "1:1.2.13.dfsg-1"), ("curl", null, "7.88.1-10+deb12u5"))))
        .WithLayer(
            new LayerFile("app/node_modules/lodash/package.json", """{"name":"lodash","version":"4.17.20","license":"MIT"}"""),
            new LayerFile("app/node_modules/minimist/package.json", """{"name":"minimist","version":"1.2.8","license":"MIT"}"""),
            new LayerFile("usr/lib/python3/dist-packages/requests-2.28.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: requests\nVersion: 2.28.0\n"),
            new LayerFile("app/version", version))
        .Build();

    /// <summary>What the demo's advisories say of <see cref="Debian"/>.</summary>
    public static string[] DebianFindings { get; } =
    [
        "CVE-2021-23337 lodash", "CVE-2023-32681 requests", "CVE-2023-45853 zlib1g", "CVE-2023-4911 libc6", "CVE-2024-6119 libssl3", "CVE-2024-6119 openssl",
    ];

    /// <summary>Alpine 3.16.</summary>
    public static TestImage Alpine() => new ImageBuilder()
        .WithLayer(
            new LayerFile("etc/alpine-release", "3.16.1\n"),
            new LayerFile("etc/os-release", "ID=alpine\nVERSION_ID=3.16.1\n"),
            new LayerFile(
                "lib/apk/db/installed",
                "P:zlib\nV:1.2.12-r1\nA:x86_64\nL:Zlib\no:zlib\n\n" +
                "P:busybox\nV:1.35.0-r17\nA:x86_64\nL:GPL-2.0-only\no:busybox\n\n" +
                "P:ssl_client\nV:1.35.0-r14\nA:x86_64\no:busybox\n\n"))
        .Build();

    /// <summary>Nothing that Trivy knows.</summary>
    public static TestImage Empty() => new ImageBuilder().WithLayer(new LayerFile("app/run", "#!")).Build();

    /// <summary>A Java archive.</summary>
    public static TestImage Java()
    {
        using var content = new MemoryStream();
        using (var archive = new ZipArchive(content, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var properties = new StreamWriter(archive.CreateEntry("META-INF/maven/org.example/thing/pom.properties").Open());
            properties.Write("groupId=org.example\nartifactId=thing\nversion=1.0.0\n");
        }

        return new ImageBuilder().WithLayer(new LayerFile("app/thing-1.0.0.jar", content.ToArray())).Build();
    }

    private static string DpkgStatus(params (string Name, string? Source, string Version)[] packages) => string.Concat(packages.Select(package =>
        $"Package: {package.Name}\nStatus: install ok installed\nMaintainer: Debian\nArchitecture: amd64\n" +
        $"{(package.Source is null ? "" : $"Source: {package.Source}\n")}Version: {package.Version}\nDescription: x\n\n"));
}
