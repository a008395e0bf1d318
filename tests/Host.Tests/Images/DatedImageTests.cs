using NSubstitute;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Tests.Support;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Host.Tests.Images;

/// <summary>When images were created, and what finding that out costs.</summary>
public sealed class DatedImageTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Created = new(2025, 5, 1, 10, 0, 0, TimeSpan.Zero);
    private InspectionSandbox _sandbox = null!;

    public async ValueTask InitializeAsync() => _sandbox = await InspectionSandbox.StartAsync();

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Fact]
    public async Task Date_IndexThatSaysWhen_CostsTheIndexAlone()
    {
        var image = InspectionSandbox.Image("amd64");
        var index = _sandbox.Push("1.0.0", Index(image, "2025-05-01T10:00:00Z"));
        var inspector = _sandbox.NewRound();

        var dated = await inspector.DateAsync(Wanted("1.0.0"), TestContext.Current.CancellationToken);

        (dated.Created, dated.Digest, dated.IsGlance, dated.IsImage).ShouldBe((Created, index.Digest, true, true));
        _sandbox.TakeRequests().ShouldBe(["GET manifests/1.0.0"]);

        (await _sandbox.InspectAsync("1.0.0")).Details.ShouldNotBeNull();
        _sandbox.TakeRequests().ShouldBe([$"GET manifests/{image.Digest}", $"GET blobs/{image.Config.Digest}"]);
    }

    [Theory]
    [InlineData("1980-01-01T00:00:01Z")]
    [InlineData("yesterday")]
    [InlineData("")]
    public async Task Date_IndexWithoutACredibleTime_IsReadFurther(string created)
    {
        _sandbox.Push("1.0.0", Index(InspectionSandbox.Image("amd64", Created), created));

        var dated = await _sandbox.NewRound().DateAsync(Wanted("1.0.0"), TestContext.Current.CancellationToken);

        (dated.Created, dated.IsGlance).ShouldBe((Created, false));
        _sandbox.TakeRequests().Count.ShouldBe(3);
    }

    [Fact]
    public async Task Date_AliasOfAKnownImage_CostsAHead()
    {
        var index = _sandbox.Push("1.0.0", Index(InspectionSandbox.Image("amd64"), "2025-05-01T10:00:00Z"));
        _sandbox.Push("latest", index);
        var pool = _sandbox.Pool();

        // Asked for in one go, the likely alias comes last.
        var dated = await pool.DateAsync([Wanted("latest", mayBeAlias: true), Wanted("1.0.0")], TestContext.Current.CancellationToken);

        dated.Select(image => (image.Tag.Tag, image.Created)).ShouldBe([("latest", Created), ("1.0.0", Created)]);
        _sandbox.TakeRequests().ShouldBe(["GET manifests/1.0.0", "HEAD manifests/latest"]);
    }

    [Fact]
    public async Task Inspect_DatedImageThatCannotBeReadFurther_KeepsItsTime()
    {
        var image = InspectionSandbox.Image("amd64");
        _sandbox.Push("1.0.0", Index(image, "2025-05-01T10:00:00Z"));
        await _sandbox.NewRound().DateAsync(Wanted("1.0.0"), TestContext.Current.CancellationToken);
        _sandbox.Registry.RemoveBlob(InspectionSandbox.Repository, image.Config.Digest);

        var inspected = await _sandbox.InspectAsync("1.0.0");

        inspected.Reason.ShouldNotBeNull();
        (inspected.Created, inspected.IsImage).ShouldBe((Created, true));
    }

    [Fact]
    public async Task Date_OtherBytesThanAskedFor_AreNotBelieved()
    {
        var index = _sandbox.Push("1.0.0", Index(InspectionSandbox.Image("amd64"), "2025-05-01T10:00:00Z"));
        var other = Index(InspectionSandbox.Image("arm64"), "2026-01-01T10:00:00Z");
        var client = Substitute.For<IRegistryClient>();
        client.Repository.Returns(_sandbox.Client.Repository);
        client.ResolveAsync(default!, TestContext.Current.CancellationToken).ReturnsForAnyArgs(
            new Descriptor { MediaType = index.MediaType, Digest = index.Digest, Size = 1 });
        client.GetManifestAsync(default!, TestContext.Current.CancellationToken).ReturnsForAnyArgs(
            new Manifest { MediaType = index.MediaType, Digest = index.Digest, Content = other.Content });

        var dated = await _sandbox.NewRound(client).DateAsync(Wanted("1.0.0", mayBeAlias: true), TestContext.Current.CancellationToken);

        (dated.Digest, dated.Created, dated.Reason).ShouldBe((index.Digest, null, "InvalidContent"));
    }

    [Fact]
    public async Task Date_TagNamesAnImageThatOthersHaveRead_TakesItOnlyWhereItsManifestMayBeRead()
    {
        var image = InspectionSandbox.Image("amd64", Created);
        _sandbox.Push("1.0.0", Index(image, ""));
        await _sandbox.NewRound().DateAsync(Wanted("1.0.0"), TestContext.Current.CancellationToken);
        _sandbox.TakeRequests();
        using var refused = _sandbox.Registry.Inject(Faults.Status(403).OnPath($"/manifests/{image.Digest}"));

        var other = new OpenedRegistry(
            _sandbox.Client, new RegistryCredential.UsernamePassword("other", "one"), TransportSecurity.Default, TestPolicy.Offline, _sandbox.Rights);
        var inspector = new ImageInspector(_sandbox.Client, other, _sandbox.Cache, _sandbox.Known, _sandbox.Log);
        var dated = await inspector.DateAsync(Wanted("1.0.0", mayBeAlias: true), TestContext.Current.CancellationToken);

        (dated.Created, dated.Details).ShouldBe((null, null));
        dated.Reason.ShouldNotBeNull();
    }

    [Fact]
    public async Task Date_ManyLooksAtOneImage_CountOnce()
    {
        _sandbox.Push("1.0.0");
        var held = new HeldDetails(DetailLimits.SizeOf((await _sandbox.InspectAsync("1.0.0")).Details!));
        var (digest, details) = (Digest.Compute([]), (await _sandbox.InspectAsync("1.0.0")).Details!);

        for (var look = 0; look < 3; look++) held.Hold("1.0.0", digest, details)!.Config.ShouldBe(details.Config);
        held.Cut.ShouldBe(0);
        held.Hold("1.0.1", digest, details)!.Config.ShouldNotBe(details.Config);
        held.Cut.ShouldBe(1);
    }

    [Fact]
    public async Task Scan_NothingChanged_AsksForTheChosenAlone()
    {
        for (var patch = 0; patch < 40; patch++) _sandbox.Push($"1.0.{patch}", InspectionSandbox.Image($"{patch}", Created.AddDays(patch)));
        var first = await _sandbox.ScanAsync(null, TagOrders.Newest, limit: 2);
        _sandbox.TakeRequests();

        // By the status alone, as after a restart.
        var second = await _sandbox.ScanAsync(first, TagOrders.Newest, limit: 2, memory: new());

        second.Images.Select(image => image.Tag).ShouldBe(["1.0.39", "1.0.38"]);
        var requests = _sandbox.TakeRequests().Where(request => !request.Contains("tags/", StringComparison.Ordinal));
        requests.ShouldBe(["HEAD manifests/1.0.39", "HEAD manifests/1.0.38"], ignoreOrder: true);
    }

    [Fact]
    public async Task Scan_ChoiceIsOld_IsMadeAnewFromWhatIsKnown()
    {
        for (var patch = 0; patch < 40; patch++) _sandbox.Push($"1.0.{patch}", InspectionSandbox.Image($"{patch}", Created.AddDays(patch)));
        var first = await _sandbox.ScanAsync(null, TagOrders.Newest, limit: 1);
        _sandbox.Push("1.0.38", InspectionSandbox.Image("rebuilt", Created.AddDays(90)));
        (await _sandbox.ScanAsync(first, TagOrders.Newest, limit: 1)).Images[0].Tag.ShouldBe("1.0.39");
        _sandbox.Time.Advance(TimeSpan.FromHours(12));

        var later = await _sandbox.ScanAsync(first, TagOrders.Newest, limit: 1);

        later.Images[0].Tag.ShouldBe("1.0.38");
    }

    private static WantedTag Wanted(string tag, bool mayBeAlias = false) => new(VersionedTag.Read(tag), mayBeAlias);

    private static TestManifest Index(TestImage image, string created) =>
        new IndexBuilder().WithManifest(image, image.Platform, new Dictionary<string, string> { [AnnotationKeys.Created] = created }).Build();
}
