using System.Text;
using RegistryOperator.Testing.Images;

namespace RegistryOperator.Demo;

/// <summary>
/// What is installed in the demo's images: real packages in versions that were current when the release was made, as the package managers of the
/// image record them. Scanners read these records; the programs themselves are not there.
/// </summary>
internal static class ShopPackages
{
    /// <summary>Debian 12's packages, as they were before and after its updates of autumn 2025.</summary>
    public static LayerFile Debian(bool isUpdated, string architecture) => new("var/lib/dpkg/status", DpkgStatus(
    [
        ("base-files", "base-files", "12.4+deb12u5", ""),
        ("libc6", "glibc", isUpdated ? "2.36-9+deb12u10" : "2.36-9+deb12u1", "libgcc-s1"),
        ("libgcc-s1", "gcc-12", "12.2.0-14", "libc6 (>= 2.35)"),
        ("zlib1g", "zlib", "1:1.2.13.dfsg-1", "libc6 (>= 2.14)"),
        ("libssl3", "openssl", isUpdated ? "3.0.15-1~deb12u1" : "3.0.11-1~deb12u2", "libc6 (>= 2.34)"),
        ("openssl", "openssl", isUpdated ? "3.0.15-1~deb12u1" : "3.0.11-1~deb12u2", "libc6 (>= 2.34), libssl3 (>= 3.0.9)"),
        ("libcurl4", "curl", isUpdated ? "7.88.1-10+deb12u8" : "7.88.1-10+deb12u1", "libc6 (>= 2.34), libssl3 (>= 3.0.0), zlib1g"),
        ("curl", "curl", isUpdated ? "7.88.1-10+deb12u8" : "7.88.1-10+deb12u1", "libc6 (>= 2.34), libcurl4, zlib1g"),
    ], architecture));

    /// <summary>The application's own packages, in node_modules.</summary>
    public static IEnumerable<LayerFile> Node(bool isUpdated)
    {
        yield return Module("shop-api", "2.0.0", """{"minimist": "^1.2.5", "lodash": "^4.17.0", "express": "^4.18.2"}""", "UNLICENSED");
        yield return Module("minimist", isUpdated ? "1.2.8" : "1.2.5", "{}", "MIT");
        yield return Module("lodash", isUpdated ? "4.17.21" : "4.17.11", "{}", "MIT");
        yield return Module("express", "4.18.2", """{"accepts": "~1.3.8"}""", "MIT");
        yield return Module("accepts", "1.3.8", "{}", "MIT");
    }

    private static LayerFile Module(string name, string version, string dependencies, string license) => new(
        $"app/node_modules/{name}/package.json",
        $$"""{"name": "{{name}}", "version": "{{version}}", "license": "{{license}}", "dependencies": {{dependencies}} }""");

    private static string DpkgStatus(IEnumerable<(string Name, string Source, string Version, string Depends)> packages, string architecture)
    {
        var status = new StringBuilder();
        foreach (var (name, source, version, depends) in packages)
        {
            status.Append($"Package: {name}\nStatus: install ok installed\nPriority: optional\nSection: libs\n")
                .Append($"Maintainer: Debian <packages@debian.org>\nArchitecture: {architecture}\n");
            if (source != name) status.Append($"Source: {source}\n");
            status.Append($"Version: {version}\n");
            if (depends.Length > 0) status.Append($"Depends: {depends}\n");
            status.Append($"Description: {name}\n\n");
        }

        return status.ToString();
    }
}
