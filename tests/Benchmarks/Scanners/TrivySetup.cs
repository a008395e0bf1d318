using RegistryOperator.Testing.Images;
using RegistryOperator.Tests.Servers;
using RegistryOperator.Tests.Servers.Processes;
using RegistryOperator.Tests.Servers.Registries;
using RegistryOperator.Tests.Servers.Tools;

namespace RegistryOperator.Benchmarks.Scanners;

/// <summary>A real registry with images, real Trivy with a small database, and the two ways to scan: Trivy alone, and the operator.</summary>
internal sealed class TrivySetup : IAsyncDisposable
{
    /// <summary>Images scanned at the same time, as the operator's setting <c>Scanning:ScannerConcurrency</c> is by default.</summary>
    private const int Concurrency = 2;

    private const string SbomFile = "image.cdx.json";

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);
    private readonly TemporaryFolder _folder = new("trivy-benchmark");
    private readonly string _trivy = ServerBinaries.Find("trivy");
    private int _files;

    private TrivySetup(DockerRegistry registry) => Registry = registry;

    public DockerRegistry Registry { get; }

    private string CacheDirectory => _folder.File("cache");

    public static async Task<TrivySetup> StartAsync(CancellationToken cancellationToken)
    {
        var setup = new TrivySetup(await DockerRegistry.StartAsync(cancellationToken));
        await setup.MakeDatabaseAsync(later: false, cancellationToken);
        return setup;
    }

    public async Task<IReadOnlyList<TaggedManifest>> PushAsync(string repository, IEnumerable<TaggedManifest> images, CancellationToken cancellationToken)
    {
        var pushed = images.ToArray();
        using var pusher = Registry.CreatePusher();
        await pusher.PushAsync(repository, pushed, cancellationToken);
        return pushed;
    }

    /// <summary>Makes the database of the demo's advisories and, for a later one, of one more.</summary>
    public async Task MakeDatabaseAsync(bool later, CancellationToken cancellationToken)
    {
        var advisories = Directory.GetFiles(Path.Combine(OperatorUnderTest.RepositoryRoot(), "samples", "Demo", "advisories"), "*.yaml").Order(StringComparer.Ordinal).ToList();
        if (later)
        {
            advisories.Add(_folder.Write("later.yaml", """
                - bucket: debian 12
                  pairs:
                    - bucket: bash
                      pairs:
                        - key: CVE-2099-0001
                          value: {FixedVersion: "9.0-1"}
                """));
        }

        await TrivyDatabase.MakeAsync(CacheDirectory, advisories, cancellationToken);
    }

    /// <summary>Trivy over images, with the plugin's arguments.</summary>
    /// <param name="repository">Where they are.</param>
    /// <param name="images">The images.</param>
    /// <param name="alsoConvert">True runs the plugin's second command as well, which makes the SBOM for later scans.</param>
    /// <param name="cancellationToken">Ends Trivy.</param>
    public Task RunTrivyAsync(string repository, IEnumerable<TaggedManifest> images, bool alsoConvert, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        images,
        new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken },
        async (image, token) =>
        {
            using var folder = new TemporaryFolder("trivy-run");
            await RunImageAsync(folder, repository, image, alsoConvert, token);
        });

    /// <summary>Makes the SBOM of an image, as the plugin keeps it.</summary>
    /// <returns>A file in <paramref name="folder"/>.</returns>
    public async Task<string> MakeSbomAsync(TemporaryFolder folder, string repository, TaggedManifest image, CancellationToken cancellationToken)
    {
        await RunImageAsync(folder, repository, image, alsoConvert: true, cancellationToken);
        return folder.File(SbomFile);
    }

    /// <summary>Trivy over an SBOM, as the plugin runs it.</summary>
    public Task RunTrivySbomAsync(TemporaryFolder folder, string sbom, CancellationToken cancellationToken) =>
        RunAsync(folder, ["sbom", "--format", "json", "--no-progress", "--skip-db-update", "--skip-java-db-update", "--output", folder.File("rescan.json"), sbom], cancellationToken);

    /// <summary>A resource that asks for vulnerabilities only.</summary>
    public string WriteResource(string repository) => _folder.Write($"{++_files}.yaml", $$"""
        apiVersion: registry.kubecontroller.io/v1alpha1
        kind: Registry
        metadata: {name: bench}
        spec:
          url: {{Registry.Url.GetLeftPart(UriPartial.Authority)}}
          repository: {{repository}}
          vulnerabilityScanning: {enabled: true, severityThreshold: LOW}
        """);

    /// <summary>A folder for reports that is not there yet.</summary>
    public string NewDataDirectory() => _folder.File($"data-{++_files}");

    /// <summary>The operator's command <c>scan</c>.</summary>
    /// <returns>A file with the resource and its status, to be scanned again.</returns>
    public async Task<string> ScanAsync(string resource, string dataDirectory, CancellationToken cancellationToken)
    {
        var result = await Tool.RunAsync(
            OperatorUnderTest.Executable,
            ["scan", "-f", resource, "-o", "yaml", "--data-dir", dataDirectory, "--set", $"Plugins:Trivy:Path={_trivy}", "--set", $"Plugins:Trivy:CacheDirectory={CacheDirectory}", "--set", "Plugins:Trivy:SkipDbUpdate=true"],
            deadline: Deadline, cancellationToken: cancellationToken);
        return _folder.Write($"{++_files}.yaml", result.EnsureSuccess().Output);
    }

    /// <summary>Checks that a scan found something in every image, and how.</summary>
    /// <exception cref="InvalidOperationException">It did not.</exception>
    public static async Task CheckAsync(string scanned, int images, string method, CancellationToken cancellationToken)
    {
        var text = await File.ReadAllTextAsync(scanned, cancellationToken);
        var found = text.Split('\n').Count(line => line.Trim() == $"method: {method}");
        if (found != images) throw new InvalidOperationException($"{found} of {images} images were scanned by '{method}': {text}");
    }

    public async ValueTask DisposeAsync()
    {
        await Registry.DisposeAsync();
        _folder.Dispose();
    }

    private async Task RunImageAsync(TemporaryFolder folder, string repository, TaggedManifest image, bool alsoConvert, CancellationToken cancellationToken)
    {
        var report = folder.File("report.json");
        await RunAsync(folder,
            ["image", "--format", "json", "--list-all-pkgs", "--scanners", "vuln", "--image-src", "remote", "--platform", "linux/amd64", "--no-progress", "--skip-db-update", "--skip-java-db-update",
             "--output", report, $"{Registry.Url.Authority}/{repository}@{image.Manifest.Digest}"], cancellationToken);
        if (alsoConvert) await RunAsync(folder, ["convert", "--format", "cyclonedx", "--output", folder.File(SbomFile), report], cancellationToken);
    }

    private async Task RunAsync(TemporaryFolder folder, string[] arguments, CancellationToken cancellationToken) => (await Tool.RunAsync(
        _trivy,
        [.. arguments[..^1], "--timeout", "86400s", "--cache-dir", CacheDirectory, arguments[^1]],
        environment: new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["TRIVY_SKIP_VERSION_CHECK"] = "true",
            ["TRIVY_DISABLE_TELEMETRY"] = "true",
            ["TRIVY_CACHE_BACKEND"] = "memory",
            ["TRIVY_NON_SSL"] = "true",
            ["DOCKER_CONFIG"] = folder.Path,
            ["TMPDIR"] = folder.Path,
        },
        cancellationToken: cancellationToken)).EnsureSuccess();
}
