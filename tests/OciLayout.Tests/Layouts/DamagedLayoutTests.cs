using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.OciLayout.Tests.Support;
using RegistryOperator.Plugins.OciLayout;
using RegistryOperator.Plugins.OciLayout.Options;

namespace RegistryOperator.OciLayout.Tests.Layouts;

public sealed class DamagedLayoutTests : IDisposable
{
    private readonly LayoutOnDisk _layout = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _layout.Dispose();

    [Fact]
    public async Task AnyCall_NoLayout_SaysWhereItLooked()
    {
        var exception = await FailAsync(() => _layout.CreateClient().ResolveAsync("1.2", Cancel), RegistryErrorKind.NotFound);

        exception.Message.ShouldBe($"There is no OCI layout in {_layout.Root}/app or {_layout.Root}: a layout has a file named oci-layout.");
        exception.Url.ShouldBe(new Uri("oci-layout://" + _layout.Root));
    }

    [Theory]
    [InlineData("""{"imageLayoutVersion":"2.0.0"}""", "names version '2.0.0', and only 1.0.0 is known.")]
    [InlineData("{}", "names no version, and only 1.0.0 is known.")]
    [InlineData("1.0", "names no version, and only 1.0.0 is known.")]
    [InlineData("", "names no version, and only 1.0.0 is known.")]
    public async Task AnyCall_UnknownVersion_IsUnsupported(string marker, string expected)
    {
        var client = _layout.Write(marker: marker).CreateClient();

        (await FailAsync(() => client.ResolveAsync("1.2", Cancel), RegistryErrorKind.Unsupported)).Message.ShouldBe($"{_layout.Root}/oci-layout {expected}");
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{\"manifests\":[{\"digest\":\"sha256:../../etc/passwd\"}]}")]
    [InlineData("{\"manifests\":")]
    public async Task AnyCall_IndexThatIsNone_IsInvalid(string content)
    {
        _layout.Write().WriteFile("index.json", content);

        await FailAsync(() => _layout.CreateClient().ResolveAsync("1.2", Cancel), RegistryErrorKind.InvalidResponse);
    }

    [Theory]
    [InlineData("""{"mediaType":"\ud800","layers":[]}""")]
    [InlineData("""{"\ud800":1,"layers":[]}""")]
    public async Task GetManifest_DigestOfADocumentWithATextThatIsNone_IsInvalid(string document)
    {
        var blob = _layout.AddBlob(document);
        var client = _layout.Write().CreateClient();

        await FailAsync(() => client.GetManifestAsync(blob.Digest.ToString(), Cancel), RegistryErrorKind.InvalidResponse);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(5, true)]
    [InlineData(4, false)]
    [InlineData(6, false)]
    public async Task AnyRead_SizeOfItsDescriptor_IsHeldToUnlessItTellsNone(long size, bool isRead)
    {
        var blob = _layout.AddBlob("layer") with { Size = size };
        var client = _layout.Write().CreateClient();
        await using var stream = await client.OpenBlobAsync(blob, Cancel);

        if (isRead)
        {
            await stream.CopyToAsync(Stream.Null, Cancel);
            (await client.ReadBlobAsync(blob, 100, Cancel)).Length.ShouldBe(5);
            return;
        }

        (await Should.ThrowAsync<RegistryException>(() => stream.CopyToAsync(Stream.Null, Cancel))).Kind.ShouldBe(RegistryErrorKind.DigestMismatch);
        await FailAsync(() => client.ReadBlobAsync(blob, 100, Cancel), RegistryErrorKind.DigestMismatch);
    }

    [Fact]
    public async Task AnyCall_NoIndex_IsNotFound()
    {
        File.Delete(Path.Combine(_layout.Write().Root, "index.json"));

        await FailAsync(() => _layout.CreateClient().ResolveAsync("1.2", Cancel), RegistryErrorKind.NotFound);
    }

    [Fact]
    public async Task GetManifest_UnknownTagOrMissingBlob_IsNotFound()
    {
        _layout.AddTag("gone", new Descriptor { MediaType = MediaTypes.OciManifest, Digest = Digest.Compute("gone"u8), Size = 4 });
        var client = _layout.Write().CreateClient();

        await FailAsync(() => client.GetManifestAsync("1.2", Cancel), RegistryErrorKind.NotFound);
        await FailAsync(() => client.GetManifestAsync("gone", Cancel), RegistryErrorKind.NotFound);
        await FailAsync(() => client.ResolveAsync("gone", Cancel), RegistryErrorKind.NotFound);
    }

