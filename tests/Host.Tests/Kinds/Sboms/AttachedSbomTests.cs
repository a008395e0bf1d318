using Microsoft.Extensions.Logging.Abstractions;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Attachments;
using RegistryOperator.Host.Kinds.Sboms;
using RegistryOperator.Host.Tests.Scans;
using RegistryOperator.Oci;
using RegistryOperator.Oci.Client;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Host.Tests.Kinds.Sboms;

public sealed class AttachedSbomTests : IAsyncLifetime
{
    private const string Repository = "team/app";
    private const int MaximumReferrers = 50;
    private const string Spdx = """{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"x","packages":[]}""";

    private readonly OciRegistryClientProvider _oci = new(new OciClientOptions(), TimeProvider.System, NullLoggerFactory.Instance);
    private readonly TestManifest _image = new ImageBuilder().Build();
    private readonly List<string> _passedOver = [];
    private InMemoryRegistry _registry = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _registry = await InMemoryRegistry.StartAsync(Cancel);
        _registry.Add(Repository, "1.0.0", _image);
    }

    public async ValueTask DisposeAsync()
    {
        _oci.Dispose();
        await _registry.DisposeAsync();
    }

    [Fact]
    public async Task Find_SbomAttached_IsTheResult()
    {
        Attach(SbomMediaTypes.CycloneDxJson, ScanParts.CycloneDx("openssl"));

        var result = await FindAsync(SbomFormat.CycloneDxJson);

        (result!.Result, result.Method).ShouldBe(("Attached", ScanMethods.Attached));
        result.Documents.ShouldHaveSingleItem().MediaType.ShouldBe(SbomMediaTypes.CycloneDxJson);
        System.Text.Encoding.UTF8.GetString(result.Documents[0].Content.Span).ShouldBe(ScanParts.CycloneDx("openssl"));
    }

    [Theory]
    [InlineData(SbomFormat.SpdxJson, SbomMediaTypes.SpdxJson)]
    [InlineData(SbomFormat.CycloneDxJson, SbomMediaTypes.CycloneDxJson)]
    public async Task Find_SeveralFormats_IsTheOneAskedFor(string format, string expected)
    {
        Attach(SbomMediaTypes.CycloneDxJson, ScanParts.CycloneDx("openssl"));
        Attach(SbomMediaTypes.SpdxJson, Spdx);
        Attach(SbomMediaTypes.CycloneDxJson, ScanParts.CycloneDx("other"));

        (await FindAsync(format))!.Documents[0].MediaType.ShouldBe(expected);
    }

    [Fact]
    public async Task Find_OnlyAnotherFormat_IsThat()
    {
        Attach(SbomMediaTypes.SpdxJson, Spdx);

        (await FindAsync(SbomFormat.SyftJson))!.Documents[0].MediaType.ShouldBe(SbomMediaTypes.SpdxJson);
    }

    [Fact]
    public async Task Find_NothingOrOtherThings_IsNone()
    {
        (await FindAsync()).ShouldBeNull();
        Attach("text/plain", "signature");
        Attach("application/json", Spdx);

        (await FindAsync()).ShouldBeNull();
        _passedOver.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(SbomFormat.CycloneDxJson)]
    [InlineData(SbomFormat.SyftJson)]
    public async Task Find_UnreadableDocument_IsPassedOverAndTold(string format)
    {
        Attach(SbomMediaTypes.CycloneDxJson, "{}");
        Attach(SbomMediaTypes.SpdxJson, Spdx);

        (await FindAsync(format))!.Documents[0].MediaType.ShouldBe(SbomMediaTypes.SpdxJson);
        _passedOver.ShouldHaveSingleItem().ShouldContain("CycloneDX");
    }

    [Fact]
    public async Task Find_NothingButUnreadable_IsNone()
    {
        Attach(SbomMediaTypes.CycloneDxJson, "{}");

        (await FindAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Find_DocumentBesideOthersInOneManifest_IsFound()
    {
        _registry.Add(
            Repository, null,
            new ArtifactBuilder().WithFile("text/plain", "readme").WithFile(SbomMediaTypes.SpdxJson, Spdx).WithSubject(_image.Descriptor).Build());

        (await FindAsync()).ShouldNotBeNull();
    }

    [Theory]
    [InlineData(64 * 1024 * 1024, true)]
    [InlineData((64 * 1024 * 1024) + 1, false)]
    public async Task Find_LargeDocument_IsTakenUpToALimitAndElsePassedOver(long size, bool taken)
    {
        var client = new SizedClient(Client(), size);
        Attach(SbomMediaTypes.SpdxJson, Spdx);

        var found = await AttachedSbom.FindAsync(ScanParts.Request(client, _image.Descriptor.Digest), (_, reason) => _passedOver.Add(reason), Cancel);

        (found is not null).ShouldBe(taken);
        _passedOver.Count.ShouldBe(taken ? 0 : 1);
    }

    [Theory]
    [InlineData(MaximumReferrers - 1)]
    [InlineData(MaximumReferrers + 10)]
    public async Task Find_ManyReferrersOfAnotherKind_HideNone(int before)
    {
        var client = new OrderedClient(
            Client(), [.. Enumerable.Range(0, before).Select(number => Attach("text/plain", $"{number}")), Attach(SbomMediaTypes.SpdxJson, Spdx)]);

        var result = await AttachedSbom.FindAsync(ScanParts.Request(client, _image.Descriptor.Digest), (_, _) => { }, Cancel);

        result.ShouldNotBeNull();
        _registry.Log.Requests.Count(request => request.Path.Contains("/manifests/sha256", StringComparison.Ordinal))
            .ShouldBeLessThanOrEqualTo(MaximumReferrers + 1);
    }

    [Fact]
    public async Task Find_RegistryFails_SaysSo()
    {
        Attach(SbomMediaTypes.SpdxJson, Spdx);
        using var fault = _registry.Inject(Faults.Status(403).OnBlobs());

        (await Should.ThrowAsync<RegistryException>(FindAsync())).Kind.ShouldBe(RegistryErrorKind.Denied);
    }

    [Fact]
    public async Task Find_ReferrerThatIsNoManifest_IsNotRead()
    {
        var client = new OrderedClient(
            Client(), [new Descriptor { MediaType = "text/plain", Digest = ScanParts.DigestOf("gone"), Size = 4 }, Attach(SbomMediaTypes.SpdxJson, Spdx)]);

        (await AttachedSbom.FindAsync(ScanParts.Request(client, _image.Descriptor.Digest), (_, _) => { }, Cancel)).ShouldNotBeNull();
    }

    [Theory]
    [InlineData("text/spdx+json", null, true)]
    [InlineData("spdx+json", "all", true)]
    [InlineData(SbomMediaTypes.SpdxJson, "", true)]
    [InlineData(SbomMediaTypes.SpdxJson, "layer=sha256:0", false)]
    [InlineData("text/spdx", null, false)]
    public async Task Find_CosignsTag_IsTakenWhereItIsOfTheWholeImage(string mediaType, string? scope, bool isFound)
    {
        var annotations = scope is null ? null : new Dictionary<string, string> { ["dev.sigstore.sbom.scope"] = scope };
        var content = System.Text.Encoding.UTF8.GetBytes(Spdx);
        AddTag(".sbom", new ArtifactBuilder().WithConfig(MediaTypes.OciImageConfig, "{}").WithFile(mediaType, content, annotations).Build());

        var result = await FindAsync(Tags(".sbom"));

        (result?.Documents[0].MediaType).ShouldBe(isFound ? SbomMediaTypes.SpdxJson : null);
    }

    [Fact]
    public async Task Find_ReferrerAndCosignsTag_IsTheReferrer()
    {
        AddTag(".sbom", new ArtifactBuilder().WithFile(SbomMediaTypes.SpdxJson, Spdx).Build());
        Attach(SbomMediaTypes.SpdxJson, Spdx.Replace("\"x\"", "\"referrer\"", StringComparison.Ordinal));

        System.Text.Encoding.UTF8.GetString((await FindAsync(Tags(".sbom")))!.Documents[0].Content.Span).ShouldContain("referrer");
    }

    [Theory]
    [InlineData(".sig")]
    [InlineData(".att")]
    public async Task Find_CosignsOtherTags_AreNone(string suffix)
    {
        AddTag(suffix, new ArtifactBuilder().WithFile(SbomMediaTypes.SpdxJson, Spdx).Build());

        (await FindAsync(Tags(suffix))).ShouldBeNull();
    }

    [Fact]
    public async Task Find_AttestationOrSbomOfTheIndex_IsNone()
    {
        var platform = new ImageBuilder().WithLayer(new LayerFile("a", "b")).Build();
        var index = new IndexBuilder().WithImage(platform).WithAttestation(platform, "https://spdx.dev/Document", Spdx).Build();
        _registry.Add(Repository, "2.0.0", index);
        _registry.Add(Repository, null, new ArtifactBuilder().WithFile(SbomMediaTypes.SpdxJson, Spdx).WithSubject(index.Descriptor).Build());

        var attachments = new RoundAttachments(Client(), []).Of(index.Digest, [platform.Digest]);
        var request = ScanParts.Request(Client(), platform.Digest) with { Attachments = attachments };
        (await AttachedSbom.FindAsync(request, (_, _) => { }, Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task Find_HostDoesNotLook_IsNone()
    {
        Attach(SbomMediaTypes.SpdxJson, Spdx);

        (await AttachedSbom.FindAsync(ScanParts.Request(Client(), _image.Digest) with { Attachments = null }, (_, _) => { }, Cancel)).ShouldBeNull();
        _registry.RequestCount.ShouldBe(0);
    }

    [Theory]
    [InlineData(500, true, true)] // may be another SBOM than the one before
    [InlineData(500, false, true)]
    [InlineData(403, true, false)]
    [InlineData(403, false, true)] // nothing was found, and not everything looked at
    public async Task Find_ReferrersCantBeListed_TakesWhatIsElsewhereUnlessThatPasses(int status, bool isTagged, bool fails)
    {
        if (isTagged) AddTag(".sbom", new ArtifactBuilder().WithFile(SbomMediaTypes.SpdxJson, Spdx).Build());
        using var fault = _registry.Inject(Faults.Status(status).OnReferrers());

        var find = FindAsync(Tags(".sbom"));

        if (fails) (await Should.ThrowAsync<RegistryException>(find)).StatusCode.ShouldBe((System.Net.HttpStatusCode)status);
        else (await find).ShouldNotBeNull();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Find_ReferrerWhoseManifestIsGone_IsPassedOver(bool hasType)
    {
        var artifact = new ArtifactBuilder().WithFile(SbomMediaTypes.SpdxJson, Spdx).WithSubject(_image.Descriptor);
        var gone = (hasType ? artifact.WithType(SbomMediaTypes.SpdxJson) : artifact).Build();
        _registry.Add(Repository, null, gone);
        using var fault = _registry.Inject(Faults.Status(404, "MANIFEST_UNKNOWN").OnPath(gone.Digest.ToString()));

        (await FindAsync()).ShouldBeNull();
        _passedOver.Count.ShouldBe(hasType ? 1 : 0);
    }

    private void AddTag(string suffix, TestManifest manifest) => _registry.Add(Repository, $"sha256-{_image.Digest.Encoded}{suffix}", manifest);

    private string[] Tags(string suffix) => [$"sha256-{_image.Digest.Encoded}{suffix}"];

    private Task<ImageScanResult?> FindAsync(string[] tags)
    {
        var client = Client();
        var request = ScanParts.Request(client, _image.Digest) with { Attachments = new RoundAttachments(client, tags).Of(_image.Digest, [_image.Digest]) };
        return AttachedSbom.FindAsync(request, (_, reason) => _passedOver.Add(reason), Cancel);
    }

    private Task<ImageScanResult?> FindAsync(string format = SbomFormat.SyftJson) =>
        AttachedSbom.FindAsync(ScanParts.Request(Client(), _image.Descriptor.Digest, format), (_, reason) => _passedOver.Add(reason), Cancel);

    private IRegistryClient Client() => _oci.CreateClient(new RegistryClientRequest
    {
        Repository = _registry.Repository(Repository),
        Retry = new RegistryRetryOptions(TimeSpan.FromSeconds(30), 0, TimeSpan.Zero),
    });

    private Descriptor Attach(string mediaType, string content)
    {
        var artifact = new ArtifactBuilder().WithType(mediaType).WithFile(mediaType, content).WithSubject(_image.Descriptor).Build();
        _registry.Add(Repository, null, artifact);
        return artifact.Descriptor;
    }

    /// <summary>Names the referrers in the order of the test; no registry promises one.</summary>
    private sealed class OrderedClient(IRegistryClient client, IReadOnlyList<Descriptor> referrers) : Forwarding(client)
    {
        public override async IAsyncEnumerable<Descriptor> ListReferrersAsync(
            Digest subject, string? artifactType, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.Yield();
            foreach (var referrer in referrers) yield return referrer;
        }
    }

    /// <summary>Says that documents are this large, without making them so.</summary>
    private sealed class SizedClient(IRegistryClient client, long size) : Forwarding(client)
    {
        public override Task<ReadOnlyMemory<byte>> ReadBlobAsync(Descriptor blob, long maximumSize, CancellationToken cancellationToken) =>
            size > maximumSize
                ? throw new RegistryException(RegistryErrorKind.TooLarge, "too large")
                : base.ReadBlobAsync(blob, maximumSize, cancellationToken);
    }

    private abstract class Forwarding(IRegistryClient client) : IRegistryClient
    {
        public RepositoryReference Repository => client.Repository;

        public IAsyncEnumerable<string> ListTagsAsync(CancellationToken cancellationToken) => client.ListTagsAsync(cancellationToken);

        public Task<Descriptor> ResolveAsync(string reference, CancellationToken cancellationToken) => client.ResolveAsync(reference, cancellationToken);

        public Task<Manifest> GetManifestAsync(string reference, CancellationToken cancellationToken) => client.GetManifestAsync(reference, cancellationToken);

        public virtual Task<ReadOnlyMemory<byte>> ReadBlobAsync(Descriptor blob, long maximumSize, CancellationToken cancellationToken) =>
            client.ReadBlobAsync(blob, maximumSize, cancellationToken);

        public Task<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken) => client.OpenBlobAsync(blob, cancellationToken);

        public virtual IAsyncEnumerable<Descriptor> ListReferrersAsync(Digest subject, string? artifactType, CancellationToken cancellationToken) =>
            client.ListReferrersAsync(subject, artifactType, cancellationToken);
    }
}
