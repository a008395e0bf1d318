using RegistryOperator.Abstractions.Attachments;
using RegistryOperator.Host.Attachments;
using RegistryOperator.Testing.Images;

namespace RegistryOperator.Host.Tests.Attachments;

/// <summary>What scanners of a round share.</summary>
public sealed class RoundAttachmentsTests : IAsyncLifetime
{
    private AttachmentSandbox _sandbox = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _sandbox = await AttachmentSandbox.StartAsync();

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Fact]
    public async Task Of_SeveralScannersAtTheSameTime_ShareOneWalk()
    {
        _sandbox.Attach(_sandbox.Amd64, type: null);
        var round = new RoundAttachments(_sandbox.Client, []);
        IImageAttachments Of() => round.Of(_sandbox.Amd64.Digest, [_sandbox.Amd64.Digest]);
        _sandbox.Registry.RequestCount.ShouldBe(0);

        var lists = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Of().ListAsync(Cancel)));
        var manifests = await Task.WhenAll(lists.Select(list => Of().ReadManifestAsync(list.Attachments[0], Cancel)));

        // The list, and the manifest that its type was read from.
        _sandbox.Registry.RequestCount.ShouldBe(2);
        manifests.Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task List_AfterTheFirstAnswer_CostsNothing()
    {
        _sandbox.Attach(_sandbox.Amd64);
        var round = new RoundAttachments(_sandbox.Client, []);
        var first = await round.Of(_sandbox.Amd64.Digest, [_sandbox.Amd64.Digest]).ListAsync(Cancel);
        _sandbox.Registry.Log.Clear();

        (await round.Of(_sandbox.Amd64.Digest, [_sandbox.Amd64.Digest]).ListAsync(Cancel)).ShouldBeSameAs(first);

        _sandbox.Registry.RequestCount.ShouldBe(0);
    }

    [Fact]
    public async Task ReadManifest_NotReadForItsType_CostsOneRequestForAll()
    {
        var artifact = _sandbox.Attach(_sandbox.Amd64);
        var attachments = _sandbox.Of(_sandbox.Amd64, []);
        var attachment = (await attachments.ListAsync(Cancel)).Attachments[0];
        _sandbox.Registry.Log.Clear();

        var manifests = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => attachments.ReadManifestAsync(attachment, Cancel)));

        _sandbox.Requests.ShouldBe([$"manifests/{artifact.Digest} 200"]);
        manifests[0].Digest.ShouldBe(artifact.Digest);
    }

    [Fact]
    public async Task ReadManifest_FoundByItsTag_CostsNothing()
    {
        var sig = _sandbox.AddTag(_sandbox.Amd64, ".sig");
        var attachments = _sandbox.Of(_sandbox.Amd64, [AttachmentSandbox.Tag(_sandbox.Amd64, ".sig")]);
        var attachment = (await attachments.ListAsync(Cancel)).Attachments[0];
        _sandbox.Registry.Log.Clear();

        (await attachments.ReadManifestAsync(attachment, Cancel)).Digest.ShouldBe(sig.Digest);

        _sandbox.Registry.RequestCount.ShouldBe(0);
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(1, 3)]
    [InlineData(0, 4)]
    public async Task ManifestCache_Full_ReadsTheRestAnew(int room, int requests)
    {
        var first = _sandbox.Artifact(type: "application/vnd.example.a");
        var second = _sandbox.Artifact(type: "application/vnd.example.b");
        TestArtifact[] artifacts = [_sandbox.Add(null, first), _sandbox.Add(null, second)];
        first.Content.Length.ShouldBe(second.Content.Length);
        var cache = new ManifestCache(_sandbox.Client, maximumBytes: room * first.Content.Length);

        for (var i = 0; i < 2; i++)
        {
            foreach (var artifact in artifacts) (await cache.ReadAsync(artifact.Digest, Cancel)).Digest.ShouldBe(artifact.Digest);
        }

        _sandbox.Registry.RequestCount.ShouldBe(requests);
    }
}