    [Fact]
    public async Task AnyRead_ContentThatDiffers_IsADigestMismatch()
    {
        var manifest = _layout.AddTag("1.2", _layout.AddManifest("a"));
        var blob = _layout.AddBlob("layer");
        await File.WriteAllTextAsync(_layout.BlobPath(manifest.Digest), "{}", Cancel);
        await File.WriteAllTextAsync(_layout.BlobPath(blob.Digest), "other", Cancel);
        var client = _layout.Write().CreateClient();

        await FailAsync(() => client.GetManifestAsync("1.2", Cancel), RegistryErrorKind.DigestMismatch);
        await FailAsync(() => client.ReadBlobAsync(blob, 100, Cancel), RegistryErrorKind.DigestMismatch);
        await FailAsync(() => client.ReadBlobAsync(_layout.AddBlob("layer") with { Size = 4 }, 100, Cancel), RegistryErrorKind.DigestMismatch);
        await File.WriteAllTextAsync(_layout.BlobPath(blob.Digest), "other", Cancel);
        await using var stream = await client.OpenBlobAsync(blob, Cancel);
        await FailAsync(() => stream.CopyToAsync(Stream.Null, Cancel), RegistryErrorKind.DigestMismatch);
    }

    [Fact]
    public async Task AnyRead_ContentOverTheLimit_IsTooLarge()
    {
        var large = _layout.AddTag("large", _layout.AddBlob(new string(' ', (4 * 1024 * 1024) + 1), MediaTypes.OciManifest));
        var client = _layout.Write().CreateClient();

        await FailAsync(() => client.GetManifestAsync("large", Cancel), RegistryErrorKind.TooLarge);
        await FailAsync(() => client.ReadBlobAsync(large, 1024, Cancel), RegistryErrorKind.TooLarge);
        await FailAsync(() => client.ReadBlobAsync(large with { Size = 1 }, 1024, Cancel), RegistryErrorKind.TooLarge);
    }

    [Theory]
    [InlineData("file")]
    [InlineData("folder")]
    [InlineData("layout")]
    public async Task AnyRead_LinkOutOfTheFolder_IsRefused(string kind)
    {
        using var outside = new LayoutOnDisk();
        var manifest = outside.AddTag("1.2", outside.AddManifest("secret"));
        outside.Write();
        _layout.AddTag("1.2", manifest);
        _layout.Write();
        switch (kind)
        {
            case "file":
                Directory.CreateDirectory(Path.GetDirectoryName(_layout.BlobPath(manifest.Digest))!);
                File.CreateSymbolicLink(_layout.BlobPath(manifest.Digest), outside.BlobPath(manifest.Digest));
                break;
            case "folder":
                Directory.CreateSymbolicLink(Path.Combine(_layout.Root, "blobs"), Path.Combine(outside.Root, "blobs"));
                break;
            default:
                Directory.CreateSymbolicLink(Path.Combine(_layout.Root, "app"), outside.Root);
                break;
        }

        await FailAsync(() => _layout.CreateClient().GetManifestAsync("1.2", Cancel), RegistryErrorKind.Denied);
    }

    [Fact]
    public async Task AnyRead_LinkWithinTheFolder_IsFollowed()
    {
        var manifest = _layout.AddTag("1.2", _layout.AddManifest("a"));
        _layout.Write();
        Directory.Move(Path.Combine(_layout.Root, "blobs"), Path.Combine(_layout.Root, "..data"));
        Directory.CreateSymbolicLink(Path.Combine(_layout.Root, "blobs"), "..data");

        (await _layout.CreateClient().GetManifestAsync("1.2", Cancel)).Digest.ShouldBe(manifest.Digest);
    }

    [Theory]
    [InlineData("oci-layout:///images", "../secrets")]
    [InlineData("oci-layout:///images", "a/../../b")]
    [InlineData("oci-layout:///images", "/etc")]
    [InlineData("oci-layout:///images", "a\\b")]
    [InlineData("oci-layout:///images", "")]
    [InlineData("oci-layout://images/app", "app")]
    public void CreateClient_RepositoryThatLeadsElsewhere_IsAnInvalidRequest(string url, string repository) =>
        Should.Throw<RegistryException>(
            () => new OciLayoutProvider(new LayoutOptions(["/"]))
                .CreateClient(new RegistryClientRequest { Repository = new RepositoryReference(new Uri(url), repository) }))
            .Kind.ShouldBe(RegistryErrorKind.InvalidRequest);

    private static async Task<RegistryException> FailAsync(Func<Task> call, RegistryErrorKind kind)
    {
        var exception = await Should.ThrowAsync<RegistryException>(call);
        exception.Kind.ShouldBe(kind);
        exception.Advice.ShouldNotBeNullOrEmpty();
        return exception;
    }
}
