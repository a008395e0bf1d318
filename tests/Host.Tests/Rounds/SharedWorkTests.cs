using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Host.Scans.Execution;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Host.Scans.Planning;
using RegistryOperator.Host.Sources.Manifests;
using RegistryOperator.Host.Tests.Scans;
using RegistryOperator.Host.Tests.Support;
using RegistryOperator.Kubernetes.Resources;
using RegistryOperator.Oci;
using RegistryOperator.Oci.Client;
using RegistryOperator.Reports;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;
using RegistryOperator.Tests.ReportStores;

namespace RegistryOperator.Host.Tests.Rounds;

/// <summary>Two resources of two namespaces in one process: whoever names another's digest is shown nothing of it that his own access can't read.</summary>
public sealed class SharedWorkTests : IAsyncLifetime
{
    private const string Private = "victim/app";
    private const string Own = "stranger/app";

    private readonly ReportSandbox _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly OciRegistryClientProvider _oci;
    /// <summary>Reads the image, as a tool does.</summary>
    private readonly FakeScanner _scanner = new(async (request, token) =>
    {
        await request.Client.GetManifestAsync(request.Digest.ToString(), token);
        return new ImageScanResult { Result = $"of {request.Repository.Repository}" };
    });

    private readonly TestImage _image = new ImageBuilder().WithLabel("secret", "of the victim").WithPlatform("linux/arm64").Build();
    private readonly TestImage _decoy = new ImageBuilder().WithLabel("name", "decoy").Build();
    private InMemoryRegistry _registry = null!;
    private InMemoryRegistry _other = null!;
    private IReportStore _store = null!;
    private ScanExecutor _executor = null!;
    private ResourceRound _round = null!;

    public SharedWorkTests() => _oci = new OciRegistryClientProvider(new OciClientOptions(), _time, NullLoggerFactory.Instance);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private TestManifest Index => new IndexBuilder().WithImage(_decoy).WithImage(_image).Build();

    public async ValueTask InitializeAsync()
    {
        _registry = await InMemoryRegistry.StartAsync(Cancel);
        _other = await InMemoryRegistry.StartAsync(Cancel);
        _store = await _folder.OpenAsync();
        Start(isShared: false);
    }

    public async ValueTask DisposeAsync()
    {
        await _executor.DisposeAsync();
        _oci.Dispose();
        await _folder.DisposeAsync();
        await _registry.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Theory]
    [InlineData(false, "single")] // his own index of another registry names the digest
    [InlineData(true, "single")] // his own index in another repository of the same registry does
    [InlineData(true, "index")] // he has the very same index there, without what it names
    public async Task Round_DigestThatOnlyAnIndexNames_ShowsNothingOfIt(bool sameRegistry, string victims)
    {
        if (victims == "index") _registry.Add(Private, "prod", Index);
        else _registry.Add(Private, "prod", _image);
        var registry = sameRegistry ? _registry : _other;
        registry.Add(Own, "v1", Index);
        var stranger = Resource("stranger", registry, Own);
        var victim = await ScanAsync(Resource("victim", _registry, Private));
        victim.Scans["fake"].Result.ShouldBe($"of {Private}");

        using var sparse = registry.Inject(Faults.Status(404, "MANIFEST_UNKNOWN").OnPath($"/{Own}/manifests/{_image.Digest}"));
        // Again and again: neither what is cached nor what is stored reaches him.
        for (var i = 0; i < 3; i++)
        {
            var image = await ScanAsync(stranger);
            (image.Scans.GetValueOrDefault("fake")?.Result, image.Scans.GetValueOrDefault("fake")?.Summary.Count ?? 0).ShouldBe((null, 0));
            (image.Config?.Labels.ContainsKey("secret") ?? false).ShouldBeFalse();
            (image.Scans.GetValueOrDefault("fake")?.Reason ?? image.Reason).ShouldBe(ScanReasons.NotFound);
        }

        (await _store.FindUsesAsync(new ResourceName("stranger", "app"), Cancel)).ShouldBeEmpty();
        var shown = await _store.FindUsedAsync([_image.Digest], Cancel);
        shown.ShouldAllBe(used => used.Resources.SequenceEqual(new[] { new ResourceName("victim", "app") }));
    }

