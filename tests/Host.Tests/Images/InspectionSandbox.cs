using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Host.Tests.Scans;
using RegistryOperator.Host.Tests.Support;
using RegistryOperator.Kubernetes.Resources;
using RegistryOperator.Oci;
using RegistryOperator.Oci.Client;
using RegistryOperator.Oci.Network;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Host.Tests.Images;

/// <summary>One repository in a real registry of the test's own, and what reads its images: the one place that makes the classes under test.</summary>
internal sealed class InspectionSandbox : IAsyncDisposable
{
    public const string Repository = "shop/api";

    private readonly OciRegistryClientProvider _oci = new(new OciClientOptions { MaximumConcurrency = 64 }, TimeProvider.System, NullLoggerFactory.Instance);
    private readonly RoundMemory.Entry _memory = new();
    private ImageInspector? _inspector;

    private InspectionSandbox(InMemoryRegistry registry, ImageCache cache)
    {
        Registry = registry;
        Cache = cache;
        Client = _oci.CreateClient(new RegistryClientRequest
        {
            Repository = registry.Repository(Repository),
            Retry = new RegistryRetryOptions(TimeSpan.FromSeconds(30), 0, TimeSpan.Zero),
        });
    }

    public InMemoryRegistry Registry { get; }

    public ImageCache Cache { get; }

    public IRegistryClient Client { get; }

    /// <summary>What earlier rounds know.</summary>
    public Dictionary<string, KnownImage> Known { get; } = new(StringComparer.Ordinal);

    /// <summary>Time of whole scans; it moves only when a test moves it.</summary>
    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));

    /// <summary>Faults that were logged.</summary>
    public MessageLog Log { get; } = new();

    /// <summary>What the registry was asked since the last look, e.g. <c>HEAD manifests/1.0.0</c>.</summary>
    public IReadOnlyList<string> TakeRequests()
    {
        var prefix = $"/v2/{Repository}/";
        string[] requests = [.. Registry.Log.Requests.Select(request => $"{request.Method} {request.Path.Replace(prefix, "", StringComparison.Ordinal)}")];
        Registry.Log.Clear();
        return requests;
    }

    public static async Task<InspectionSandbox> StartAsync(ImageCache? cache = null) =>
        new(await InMemoryRegistry.StartAsync(TestContext.Current.CancellationToken), cache ?? new ImageCache());

    /// <summary>An image of which there is only one: its label is its name.</summary>
    public static TestImage Image(string name, DateTimeOffset? created = null, string platform = "linux/amd64") =>
        new ImageBuilder().WithLabel("name", name).WithCreated(created).WithPlatform(platform).Build();

    /// <summary>The access with which rounds read.</summary>
    public OpenedRegistry Opened(IRegistryClient? client = null) =>
        new(client ?? Client, RegistryCredential.Anonymous, TransportSecurity.Default, TestPolicy.Offline, Rights);

    /// <summary>What accesses have shown.</summary>
    public ReadRights Rights { get; } = new();

    public static CircuitBreakingClient Breaker(IRegistryClient client, int concurrency = 1) => new(client, concurrency);

    public T Push<T>(string tag, T manifest)
        where T : TestManifest
    {
        Registry.Add(Repository, tag, manifest);
        return manifest;
    }

    public TestImage Push(string tag) => Push(tag, Image(tag));

    /// <summary>An inspector of a new round.</summary>
    public ImageInspector NewRound(IRegistryClient? client = null) => _inspector = new ImageInspector(client ?? Client, Opened(client), Cache, Known, Log);

    /// <summary>Inspects in the round that was begun last.</summary>
    public Task<InspectedImage> InspectAsync(string tag, CancellationToken? cancellationToken = null) =>
        (_inspector ?? NewRound()).InspectAsync(VersionedTag.Read(tag), cancellationToken ?? TestContext.Current.CancellationToken);

    /// <summary>Inspects in a new round, and remembers what was found for the next.</summary>
    public async Task<InspectedImage> InspectAndRememberAsync(string tag)
    {
        NewRound();
        var image = await InspectAsync(tag);
        if (image.Digest is { } digest) Known[tag] = new KnownImage(digest, Time.GetUtcNow(), image.Details);
        return image;
    }

    public InspectionPool Pool(
        int concurrency = 1, Action? inspected = null, IRegistryClient? client = null, ImageDocuments? documents = null) =>
        new(Opened(client), Cache, Known, concurrency, Log, inspected, documents);

    public async Task<InspectedImage[]> InspectAllAsync(IEnumerable<string> tags, int concurrency = 1) =>
        await Pool(concurrency).InspectAsync([.. tags.Select(VersionedTag.Read)], TestContext.Current.CancellationToken);

    /// <summary>A whole scan of the repository, as the operator does it.</summary>
    public async Task<RegistryStatus> ScanAsync(
        RegistryStatus? before, string sortBy, int limit, int concurrency = 1, int maximumStatusBytes = StatusBudget.DefaultMaximumBytes,
        RoundMemory.Entry? memory = null, IRoundProgress? progress = null)
    {
        var scan = new ResourceRound(
            ScanParts.Kinds, new RegistryAccess([_oci], [], OutboundPolicy.Default), new ImageCache(), scanning: null,
            new ImageRecords(null, NullLogger<ImageRecords>.Instance),
            new StatusBudget(ScanParts.Kinds, maximumStatusBytes), SecretRules.Default, Time, NullLogger<ResourceRound>.Instance);
        var resource = new RegistryResource
        {
            Metadata = new ObjectMeta { Namespace = "shop", Name = "api", Uid = "1", Generation = 1 },
            Spec = new RegistrySpec
            {
                Url = Registry.Url.GetLeftPart(UriPartial.Authority),
                Repository = Repository,
                ScanConfig = new ScanConfigSpec { RetryAttempts = 0, Concurrency = concurrency },
                TagFilter = new TagFilterSpec { SortBy = sortBy, Limit = limit },
            },
            Status = before,
        };
        return (await scan.RunAsync(resource, new NoSecrets(), memory ?? _memory, progress, null, TestContext.Current.CancellationToken)).Status;
    }

    public async ValueTask DisposeAsync()
    {
        await Registry.DisposeAsync();
        _oci.Dispose();
    }

    private sealed class NoSecrets : ISecretSource
    {
        public Task<IReadOnlyList<string>?> GetPullSecretsAsync(string @namespace, string serviceAccount, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<string>?>(null);

        public Task<CredentialSecret?> GetSecretAsync(string @namespace, string name, CancellationToken cancellationToken) =>
            Task.FromResult<CredentialSecret?>(null);
    }
}

/// <summary>Details for tests of what is done with them.</summary>
internal static class SampleDetails
{
    public static ImageDetails Image(DateTimeOffset? created = null) => new()
    {
        MediaType = MediaTypes.OciManifest,
        Size = 10,
        Platforms = ["linux/amd64"],
        Config = new ImageConfigStatus { User = "app" },
        Created = created,
    };

    public static ImageDetails NoImage() => new() { MediaType = MediaTypes.OciManifest, Reason = ScanReasons.NotAnImage, Message = "A chart." };
}
