using NSubstitute;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Host.Plugins.Guards;

namespace RegistryOperator.Host.Tests.Plugins.Guards;

public class GuardedRegistryClientTests
{
    private static readonly byte[] Good = """{"schemaVersion":2,"layers":[]}"""u8.ToArray();
    private static readonly byte[] Other = """{"schemaVersion":2,"layers":[ ]}"""u8.ToArray();

    private readonly IRegistryClient _plugin = Substitute.For<IRegistryClient>();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private GuardedRegistryClient Client => new(_plugin);

    [Theory]
    [InlineData(MediaTypes.OciManifest)]
    [InlineData(MediaTypes.DockerManifestSchema1Signed)]
    public async Task GetManifest_ByDigestAndOtherBytes_IsRefused(string mediaType)
    {
        // The client says of it what was asked for.
        Answer(new Manifest { MediaType = mediaType, Digest = Digest.Compute(Good), Content = Other });

        var failure = await Should.ThrowAsync<RegistryException>(Client.GetManifestAsync(Digest.Compute(Good).ToString(), Cancel));

        failure.Kind.ShouldBeOneOf(RegistryErrorKind.DigestMismatch, RegistryErrorKind.Unsupported);
    }

    [Fact]
    public async Task GetManifest_ByTag_HasTheDigestOfItsBytesWhateverTheClientSays()
    {
        Answer(new Manifest { MediaType = MediaTypes.OciManifest, Digest = Digest.Compute(Good), Content = Other });

        (await Client.GetManifestAsync("1.0", Cancel)).Digest.ShouldBe(Digest.Compute(Other));
    }

    [Fact]
    public async Task Resolve_ByDigestAndAnotherAnswer_IsRefused()
    {
        _plugin.ResolveAsync(default!, Cancel).ReturnsForAnyArgs(new Descriptor { MediaType = MediaTypes.OciManifest, Digest = Digest.Compute(Other) });

        (await Should.ThrowAsync<RegistryException>(Client.ResolveAsync(Digest.Compute(Good).ToString(), Cancel)))
            .Kind.ShouldBe(RegistryErrorKind.DigestMismatch);
        (await Client.ResolveAsync("1.0", Cancel)).Digest.ShouldBe(Digest.Compute(Other));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ReadBlob_Content_IsVerified(bool isGood)
    {
        _plugin.ReadBlobAsync(default!, default, Cancel).ReturnsForAnyArgs(new ReadOnlyMemory<byte>(isGood ? Good : Other));
        var read = Client.ReadBlobAsync(new Descriptor { Digest = Digest.Compute(Good), Size = Good.Length }, 1000, Cancel);

        if (isGood) (await read).ToArray().ShouldBe(Good);
        else (await Should.ThrowAsync<RegistryException>(read)).Kind.ShouldBe(RegistryErrorKind.DigestMismatch);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OpenBlob_Content_IsVerifiedAtItsEnd(bool isGood)
    {
        _plugin.OpenBlobAsync(default!, Cancel).ReturnsForAnyArgs(new MemoryStream(isGood ? Good : Other));
        await using var stream = await Client.OpenBlobAsync(new Descriptor { Digest = Digest.Compute(Good) }, Cancel);
        using var target = new MemoryStream();

        if (isGood)
        {
            await stream.CopyToAsync(target, Cancel);
            target.ToArray().ShouldBe(Good);
            return;
        }

        (await Should.ThrowAsync<RegistryException>(() => stream.CopyToAsync(target, Cancel))).Kind.ShouldBe(RegistryErrorKind.DigestMismatch);
        // Whoever reads on does not come to a good end.
        await Should.ThrowAsync<RegistryException>(async () => await stream.ReadExactlyAsync(new byte[1], Cancel));
    }

    private void Answer(Manifest manifest) => _plugin.GetManifestAsync(default!, Cancel).ReturnsForAnyArgs(manifest);
}