    [Fact]
    public async Task Round_DigestThatTheOwnAccessCanRead_IsSharedForOneHead()
    {
        _registry.Add(Private, "prod", _image);
        _registry.Add(Own, "v1", Index);
        await ScanAsync(Resource("victim", _registry, Private));
        _registry.Log.Clear();

        var image = await ScanAsync(Resource("stranger", _registry, Own));
        image.Scans["fake"].Result.ShouldBe($"of {Private}");
        await ScanAsync(Resource("stranger", _registry, Own));

        _scanner.Calls.ShouldBe(1);
        _registry.Log.Requests.Count(request => request.Method == "HEAD" && request.Path.EndsWith(_image.Digest.ToString(), StringComparison.Ordinal))
            .ShouldBeLessThanOrEqualTo(1);
    }

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 1)]
    public async Task Round_SameImageInAnotherRegistry_IsSharedWhereTheInstallationSaysSo(bool isShared, int scans)
    {
        Start(isShared);
        _registry.Add(Private, "prod", _image);
        _other.Add(Own, "v1", _image);
        await ScanAsync(Resource("victim", _registry, Private));

        (await ScanAsync(Resource("stranger", _other, Own))).Scans["fake"].Result.ShouldBe(isShared ? $"of {Private}" : $"of {Own}");

        _scanner.Calls.ShouldBe(scans);
    }

    [Fact]
    public async Task Round_StatusThatOthersWrote_IsShownToNoOtherResource()
    {
        _registry.Add(Private, "prod", _image);
        var forged = new ImageStatus
        {
            Tag = "prod",
            Digest = _image.Digest.ToString(),
            MediaType = MediaTypes.OciManifest,
            Config = new ImageConfigStatus { User = "forged" },
        };
        var stranger = Resource("stranger", _registry, Private) with { Status = new RegistryStatus { Images = [forged] } };
        await _round.RunAsync(stranger, new ManifestSecrets([]), new RoundMemory.Entry(), null, null, Cancel);

        (await ScanAsync(Resource("victim", _registry, Private))).Config!.User.ShouldNotBe("forged");
    }

    private static RegistryResource Resource(string space, InMemoryRegistry registry, string repository) => new()
    {
        Metadata = new ObjectMeta { Namespace = space, Name = "app", Uid = space, Generation = 1 },
        Spec = new RegistrySpec
        {
            Url = registry.Url.GetLeftPart(UriPartial.Authority),
            Repository = repository,
            Platforms = ["linux/arm64"],
            ScanConfig = new ScanConfigSpec { RetryAttempts = 0, Concurrency = 1 },
            Scanners = [new CustomScannerSpec { Name = "fake", Interval = 3600 }],
        },
    };

    private async Task<ImageStatus> ScanAsync(RegistryResource resource) =>
        (await _round.RunAsync(resource, new ManifestSecrets([]), new RoundMemory.Entry(), null, null, Cancel)).Status.Images.ShouldHaveSingleItem();

    private void Start(bool isShared)
    {
        var directory = ScanParts.Directory(_time, NullLogger<ScannerDirectory>.Instance, _scanner.Guarded(_time));
        _executor = new ScanExecutor(ScanParts.Kinds, directory, _store, new ScanSettings(), _time, NullLogger<ScanExecutor>.Instance);
        _round = new ResourceRound(
            ScanParts.Kinds, new RegistryAccess([_oci], [], TestPolicy.Offline, isShared), new ImageCache(),
            ScanParts.Scanning(directory, _executor, _store, _time),
            new ImageRecords(_store, NullLogger<ImageRecords>.Instance), new StatusBudget(ScanParts.Kinds), SecretRules.Default, _time,
            NullLogger<ResourceRound>.Instance);
    }
}
