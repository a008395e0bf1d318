using System.IO.Compression;
using RegistryOperator.Testing.Images;
using RegistryOperator.Tests.Servers.Processes;
using RegistryOperator.Trivy.Tests.Support;

namespace RegistryOperator.Trivy.Tests.Documents.CycloneDx;

/// <summary>Images with packages of each kind that an image may hold, and made-up advisories about them.</summary>
internal static class Ecosystems
{
    private const UnixFileMode Executable = LayerFile.DefaultMode | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const string GoModules =
        "path\texample.org/app\nmod\texample.org/app\tv1.2.3\t\n" +
        "dep\tgo.etcd.io/bbolt\tv1.3.0\th1:abc=\ndep\texample.org/local\tv0.0.0\n=>\t./local\t(devel)\t\n";

    /// <summary>Names of the images, with what is found in them.</summary>
    public static TheoryData<string, string[]> All { get; } = new()
    {
        { "debian", Images.DebianFindings },
        { "alpine", ["CVE-2022-30065 ssl_client", "CVE-2022-37434 zlib"] },
        { "rpm", ["CVE-2099-1001 bash", "CVE-2099-1001 bash-libs", "CVE-2099-1002 openssl"] },
        { "node", ["CVE-2021-23337 lodash", "CVE-2021-23337 lodash", "CVE-2099-1003 @scope/tool"] },
        { "go", ["CVE-2099-1004 go.etcd.io/bbolt", "CVE-2099-1009 stdlib"] },
        { "jar", ["CVE-2099-1005 org.example:thing", "CVE-2099-1005 org.example:thing"] },
        { "dotnet", ["CVE-2099-1006 Newtonsoft.Json"] },
        { "ruby", ["CVE-2099-1007 rack"] },
        { "php", ["CVE-2099-1008 monolog/monolog"] },
        { "empty", [] },
    };

    /// <summary>The image of that name.</summary>
    public static TestImage Build(string name) => name switch
    {
        "debian" => Images.Debian(),
        "alpine" => Images.Alpine(),
        "empty" => Images.Empty(),
        "rpm" => Image(
            ("etc/os-release", "ID=azurelinux\nVERSION_ID=\"3.0\"\n"),
            ("var/lib/rpmmanifest/container-manifest-2",
                Rpm("bash", "5.2.15-1.azl3", 0, "bash") + Rpm("bash-libs", "5.2.15-1.azl3", 0, "bash") + Rpm("openssl", "3.1.4-2.azl3", 2, "openssl"))),
        "node" => Image(
            ("app/node_modules/lodash/package.json", """{"name":"lodash","version":"4.17.20","license":"MIT"}"""),
            ("app/node_modules/old/node_modules/lodash/package.json", """{"name":"lodash","version":"4.17.20","license":"(MIT OR Apache-2.0)"}"""),
            ("app/node_modules/@scope/tool/package.json", """{"name":"@scope/tool","version":"1.0.0-beta+1"}""")),
        "go" => new ImageBuilder().WithLayer(new LayerFile("usr/bin/app", GoProgram.Build("go1.22.1", GoModules)) { Mode = Executable }).Build(),
        "jar" => new ImageBuilder().WithLayer(new LayerFile("app/thing-1.0.0.jar", Jar())).WithLayer(new LayerFile("lib/thing-1.0.0.jar", Jar())).Build(),
        "dotnet" => Image(("app/app.deps.json",
            """
            {"runtimeTarget":{"name":".NETCoreApp,Version=v8.0"},
             "targets":{".NETCoreApp,Version=v8.0":{"app/1.0.0":{"dependencies":{"Newtonsoft.Json":"12.0.1"}},
             "Newtonsoft.Json/12.0.1":{"runtime":{"lib/Newtonsoft.Json.dll":{}}}}},
             "libraries":{"app/1.0.0":{"type":"project"},"Newtonsoft.Json/12.0.1":{"type":"package"}}}
            """)),
        "ruby" => Image((
            "usr/lib/ruby/gems/specifications/rack-2.0.0.gemspec",
            "Gem::Specification.new do |s|\n  s.name = \"rack\".freeze\n  s.version = \"2.0.0\"\n  s.licenses = [\"MIT\".freeze]\nend\n")),
        "php" => Image(("app/vendor/composer/installed.json",
            """
            {"packages":[{"name":"monolog/monolog","version":"2.0.0","license":["MIT"],"require":{"psr/log":"^1.0"}},
             {"name":"psr/log","version":"1.1.0","license":["MIT"]}],"dev":false,"dev-package-names":[]}
            """)),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such image."),
    };

