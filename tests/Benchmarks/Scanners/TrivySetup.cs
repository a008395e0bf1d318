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
    private const string VulnerabilitiesOnly = "  vulnerabilityScanning: {enabled: true, severityThreshold: LOW}";

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);
    private readonly TemporaryFolder _folder = new("trivy-benchmark");
    private readonly string _trivy = ServerBinaries.Find("trivy");
    private int _files;

    private TrivySetup(DockerRegistry registry) => Registry = registry;

    public DockerRegistry Registry { get; }

    private string CacheDirectory => _folder.File("cache");

    private string[] Settings => [$"Plugins:Trivy:Path={_trivy}", $"Plugins:Trivy:CacheDirectory={CacheDirectory}", "Plugins:Trivy:SkipDbUpdate=true"];

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
        var advisories = Directory
            .GetFiles(Path.Combine(OperatorUnderTest.RepositoryRoot(), "samples", "Demo", "advisories"), "*.yaml")
            .Order(StringComparer.Ordinal)
            .ToList();
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
    public Task RunTrivyAsync(string repository, IEnumerable<TaggedManifest> images, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        images,
        new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken },
        async (image, token) =>
        {
            using var folder = new TemporaryFolder("trivy-run");
            await RunImageAsync(folder, repository, image, token);
        });

    /// <summary>Makes an SBOM of an image, with vulnerabilities in it, as Trivy itself does.</summary>
    /// <returns>A file in <paramref name="folder"/>.</returns>
    public async Task<string> MakeSbomAsync(TemporaryFolder folder, string repository, TaggedManifest image, CancellationToken cancellationToken)
    {
        var report = await RunImageAsync(folder, repository, image, cancellationToken);
        await RunAsync(folder, ["convert", "--format", "cyclonedx", "--output", folder.File(SbomFile), report], cancellationToken);
        return folder.File(SbomFile);
    }

    /// <summary>Trivy over an SBOM, as the plugin runs it.</summary>
    public Task RunTrivySbomAsync(TemporaryFolder folder, string sbom, CancellationToken cancellationToken) =>
        RunAsync(
            folder,
            ["sbom", "--format", "json", "--no-progress", "--skip-db-update", "--skip-java-db-update", "--output", folder.File("rescan.json"), sbom],
            cancellationToken);

    /// <summary>The running operator, with this Trivy and this database.</summary>
    public Task<OperatorUnderTest> StartOperatorAsync() => OperatorUnderTest.StartAsync(Settings);

    /// <summary>Has the operator scan a repository now, as a user asks for it, and waits for its status.</summary>
    /// <param name="operator">The operator.</param>
    /// <param name="repository">The repository.</param>
    /// <param name="images">How many images it has.</param>
    /// <param name="method">How each is to be scanned, or else the benchmark fails: <c>image</c> or <c>sbom</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Cost> ScanAsync(OperatorUnderTest @operator, string repository, int images, string method, CancellationToken cancellationToken)
    {
        var name = repository.Replace('/', '-');
        var request = TimeProvider.System.GetUtcNow().ToString("O");
        var (cpu, tools) = (@operator.Meter.Cpu, @operator.ToolTime);
        @operator.Write(name, Registry.Url, repository, Concurrency, request, VulnerabilitiesOnly);
        var (status, _) = await @operator.WaitAsync(name, request, cancellationToken);
        var found = status["images"]!.AsArray().Count(image => (string?)image!["vulnerabilities"]?["method"] == method);
        if (found != images)
        {
            var methods = status["images"]!.AsArray().Select(image => $"{image!["tag"]} {image["vulnerabilities"]?["method"]}");
            throw new InvalidOperationException($"{found} of {images} images were scanned by {method}: {string.Join(", ", methods)}");
        }

        return new Cost(await @operator.LastScanSecondsAsync(name, cancellationToken), (@operator.Meter.Cpu - cpu + @operator.ToolTime - tools).TotalSeconds);
    }

    /// <summary>The command <c>scan</c>, with nothing known yet.</summary>
    public async Task RunScanCommandAsync(string repository, CancellationToken cancellationToken)
    {
        var number = ++_files;
        var resource = _folder.Write($"{number}.yaml", $$"""
            apiVersion: registry.kubecontroller.io/v1alpha1
            kind: Registry
            metadata: {name: bench}
            spec:
              url: {{Registry.Url.GetLeftPart(UriPartial.Authority)}}
              repository: {{repository}}
            {{VulnerabilitiesOnly}}
            """);
        var result = await Tool.RunAsync(
            OperatorUnderTest.Executable,
            ["scan", "-f", resource, "-o", "yaml", "--data-dir", _folder.File($"data-{number}"), .. Settings.SelectMany(setting => new[] { "--set", setting })],
            deadline: Deadline, cancellationToken: cancellationToken);
        result.EnsureSuccess();
    }

    public async ValueTask DisposeAsync()
    {
        await Registry.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<string> RunImageAsync(TemporaryFolder folder, string repository, TaggedManifest image, CancellationToken cancellationToken)
    {
        var report = folder.File("report.json");
        await RunAsync(
            folder,
            [
                "image", "--format", "json", "--list-all-pkgs", "--scanners", "vuln", "--image-src", "remote", "--platform", "linux/amd64",
                "--no-progress", "--skip-db-update", "--skip-java-db-update",
                "--output", report, $"{Registry.Url.Authority}/{repository}@{image.Manifest.Digest}",
            ],
            cancellationToken);
        return report;
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
