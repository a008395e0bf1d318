using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Abstractions.Drift;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Provenance;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Abstractions.Workloads;
using RegistryOperator.Plugins.Drift;
using RegistryOperator.Plugins.Drift.Options;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Drift.Tests.Support;

/// <summary>A registry in memory and checks over it, each of which is told the last one's result, as the host does.</summary>
internal sealed class ScanSandbox : IAsyncDisposable
{
    public const string Repository = "shop/api";

    /// <summary>The host in images of workloads; it stands for that of the registry in memory.</summary>
    private const string Host = "registry.example.com";

    /// <summary>The name of a mirror's copy of the repository.</summary>
    public const string Mirror = "mirror.example.com/hub/shop/api";

    public static readonly DateTimeOffset Start = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>An hour of creation that says nothing.</summary>
    public const int Undated = int.MinValue;

    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    private readonly HttpClient _http = new();
    private readonly Dictionary<string, IReadOnlyList<Vulnerability>> _vulnerabilities = new(StringComparer.Ordinal);
    private readonly Dictionary<string, BuildProvenance> _provenance = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Sbom> _sboms = new(StringComparer.Ordinal);
    private StoredResult<RegistryScanResult>? _last;

    public FakeTimeProvider Time { get; } = new(Start);

    public InMemoryRegistry Registry { get; private set; } = null!;

    public DriftOptions Options { get; set; } = new();

    /// <summary>The list of tags, as the round has read it.</summary>
    public List<string> Tags { get; } = [];

    public bool IsTagListComplete { get; set; } = true;

    /// <summary>The interval that the resource asks for.</summary>
    public TimeSpan CheckInterval { get; set; } = Interval;

    /// <summary>How often a stored result was asked for.</summary>
    public int Lookups { get; private set; }

    /// <summary>How often an SBOM was asked for.</summary>
    public int SbomLookups { get; private set; }

    /// <summary>The last check's result.</summary>
    public RegistryScanResult Result => _last!.Value;

    /// <summary>What the host has read of images.</summary>
    public List<TaggedImage> Images { get; } = [];

    /// <summary>What the host remembers of other tags.</summary>
    public Dictionary<string, IReadOnlyList<TagHistoryEntry>> EarlierTags { get; } = new(StringComparer.Ordinal);

    /// <summary>Another clock for the scanner.</summary>
    public TimeProvider? Clock { get; set; }

    /// <summary>The images in which the scanner recognised nothing.</summary>
    public HashSet<string> Unrecognized { get; } = new(StringComparer.Ordinal);

    /// <summary>What each result was made with.</summary>
    public Dictionary<string, string> Versions { get; } = new(StringComparer.Ordinal);

    public static async Task<ScanSandbox> StartAsync() => new() { Registry = await InMemoryRegistry.StartAsync(TestContext.Current.CancellationToken) };

    /// <summary>Pushes an image; its number makes its content.</summary>
    public TestManifest Push(string tag, int number, int createdHour = 0, string? revision = null, string? source = null)
    {
        var created = createdHour == Undated ? DateTimeOffset.UnixEpoch : Start.AddDays(-30).AddHours(createdHour);
        var builder = new ImageBuilder().WithCreated(created).WithLabel("number", $"{number}");
        if (revision is not null) builder = builder.WithLabel("org.opencontainers.image.revision", revision);
        if (source is not null) builder = builder.WithLabel("org.opencontainers.image.source", source);
        var image = builder.Build();
        Registry.Add(Repository, tag, image);
        if (!Tags.Contains(tag)) Tags.Add(tag);
        return image;
    }

    /// <summary>Pushes a chart, as beside the images of many projects.</summary>
    public TestManifest PushChart(string tag)
    {
        var chart = new ArtifactBuilder().WithConfig("application/vnd.cncf.helm.config.v1+json", $$"""{"name":"api","version":"{{tag}}"}""").Build();
        Registry.Add(Repository, tag, chart);
        Tags.Add(tag);
        return chart;
    }

    public void Find(TestManifest image, params (string Id, Severity Severity)[] found) => _vulnerabilities[image.Digest.ToString()] =
    [
        .. found.Select(one => new Vulnerability { Id = one.Id, Severity = one.Severity, Package = "p", FixedVersion = "2" }),
    ];

    public void Contain(TestManifest image, params (string Type, string Name, string Version)[] packages) => _sboms[image.Digest.ToString()] = new Sbom
    {
        Format = SbomFormat.CycloneDxJson,
        Packages = [.. packages.Select((one, number) => new SbomPackage { Id = $"{number}", Type = one.Type, Name = one.Name, Version = one.Version })],
    };

