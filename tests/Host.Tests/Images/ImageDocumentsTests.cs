using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Host.Images;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Host.Tests.Images;

public sealed class ImageDocumentsTests : IAsyncLifetime
{
    private InspectionSandbox _sandbox = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _sandbox = await InspectionSandbox.StartAsync();

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Fact]
    public async Task Inspect_IndexAndImage_KeepsEachDocumentThatWasRead()
    {
        var arm64 = InspectionSandbox.Image("arm64", platform: "linux/arm64");
        var amd64 = InspectionSandbox.Image("amd64");
        var index = _sandbox.Push("2.0.0", new IndexBuilder().WithImage(amd64).WithImage(arm64).Build());
        var single = _sandbox.Push("1.0.0");
        var documents = new ImageDocuments(_sandbox.Client);

        await _sandbox.Pool(documents: documents).InspectAsync([VersionedTag.Read("1.0.0"), VersionedTag.Read("2.0.0")], Cancel);

        documents.Find(index.Digest)!.Configuration.ShouldBeNull();
        documents.Find(amd64.Digest)!.ReadConfiguration()!.Config!.Labels!["name"].ShouldBe("amd64");
        documents.Find(single.Digest)!.Manifest.Manifest.Content.ToArray().ShouldBe(single.Content.ToArray());
        documents.Find(arm64.Digest).ShouldBeNull();
    }

    [Fact]
    public async Task Inspect_NoImage_KeepsNothing()
    {
        var chart = _sandbox.Push("chart", new ArtifactBuilder().WithConfig("application/vnd.cncf.helm.config.v1+json", "{}").Build());
        var documents = new ImageDocuments(_sandbox.Client);

        await _sandbox.Pool(documents: documents).InspectAsync([VersionedTag.Read("chart")], Cancel);

        documents.Find(chart.Digest).ShouldBeNull();
    }

    [Fact]
    public async Task Read_ManyAtTheSameTime_AsksOnce()
    {
        var image = _sandbox.Push("1.0.0");
        var documents = new ImageDocuments(_sandbox.Client);

        var read = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => documents.ReadAsync(image.Digest, Cancel)));

        read.ShouldAllBe(document => document.Manifest.Digest == image.Digest && document.Configuration != null);
        _sandbox.TakeRequests().Count.ShouldBe(2);
    }

    [Fact]
    public async Task Read_MoreThanIsKept_IsReadEachTimeAndTheKeptStays()
    {
        var (small, large) = (_sandbox.Push("1.0.0"), _sandbox.Push("2.0.0", new ImageBuilder().WithLabel("filler", new string('f', 5000)).Build()));
        var documents = new ImageDocuments(_sandbox.Client, maximumBytes: 4000);

        foreach (var _ in Enumerable.Range(0, 3))
        {
            await documents.ReadAsync(large.Digest, Cancel);
            await documents.ReadAsync(small.Digest, Cancel);
        }

        (documents.Find(small.Digest) is null, documents.Find(large.Digest) is null).ShouldBe((false, true));
        _sandbox.TakeRequests().Count.ShouldBe((3 * 2) + 2);
    }

    [Fact]
    public async Task Keep_TheSameTwice_CountsOnce()
    {
        var (first, second) = (_sandbox.Push("1.0.0"), _sandbox.Push("2.0.0"));
        var other = new ImageDocuments(_sandbox.Client);
        var (one, two) = (await other.ReadAsync(first.Digest, Cancel), await other.ReadAsync(second.Digest, Cancel));
        var documents = new ImageDocuments(_sandbox.Client, one.Size + two.Size);

        foreach (var document in (ImageDocument[])[one, one, one, two]) documents.Keep(document);

        (documents.Find(first.Digest), documents.Find(second.Digest)).ShouldBe((one, two));
    }

    [Fact]
    public async Task Read_Failed_IsTriedAnewByTheNext()
    {
        var image = _sandbox.Push("1.0.0");
        var documents = new ImageDocuments(_sandbox.Client);
        using (_sandbox.Registry.Inject(Faults.Status(500).OnPath("/blobs/")))
            await Should.ThrowAsync<RegistryException>(() => documents.ReadAsync(image.Digest, Cancel));

        (await documents.ReadAsync(image.Digest, Cancel)).Configuration.ShouldNotBeNull();
    }

    [Fact]
    public async Task Read_Artifact_HasAManifestAlone()
    {
        var chart = _sandbox.Push("chart", new ArtifactBuilder().WithConfig("application/vnd.cncf.helm.config.v1+json", "{}").Build());

        var document = await new ImageDocuments(_sandbox.Client).ReadAsync(chart.Digest, Cancel);

        (document.Manifest.Digest, document.Configuration, document.ReadConfiguration()).ShouldBe((chart.Digest, null, null));
    }
}
