using NSubstitute;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Budgets;
using RegistryOperator.Host.Images;
using RegistryOperator.Testing.Images;

namespace RegistryOperator.Host.Tests.Images;

/// <summary>Images with a document that takes a multiple of what usual ones take: few are read at the same time, and none delays the usual ones.</summary>
public sealed class LargeDocumentTests : IAsyncLifetime
{
    private InspectionSandbox _sandbox = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _sandbox = await InspectionSandbox.StartAsync();

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Theory]
    [InlineData("manifest")]
    [InlineData("configuration")]
    public async Task Inspect_LargeDocument_WaitsForAPlaceAndHoldsUpNoSmallOne(string large)
    {
        var budget = new ReadingBudget();
        PushLarge("large", large);
        _sandbox.Push("small");
        var inspector = Inspector(budget, _sandbox.Client);
        using var first = await budget.EnterAsync("x", isLarge: true, Cancel);
        var second = await budget.EnterAsync("y", isLarge: true, Cancel);

        var waiting = inspector.InspectAsync(VersionedTag.Read("large"), Cancel);
        (await inspector.InspectAsync(VersionedTag.Read("small"), Cancel)).Details.ShouldNotBeNull();
        waiting.IsCompleted.ShouldBeFalse();

        second.Dispose();
        (await waiting).Details.ShouldNotBeNull().Config!.LayerCount.ShouldBe(0);
    }

    [Fact]
    public async Task Inspect_LargeConfiguration_CostsNoRequestMore()
    {
        var image = PushLarge("1.0.0", "configuration");

        (await _sandbox.InspectAsync("1.0.0")).Details.ShouldNotBeNull();

        _sandbox.TakeRequests().ShouldBe(["GET manifests/1.0.0", $"GET blobs/{image}"]);
    }

    [Fact]
    public async Task Inspect_LargeManifestsOfManyTagsAtTheSameTime_AreAllRead()
    {
        for (var i = 0; i < 8; i++) PushLarge($"t{i}", i % 2 == 0 ? "manifest" : "configuration");
        PushLarge("same", "manifest");

        var images = await _sandbox.InspectAllAsync(["same", .. Enumerable.Range(0, 8).Select(i => $"t{i}")], concurrency: 9);

        images.ShouldAllBe(image => image.Details != null && image.Reason == null);
    }

    [Theory]
    [InlineData(ReadingBudget.SmallDocument, true)]
    [InlineData(ReadingBudget.SmallDocument + 1, false)]
    [InlineData(0, false)] // it does not say
    public async Task Inspect_PluginsClient_IsAskedForTheSizeFirst(long size, bool isSmall)
    {
        var client = Substitute.For<IRegistryClient>();
        client.Repository.Returns(_sandbox.Client.Repository);
        client.ResolveAsync("1.0.0", Arg.Any<CancellationToken>())
            .Returns(new Descriptor { MediaType = MediaTypes.OciManifest, Digest = Digest.Compute("x"u8), Size = size });
        client.GetManifestAsync("1.0.0", Arg.Any<CancellationToken>())
            .Returns(new Manifest { MediaType = MediaTypes.DockerManifestSchema1, Digest = Digest.Compute("x"u8), Content = "{}"u8.ToArray() });
        var budget = new ReadingBudget();
        using var first = await budget.EnterAsync("x", isLarge: true, Cancel);
        var second = await budget.EnterAsync("y", isLarge: true, Cancel);

        var inspected = Inspector(budget, client).InspectAsync(VersionedTag.Read("1.0.0"), Cancel);

        inspected.IsCompleted.ShouldBe(isSmall);
        second.Dispose();
        await inspected;
        await client.Received(1).GetManifestAsync("1.0.0", Arg.Any<CancellationToken>());
    }

    [Fact]
    public async Task Inspect_NoMemoryForDetails_IsTheTagsReasonUntilThereIs()
    {
        _sandbox.Push("1.0.0");
        var budget = new ReadingBudget(bytes: 6000);
        using var other = budget.Open("other");
        other.TryTake(5000).ShouldBeTrue();

        var image = await Inspector(budget, _sandbox.Client).InspectAsync(VersionedTag.Read("1.0.0"), Cancel);
        (image.IsRead, image.Reason).ShouldBe((false, RoundFailure.Busy));
        image.Digest.ShouldNotBeNull();

        other.Dispose();
        (await Inspector(budget, _sandbox.Client).InspectAsync(VersionedTag.Read("1.0.0"), Cancel)).Details.ShouldNotBeNull();
    }

    [Fact]
    public async Task Inspect_OutOfMemory_IsNoReasonOfOneTag()
    {
        var client = Substitute.For<IRegistryClient>();
        client.Repository.Returns(_sandbox.Client.Repository);
        client.GetManifestAsync(Arg.Any<string>(), Arg.Any<CancellationToken>())
            .Returns(Task.FromException<Manifest>(new InsufficientMemoryException()));

        await Should.ThrowAsync<OutOfMemoryException>(
            _sandbox.Pool(concurrency: 3, client: client).InspectAsync([.. Enumerable.Range(0, 9).Select(i => VersionedTag.Read($"t{i}"))], Cancel));

        RoundFailure.Known(new InsufficientMemoryException()).ShouldNotBeNull().Reason.ShouldBe("OutOfMemory");
    }

    private ImageInspector Inspector(ReadingBudget budget, IRegistryClient client) =>
        new(client, _sandbox.Opened(client), _sandbox.Cache, _sandbox.Known, _sandbox.Log, budget: budget, share: budget.Open(""));

    /// <returns>The digest of its configuration.</returns>
    private Digest PushLarge(string tag, string large)
    {
        var padding = new string('x', ReadingBudget.SmallDocument);
        var configuration = System.Text.Encoding.UTF8.GetBytes(
            $$"""{"os":"linux","architecture":"amd64","author":"{{tag}}{{(large == "configuration" ? padding : "")}}"}""");
        var manifest = $$$"""
            {"schemaVersion":2,"mediaType":"{{{MediaTypes.OciManifest}}}","layers":[],
            "config":{"mediaType":"{{{MediaTypes.OciImageConfig}}}","digest":"{{{Digest.Compute(configuration)}}}","size":{{{configuration.Length}}}},
            "annotations":{"filler":"{{{(large == "manifest" ? padding : "")}}}"}}
            """;
        _sandbox.Push(tag, new TestManifest(
            MediaTypes.OciManifest, System.Text.Encoding.UTF8.GetBytes(manifest), [new TestBlob(MediaTypes.OciImageConfig, configuration)]));
        return Digest.Compute(configuration);
    }
}
