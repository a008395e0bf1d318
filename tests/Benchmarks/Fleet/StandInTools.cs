using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Benchmarks.Fleet;

/// <summary>
/// Executables in the place of Trivy and Syft that print <see cref="PreparedReports"/>: the real ones would take an hour for thousands of images, and
/// are not what is measured.
/// </summary>
internal sealed class StandInTools : IDisposable
{
    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly TemporaryFolder _folder = new("stand-ins");

    public StandInTools()
    {
        Sizes = new Dictionary<string, int>(StringComparer.Ordinal)
        {
            ["Trivy's report"] = Prepare("trivy.json", PreparedReports.Trivy()),
            ["Syft's SBOM"] = Prepare("syft.json", PreparedReports.Syft()),
        };
        // A database that the plugin finds; nothing opens it.
        Directory.CreateDirectory(_folder.File("cache/db"));
        _folder.Write("cache/db/trivy.db", "");
        _folder.Write(
            "cache/db/metadata.json",
            """{"Version":2,"UpdatedAt":"2026-01-01T00:00:00Z","NextUpdate":"2099-01-01T00:00:00Z","DownloadedAt":"2026-01-01T00:00:00Z"}""");
        Settings =
        [
            $"Plugins:Trivy:Path={WriteScript("trivy", $$"""
                case "$1" in
                version) echo '{"Version":"0.68.2"}'; exit ;;
                image) for last; do :; done; print trivy.json "${last##*sha256:}" ;;
                *) echo "unexpected: $*" >&2; exit 1 ;;
                esac
                """)}",
            $"Plugins:Trivy:CacheDirectory={_folder.File("cache")}",
            "Plugins:Trivy:SkipDbUpdate=true",
            $"Plugins:Syft:Path={WriteScript("syft", """
                case "$1" in
                version) echo '{"application":"syft","version":"1.18.1"}' ;;
                scan) print syft.json "${2##*sha256:}" ;;
                *) echo "unexpected: $*" >&2; exit 1 ;;
                esac
                """)}",
        ];
    }

    /// <summary>The operator's settings that make it use them.</summary>
    public IReadOnlyList<string> Settings { get; }

    /// <summary>Bytes of each document.</summary>
    public IReadOnlyDictionary<string, int> Sizes { get; }

    /// <summary>The number in a digest by which versions differ.</summary>
    public static int VersionOf(string encodedDigest) => Convert.ToInt32(encodedDigest[..2], 16);

    public void Dispose() => _folder.Dispose();

    private int Prepare(string name, string content)
    {
        _folder.Write(name, content);
        return content.Length;
    }

    private string WriteScript(string name, string body)
    {
        var path = _folder.Write(name, $$"""
            #!/bin/sh
            print() {
              encoded=$2; rest="${encoded#??}"; v=$(printf %d "0x${encoded%"$rest"}")
              exec sed -e "s/{{PreparedReports.DigestMark}}/sha256:$encoded/g" -e "s/{{PreparedReports.VersionMark}}/$v/g" "{{_folder.Path}}/$1"
            }
            {{body}}

            """);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, Executable);
        return path;
    }
}