    /// <summary>The advisories beside those of the demo.</summary>
    public static string WriteAdvisories(TemporaryFolder folder) => folder.Write("ecosystems.yaml",
        string.Concat(
            System("Azure Linux 3.0", ("bash", "CVE-2099-1001", "5.2.21-1.azl3"), ("openssl", "CVE-2099-1002", "2:3.3.0-1.azl3")),
            Language("npm::Made up", "@scope/tool", "CVE-2099-1003"),
            Language("go::Made up", "go.etcd.io/bbolt", "CVE-2099-1004"),
            Language("go::Made up too", "stdlib", "CVE-2099-1009"),
            Language("maven::Made up", "org.example:thing", "CVE-2099-1005"),
            Language("nuget::Made up", "newtonsoft.json", "CVE-2099-1006"),
            Language("rubygems::Made up", "rack", "CVE-2099-1007"),
            Language("composer::Made up", "monolog/monolog", "CVE-2099-1008")));

    /// <summary>An index of Java archives without an entry: Trivy wants one, if only for archives that name themselves.</summary>
    public static void WriteJavaIndex(string cache)
    {
        var folder = Directory.CreateDirectory(Path.Combine(cache, "java-db")).FullName;
        File.WriteAllBytes(Path.Combine(folder, "trivy-java.db"), []);
        var now = TimeProvider.System.GetUtcNow();
        File.WriteAllText(
            Path.Combine(folder, "metadata.json"),
            $$"""{"Version":1,"NextUpdate":"{{now.AddDays(3):O}}","UpdatedAt":"{{now:O}}","DownloadedAt":"{{now:O}}"}""");
    }

    private static TestImage Image(params (string Path, string Content)[] files) =>
        new ImageBuilder().WithLayer(files.Select(file => new LayerFile(file.Path, file.Content))).Build();

    private static string Rpm(string name, string version, int epoch, string source) =>
        $"{name}\t{version}\t1653816591\t1653753130\tMicrosoft Corporation\t(none)\t580\tx86_64\t{epoch}\t{source}-{version}.src.rpm\n";

    private static byte[] Jar()
    {
        using var content = new MemoryStream();
        using (var archive = new ZipArchive(content, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var properties = new StreamWriter(archive.CreateEntry("META-INF/maven/org.example/thing/pom.properties").Open());
            properties.Write("groupId=org.example\nartifactId=thing\nversion=1.0.0\n");
        }

        return content.ToArray();
    }

    private static string System(string bucket, params (string Source, string Id, string Fixed)[] advisories) => Bucket(
        bucket,
        string.Concat(advisories.Select(advisory =>
            $"    - bucket: {advisory.Source}\n      pairs:\n        - key: {advisory.Id}\n          value: {{FixedVersion: \"{advisory.Fixed}\"}}\n")));

    private static string Language(string bucket, string package, string id) => Bucket(
        bucket,
        $"    - bucket: \"{package}\"\n      pairs:\n" +
        $"        - key: {id}\n          value: {{PatchedVersions: [\"99.0.0\"], VulnerableVersions: [\"<99.0.0\"]}}\n");

    private static string Bucket(string bucket, string pairs) =>
        $"- bucket: \"{bucket}\"\n  pairs:\n{pairs}" +
        $"- bucket: data-source\n  pairs:\n    - key: \"{bucket}\"\n      value: {{ID: made-up, Name: Made up, URL: \"https://example.org\"}}\n";
}