    /// <summary>Stores that an image's signature was verified; without a signer, that none was.</summary>
    public void Sign(TestManifest image, string? signer, string? commit = null) => _provenance[image.Digest.ToString()] = new BuildProvenance
    {
        IsSignatureVerified = signer is not null,
        SignedBy = signer,
        IsProvenanceVerified = commit is not null,
        SourceCommit = commit,
    };

    public static Workload Runs(string tag, params Digest[] digests) => Runs(tag, null, digests);

    public static Workload Runs(string tag, Dictionary<string, string>? annotations, params Digest[] digests) => new()
    {
        Kind = "Deployment",
        Namespace = "shop",
        Name = "api",
        Annotations = annotations ?? new Dictionary<string, string>(StringComparer.Ordinal),
        Containers =
        [
            new WorkloadContainer
            {
                Name = "app",
                Image = tag.StartsWith('@') ? $"{Host}/{Repository}{tag}" : $"{Host}/{Repository}:{tag}",
                Running = [.. digests.Select(digest => new RunningImage(digest, null) { Pods = 1 })],
            },
        ],
    };

    /// <summary>The workload as it pulls its images from the mirror.</summary>
    public static Workload FromMirror(Workload workload) => workload with
    {
        Containers =
        [
            .. workload.Containers.Select(container =>
                container with { Image = container.Image.Replace($"{Host}/{Repository}", Mirror, StringComparison.Ordinal) }),
        ],
    };

    public async Task<WorkloadDrift> CheckAsync(Workload workload, bool afterAnInterval = false)
    {
        if (afterAnInterval) Time.Advance(Interval);
        return (await CheckAllAsync(workload)).ShouldHaveSingleItem();
    }

    public async Task<IReadOnlyList<WorkloadDrift>> CheckAllAsync(params Workload[] workloads)
    {
        var own = Registry.Repository(Repository).Registry.Authority;
        var request = new RegistryScanRequest
        {
            Repository = Registry.Repository(Repository),
            Images = Images,
            Tags = Tags,
            IsTagListComplete = IsTagListComplete,
            EarlierTags = EarlierTags,
            Workloads = [.. workloads.Select(workload => workload with { Containers = [.. workload.Containers.Select(OfRegistry)] })],
            Interval = CheckInterval,
            Results = new Results(this),
            Last = _last,
            Client = new PlainRegistryClient(_http, Registry.Repository(Repository)),
            Options = Options,
        };
        // Another scanner each time: what it remembers is in its result alone.
        var result = await new DriftScanner(Clock ?? Time).ScanAsync(request, TestContext.Current.CancellationToken);
        _last = new StoredResult<RegistryScanResult>(result, "drift", Time.GetUtcNow());
        return result.ShouldBeOfType<DriftScanResult>().Workloads;

        WorkloadContainer OfRegistry(WorkloadContainer container) =>
            container with { Image = container.Image.Replace(Host + "/", own + "/", StringComparison.Ordinal) };
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return Registry.DisposeAsync();
    }

    private sealed class Results(ScanSandbox sandbox) : IStoredResults
    {
        public Task<StoredResult<IReadOnlyList<Vulnerability>>?> FindVulnerabilitiesAsync(Digest image, CancellationToken cancellationToken)
        {
            sandbox.Lookups++;
            var versions = sandbox.Versions.GetValueOrDefault(image.ToString(), "trivy 1");
            return Task.FromResult(sandbox._vulnerabilities.TryGetValue(image.ToString(), out var found)
                ? new StoredResult<IReadOnlyList<Vulnerability>>(found, "trivy", Start)
                {
                    Versions = versions,
                    IsNothingRecognized = sandbox.Unrecognized.Contains(image.ToString()),
                }
                : null);
        }

        public Task<StoredResult<Sbom>?> FindSbomAsync(Digest image, CancellationToken cancellationToken)
        {
            sandbox.SbomLookups++;
            return Task.FromResult(
                sandbox._sboms.TryGetValue(image.ToString(), out var found) ? new StoredResult<Sbom>(found, "syft", Start) : null);
        }

        public Task<StoredResult<BuildProvenance>?> FindProvenanceAsync(Digest image, CancellationToken cancellationToken)
        {
            sandbox.Lookups++;
            return Task.FromResult(
                sandbox._provenance.TryGetValue(image.ToString(), out var found) ? new StoredResult<BuildProvenance>(found, "provenance", Start) : null);
        }
    }
}
