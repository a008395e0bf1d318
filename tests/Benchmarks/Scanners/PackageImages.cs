using System.Text;
using RegistryOperator.Testing.Images;

namespace RegistryOperator.Benchmarks.Scanners;

/// <summary>Images with a hundred Debian packages and an application's node_modules, some of them vulnerable by the demo's advisories, and a
/// layer that has to be pulled to know that there is nothing in it.</summary>
internal static class PackageImages
{
    /// <summary>Bytes of that layer.</summary>
    private const int FillerSize = 7_000_000;

    private const string Debian = """
        adduser=3.134 apt=2.6.1 base-files=12.4+deb12u5 base-passwd=3.6.1 bash=5.2.15-2+b2 bsdutils=1:2.38.1-5+b1 ca-certificates=20230311 coreutils=9.1-1
        curl=7.88.1-10+deb12u1 dash=0.5.12-2 debconf=1.5.82 debian-archive-keyring=2023.3 debianutils=5.7-0.5 diffutils=1:3.8-4 dpkg=1.21.22 e2fsprogs=1.47.0-2
        findutils=4.9.0-4 gcc-12-base=12.2.0-14 git=1:2.39.2-1.1 gpgv=2.2.40-1.1 grep=3.8-5 gzip=1.12-1 hostname=3.23+nmu1 init-system-helpers=1.65.2
        less=590-2 libacl1=2.3.1-3 libapt-pkg6.0=2.6.1 libattr1=1:2.5.1-4 libaudit1=1:3.0.9-1 libblkid1=2.38.1-5+b1 libbrotli1=1.0.9-2+b6 libbz2-1.0=1.0.8-5+b1
        libc-bin=2.36-9+deb12u1 libc6=2.36-9+deb12u1 libcap2=1:2.66-4 libcom-err2=1.47.0-2 libcrypt1=1:4.4.33-2 libcurl4=7.88.1-10+deb12u1
        libdb5.3=5.3.28+dfsg2-1 libdebconfclient0=0.270 libexpat1=2.5.0-1 libext2fs2=1.47.0-2 libffi8=3.4.4-1 libgcc-s1=12.2.0-14 libgcrypt20=1.10.1-3
        libgdbm6=1.23-3 libgmp10=2:6.2.1+dfsg1-1.1 libgnutls30=3.7.9-2 libgpg-error0=1.46-1 libgssapi-krb5-2=1.20.1-2 libhogweed6=3.8.1-2 libicu72=72.1-3
        libidn2-0=2.3.3-1+b1 libk5crypto3=1.20.1-2 libkeyutils1=1.6.3-2 libkrb5-3=1.20.1-2 libkrb5support0=1.20.1-2 libldap-2.5-0=2.5.13+dfsg-5
        liblz4-1=1.9.4-1 liblzma5=5.4.1-0.2 libmd0=1.0.4-2 libmount1=2.38.1-5+b1 libncursesw6=6.4-4 libnettle8=3.8.1-2 libnghttp2-14=1.52.0-1
        libp11-kit0=0.24.1-2 libpam-modules=1.5.2-6 libpam0g=1.5.2-6 libpcre2-8-0=10.42-1 libperl5.36=5.36.0-7 libpsl5=0.21.2-1 libreadline8=8.2-1.3
        librtmp1=2.4+20151223.gitfa8646d.1-2+b2 libsasl2-2=2.1.28+dfsg-10 libseccomp2=2.5.4-1+b3 libselinux1=3.4-1+b6 libsemanage2=3.4-1+b5 libsepol2=3.4-2.1
        libsmartcols1=2.38.1-5+b1 libsqlite3-0=3.40.1-2 libss2=1.47.0-2 libssh2-1=1.10.0-3+b1 libssl3=3.0.11-1~deb12u2 libstdc++6=12.2.0-14
        libsystemd0=252.19-1~deb12u1 libtasn1-6=4.19.0-2 libtinfo6=6.4-4 libudev1=252.19-1~deb12u1 libunistring2=1.0-2 libuuid1=2.38.1-5+b1
        libxml2=2.9.14+dfsg-1.3 libxxhash0=0.8.1-1 libzstd1=1.5.4+dfsg2-5 login=1:4.13+dfsg1-1+b1 mount=2.38.1-5+b1 openssl=3.0.11-1~deb12u2
        passwd=1:4.13+dfsg1-1+b1 perl-base=5.36.0-7 sed=4.9-1 tar=1.34+dfsg-1.2 tzdata=2023c-5 zlib1g=1:1.2.13.dfsg-1
        """;

    private const string Node = """
        accepts=1.3.8 body-parser=1.20.1 bytes=3.1.2 content-type=1.0.5 cookie=0.5.0 debug=2.6.9 depd=2.0.0 express=4.18.2 finalhandler=1.2.0 fresh=0.5.2
        iconv-lite=0.4.24 inherits=2.0.4 lodash=4.17.11 mime=1.6.0 minimist=1.2.5 ms=2.0.0 on-finished=2.4.1 parseurl=1.3.3 qs=6.11.0 send=0.18.0 vary=1.1.2
        """;

    // The advisories name source packages.
    private static readonly Dictionary<string, string> Sources = new(StringComparer.Ordinal)
    {
        ["libc6"] = "glibc",
        ["libc-bin"] = "glibc",
        ["libssl3"] = "openssl",
        ["libcurl4"] = "curl",
        ["zlib1g"] = "zlib",
    };

    /// <summary><c>1.0.0</c>, <c>1.0.1</c>… of one digest each.</summary>
    public static IEnumerable<TaggedManifest> Versions(int count, int fillerSize = FillerSize) =>
        Enumerable.Range(0, count).Select(number => new TaggedManifest($"1.0.{number}", Build(number, fillerSize)));

    private static TestImage Build(int number, int fillerSize) => new ImageBuilder()
        .WithPlatform("linux/amd64")
        .WithCreated(ImageBuilder.DefaultCreated.AddDays(number))
        .WithLayer(
            new LayerFile("etc/os-release", "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\nVERSION_ID=\"12\"\n"),
            new LayerFile("etc/debian_version", "12.4\n"),
            new LayerFile("var/lib/dpkg/status", DpkgStatus()))
        .WithLayer([new LayerFile("app/version", $"{number}\n"), .. Split(Node).Select(module => new LayerFile(
            $"app/node_modules/{module.Name}/package.json", $$"""{"name": "{{module.Name}}", "version": "{{module.Version}}", "license": "MIT"}"""))])
        .WithFillerLayer(fillerSize, seed: number)
        .Build();

    private static string DpkgStatus()
    {
        var status = new StringBuilder();
        foreach (var (name, version) in Split(Debian))
        {
            status.Append($"Package: {name}\nStatus: install ok installed\nPriority: optional\nSection: libs\n")
                .Append("Maintainer: Debian <packages@debian.org>\nArchitecture: amd64\n");
            if (Sources.TryGetValue(name, out var source)) status.Append($"Source: {source}\n");
            status.Append($"Version: {version}\nDepends: libc6 (>= 2.34)\nDescription: {name}\n\n");
        }

        return status.ToString();
    }

    private static IEnumerable<(string Name, string Version)> Split(string packages) =>
        packages.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(package => package.Split('=')).Select(parts => (parts[0], parts[1]));
}
