using System.Globalization;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Plugins.Trivy.Options;

namespace RegistryOperator.Plugins.Trivy.Runs;

/// <summary>Puts Trivy's command lines together. They are visible to every user of the machine: no secret is in any of them.</summary>
internal sealed class TrivyArguments(TrivyOptions options)
{
    /// <summary>Trivy's name of its own JSON.</summary>
    public const string Json = "json";

    // The deadline of the call ends Trivy; its own limit of five minutes, which the user did not ask for, must not come first.
    private static readonly TimeSpan NoTimeout = TimeSpan.FromHours(24);

    /// <summary>Asks for the version.</summary>
    public static IReadOnlyList<string> Version { get; } = ["version", "--format", Json];

    /// <summary>Looks into an image for vulnerabilities.</summary>
    public IReadOnlyList<string> ScanImage(ImageScanRequest request) =>
        ["image", "--format", Json, "--list-all-pkgs", "--scanners", "vuln", .. Remote(request), .. Offline(), .. Server(), .. Common(), Reference(request)];

    /// <summary>Looks into an image for packages.</summary>
    public IReadOnlyList<string> ListPackages(ImageScanRequest request, string format) =>
        ["image", "--format", format, .. Remote(request), .. Offline(), .. Common(), Reference(request)];

    /// <summary>Looks into an SBOM for vulnerabilities.</summary>
    public IReadOnlyList<string> ScanSbom(string file) => ["sbom", "--format", Json, .. Offline(), .. Server(), .. Common(), file];

    /// <summary>Downloads a database.</summary>
    public static IReadOnlyList<string> Download(string flag, string repositoryFlag, IReadOnlyList<string> repositories, string cacheDirectory) =>
    [
        "image", flag, "--no-progress", .. repositories.SelectMany(repository => new[] { repositoryFlag, repository }),
        "--timeout", Seconds(NoTimeout), "--cache-dir", cacheDirectory,
    ];

    /// <summary>How the image is named, always by digest.</summary>
    public static string Reference(ImageScanRequest request) => $"{request.Repository.Name}@{request.Digest}";

    private static IEnumerable<string> Remote(ImageScanRequest request) =>
        request.Platform.IsUnknown ? ["--image-src", "remote"] : ["--image-src", "remote", "--platform", request.Platform.ToString()];

    // Databases are brought up to date beforehand, by one run for all: a scan that did it would show the registry's credentials to the
    // database's, and replace files under the scans beside it.
    private IEnumerable<string> Offline() =>
        ["--no-progress", "--skip-db-update", "--skip-java-db-update", .. options.OfflineScan ? ["--offline-scan"] : Array.Empty<string>()];

    // Trivy appends its paths as they are: a slash at the end, which Uri adds, would be doubled, and the server would not know the path.
    private string[] Server() => options.Server is { } server ? ["--server", server.AbsoluteUri.TrimEnd('/')] : [];

    private string[] Common() => ["--timeout", Seconds(options.Timeout ?? NoTimeout), "--cache-dir", options.CacheDirectory];

    private static string Seconds(TimeSpan time) => ((long)Math.Ceiling(time.TotalSeconds)).ToString(CultureInfo.InvariantCulture) + "s";
}
