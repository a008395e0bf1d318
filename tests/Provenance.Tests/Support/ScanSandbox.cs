using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Provenance;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Oci;
using RegistryOperator.Oci.Client;
using RegistryOperator.Plugins.Provenance;
using RegistryOperator.Plugins.Provenance.Attached;
using RegistryOperator.Plugins.Provenance.Options;
using RegistryOperator.Plugins.Provenance.Trust;
using RegistryOperator.Plugins.Provenance.Verdicts;
using RegistryOperator.Testing.Attachments;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Provenance.Tests.Support;

/// <summary>A registry in memory, the scanner, and a store of its last report.</summary>
internal sealed class ScanSandbox : IAsyncDisposable
{
    public const string Repository = "team/app";

    private readonly OciRegistryClientProvider _oci = new(new OciClientOptions(), TimeProvider.System, NullLoggerFactory.Instance);

    private ScanSandbox(InMemoryRegistry registry)
    {
        Registry = registry;
        Add("1.0.0", Image);
    }

    public InMemoryRegistry Registry { get; }

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.Parse("2026-06-01T00:00:00Z"));

    public LastReport Reports { get; } = new();

    public ProvenanceOptions Options { get; set; } = new();

    public TestImage Image { get; } = new ImageBuilder().WithLayer(new LayerFile("a", "amd64")).Build();

    /// <summary>What fails, as the host's client tells it; null for nothing.</summary>
    public Func<IRegistryClient, IRegistryClient>? Client { get; set; }

    /// <summary>What was asked of the registry since <see cref="Clear"/>.</summary>
    public IReadOnlyList<string> Requests =>
        [.. Registry.Log.Requests.Select(request => request.Path.Replace($"/v2/{Repository}/", "", StringComparison.Ordinal))];

    public static async Task<ScanSandbox> StartAsync(bool referrersApi = true) =>
        new(await InMemoryRegistry.StartAsync(new InMemoryRegistryOptions { ReferrersApi = referrersApi }, TestContext.Current.CancellationToken));

    public void Clear() => Registry.Log.Clear();

    public T Add<T>(string? tag, T manifest)
        where T : TestManifest
    {
        Registry.Add(Repository, tag, manifest);
        return manifest;
    }

    /// <summary>Attaches a blob as a referrer.</summary>
    public TestArtifact Attach(string mediaType, byte[] content, TestManifest? subject = null, string? artifactType = null) => Add(
        null, new ArtifactBuilder().WithType(artifactType ?? mediaType).WithFile(mediaType, content).WithSubject((subject ?? Image).Descriptor).Build());

    public TestArtifact Attach(string mediaType, string content, TestManifest? subject = null) => Attach(mediaType, Encoding.UTF8.GetBytes(content), subject);

    public static VerificationPolicy Policy(params string[] pems) => new() { Keys = [.. pems.Select(pem => new VerificationKey { Pem = pem })] };

    public ImageScanRequest Request(
        VerificationPolicy? policy = null, TestManifest? image = null, IReadOnlyList<TestImage>? platforms = null, ScanSecrets? secrets = null)
    {
        image ??= Image;
        var client = _oci.CreateClient(new RegistryClientRequest
        {
            Repository = Registry.Repository(Repository),
            Retry = new RegistryRetryOptions(TimeSpan.FromSeconds(30), 0, TimeSpan.Zero),
        });
        client = Client?.Invoke(client) ?? client;
        var platform = Platform.Parse("linux/amd64");
        PlatformManifest[] manifests = platforms is null
            ? [new PlatformManifest(platform, image.Digest)]
            : [.. platforms.Select(one => new PlatformManifest(one.Platform, one.Digest))];
        return new ImageScanRequest
        {
            Repository = Registry.Repository(Repository),
            Digest = image.Digest,
            Platform = platform,
            Platforms = manifests,
            Client = client,
            VerificationPolicy = policy,
            Secrets = secrets ?? ScanSecrets.None,
            Attachments = new RegistryAttachments(client, image.Digest, [.. manifests.Select(one => one.Digest)]),
            Reports = Reports,
            StoredSince = Time.GetUtcNow() - TimeSpan.FromHours(1),
        };
    }

    public Task<ProvenanceScanResult> ScanAsync(VerificationPolicy? policy = null) => ScanAsync(Request(policy));

    /// <summary>Scans, and keeps the report as the host does.</summary>
    public async Task<ProvenanceScanResult> ScanAsync(ImageScanRequest request)
    {
        var scanner = new ProvenanceScanner(
            new AttachmentLister(Time), new PolicyReader(new TrustedRoots()), new EvidenceJudge(new SlsaLevels(new TrustedBuilders(Options.TrustedBuilders))),
            Options, NullLogger<ProvenanceScanner>.Instance);
        var result = (ProvenanceScanResult)await scanner.ScanAsync(request, TestContext.Current.CancellationToken);
        Reports.Report = new ImageReport { Created = Time.GetUtcNow(), Documents = result.Documents };
        return result;
    }

    public async ValueTask DisposeAsync()
    {
        _oci.Dispose();
        await Registry.DisposeAsync();
    }
}

/// <summary>The report store, with one report.</summary>
internal sealed class LastReport : IImageReports
{
    public ImageReport? Report { get; set; }

    public Task<ImageReport?> FindAsync(ScannerKind kind, string scanner, CancellationToken cancellationToken) => Task.FromResult(Report);

    public Task<RegistryOperator.Abstractions.Sboms.Sbom?> FindSbomAsync(CancellationToken cancellationToken) =>
        Task.FromResult<RegistryOperator.Abstractions.Sboms.Sbom?>(null);
}
