using System.Text;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.OciLayout.Tests.Support;
using RegistryOperator.Plugins.OciLayout;
using RegistryOperator.Plugins.OciLayout.Options;

namespace RegistryOperator.OciLayout.Tests.Layouts;

/// <summary>Limits, orders and choices of a layout that is whole.</summary>
public sealed class LayoutRulesTests : IDisposable
{
    private readonly LayoutOnDisk _layout = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _layout.Dispose();

    [Theory]
    [InlineData("oci-layout:///images", true)]
    [InlineData("OCI-LAYOUT:///images", true)]
    [InlineData("oci:///images", false)]
    [InlineData("https://images", false)]
    [InlineData("images", false)]
    public void CanServe_Url_ByItsScheme(string url, bool expected) =>
        new OciLayoutProvider(new LayoutOptions(["/"])).CanServe(new Uri(url, UriKind.RelativeOrAbsolute)).ShouldBe(expected);

    [Fact]
    public void CreateClient_Nothing_IsRefused()
    {
        Should.Throw<ArgumentNullException>(() => new OciLayoutProvider(new LayoutOptions(["/"])).CanServe(null!));
        Should.Throw<ArgumentNullException>(() => new OciLayoutProvider(new LayoutOptions(["/"])).CreateClient(null!));
        new OciLayoutProvider(new LayoutOptions(["/"])).Name.ShouldBe("oci-layout");
    }

    [Theory]
    [InlineData("_", true)]
    [InlineData("A.b-c_9", true)]
    [InlineData(".x", false)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("ä", false)]
    public async Task ListTags_NamesOfThisForm_AreTagsByTheSpecification(string name, bool isTag)
    {
        _layout.AddTag(name, _layout.AddManifest("a"));

        // What has no tag is named by its digest.
        (await TagsAsync()).ShouldBe([isTag ? name : _layout.LastDigest.Encoded]);
    }

    [Theory]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public async Task ListTags_NameOfThisLength_IsATagUpToTheLimit(int length, bool isTag)
    {
        var name = new string('a', length);
        _layout.AddTag(name, _layout.AddManifest("a"));

        (await TagsAsync()).ShouldBe([isTag ? name : _layout.LastDigest.Encoded]);
    }

    [Fact]
    public async Task ListTags_SeveralEntries_AreInTheOrderOfTheIndexEachOnce()
    {
        foreach (var tag in (string[])["2", "10", "1", "2", "A", "a"]) _layout.AddTag(tag, _layout.AddManifest(tag));

        (await TagsAsync()).ShouldBe(["2", "10", "1", "A", "a"]);
    }

    [Theory]
    [InlineData(5, 5, null)]
    [InlineData(5, 4, RegistryErrorKind.TooLarge)]
    [InlineData(4, 5, RegistryErrorKind.DigestMismatch)]
    [InlineData(6, 6, RegistryErrorKind.DigestMismatch)]
    // The descriptor lies: what is on the disk counts.
    [InlineData(1, 4, RegistryErrorKind.TooLarge)]
    public async Task ReadBlob_SizeAndLimit_AreHeldTo(long size, long maximum, RegistryErrorKind? expected)
    {
        var blob = _layout.AddBlob("layer") with { Size = size };
        var read = _layout.Write().CreateClient().ReadBlobAsync(blob, maximum, Cancel);

        if (expected is null) (await read).Length.ShouldBe(5);
        else (await Should.ThrowAsync<RegistryException>(() => read)).Kind.ShouldBe(expected.Value);
    }

    [Theory]
    [InlineData(4 * 1024 * 1024, true)]
    [InlineData((4 * 1024 * 1024) + 1, false)]
    public async Task GetManifest_OfThisSize_IsReadUpToTheSpecificationsLimit(int size, bool isRead)
    {
        _layout.AddTag("1.2", _layout.AddBlob("""{"layers":[]}""".PadRight(size), MediaTypes.OciManifest));
        var read = _layout.Write().CreateClient().GetManifestAsync("1.2", Cancel);

        if (isRead) (await read).Content.Length.ShouldBe(size);
        else (await Should.ThrowAsync<RegistryException>(() => read)).Kind.ShouldBe(RegistryErrorKind.TooLarge);
    }

    [Theory]
    [InlineData("index.json", 32 * 1024 * 1024, true)]
    [InlineData("index.json", (32 * 1024 * 1024) + 1, false)]
    [InlineData("oci-layout", 4096, true)]
    [InlineData("oci-layout", 4097, false)]
    public async Task AnyCall_DocumentOfThisSize_IsReadUpToItsLimit(string file, int size, bool isRead)
    {
        var content = file == "oci-layout" ? """{"imageLayoutVersion":"1.0.0"}""" : """{"manifests":[]}""";
        _layout.Write().WriteFile(file, content.PadRight(size));
        var read = _layout.CreateClient().ListTagsAsync(Cancel).ToListAsync(Cancel).AsTask();

        if (isRead) (await read).ShouldBeEmpty();
        else (await Should.ThrowAsync<RegistryException>(() => read)).Kind.ShouldBe(RegistryErrorKind.TooLarge);
    }

    [Fact]
    public async Task AnyCall_LongVersion_IsCutInTheMessage()
    {
        var client = _layout.Write(marker: $$"""{"imageLayoutVersion":"{{new string('9', 100)}}"}""").CreateClient();

        (await Should.ThrowAsync<RegistryException>(() => client.ResolveAsync("1", Cancel))).Message.ShouldContain($"names version '{new string('9', 20)}…'");
    }

    [Theory]
    [InlineData("md5:abcdef")]
    [InlineData("blake3:abcdef")]
    public async Task OpenBlob_DigestThatCannotBeVerified_IsUnsupported(string digest)
    {
        var client = _layout.Write().CreateClient();

        (await Should.ThrowAsync<RegistryException>(() => client.OpenBlobAsync(new Descriptor { Digest = Digest.Parse(digest) }, Cancel)))
            .Kind.ShouldBe(RegistryErrorKind.Unsupported);
    }

    [Fact]
    public async Task OpenBlob_Missing_IsNotFound()
    {
        var client = _layout.Write().CreateClient();

        (await Should.ThrowAsync<RegistryException>(() => client.OpenBlobAsync(new Descriptor { Digest = Digest.Compute("x"u8) }, Cancel)))
            .Kind.ShouldBe(RegistryErrorKind.NotFound);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OpenBlob_ContentThatDiffers_FailsAtItsEndAndGoesOnFailing(bool isAsynchronous)
    {
        var blob = _layout.AddBlob("layer");
        await File.WriteAllTextAsync(_layout.BlobPath(blob.Digest), "other", Cancel);
        await using var stream = await _layout.Write().CreateClient().OpenBlobAsync(blob, Cancel);

        for (var i = 0; i < 2; i++)
        {
            var error = await Should.ThrowAsync<RegistryException>(async () =>
            {
                if (isAsynchronous) await stream.CopyToAsync(Stream.Null, Cancel);
                else stream.CopyTo(Stream.Null);
            });
            error.Kind.ShouldBe(RegistryErrorKind.DigestMismatch);
        }
    }

    [Fact]
    public async Task OpenBlob_ReadInPieces_IsVerifiedAsAWhole()
    {
        var blob = _layout.AddBlob("a layer in pieces");
        await using var stream = await _layout.Write().CreateClient().OpenBlobAsync(blob, Cancel);
        var text = new StringBuilder();
        var buffer = new byte[3];

        // A read of nothing is no end.
        stream.Read([]).ShouldBe(0);
        for (int read; (read = stream.Read(buffer)) > 0;) text.Append(Encoding.UTF8.GetString(buffer, 0, read));

        text.ToString().ShouldBe("a layer in pieces");
        (stream.CanRead, stream.CanSeek, stream.CanWrite, stream.Length, stream.Position).ShouldBe((true, false, false, 17, 17));
        Should.Throw<NotSupportedException>(() => stream.Position = 0);
        Should.Throw<NotSupportedException>(() => stream.Seek(0, SeekOrigin.Begin));
        Should.Throw<NotSupportedException>(() => stream.SetLength(0));
        Should.Throw<NotSupportedException>(() => stream.Write(buffer, 0, 1));
    }

    [Fact]
    public async Task Resolve_EntryWithTheSizeOnDisk_IsAnsweredFromTheIndex()
    {
        var manifest = _layout.AddTag("1.2", _layout.AddBlob("no manifest at all", "application/vnd.example+json"));

        (await _layout.Write().CreateClient().ResolveAsync("1.2", Cancel)).MediaType.ShouldBe(manifest.MediaType);
    }

    [Fact]
    public async Task Resolve_EntryWithAnotherSize_IsReadAndCorrected()
    {
        var manifest = _layout.AddManifest("a");
        _layout.AddTag("1.2", manifest with { Size = 1 });

        (await _layout.Write().CreateClient().ResolveAsync("1.2", Cancel)).Size.ShouldBe(manifest.Size);
    }

    [Theory]
    [InlineData("""{"mediaType":"application/vnd.example+json"}""", "", "application/vnd.example+json")]
    [InlineData("""{"mediaType":"application/vnd.example+json"}""", MediaTypes.OciManifest, "application/vnd.example+json")]
    [InlineData("""{"manifests":[]}""", "", MediaTypes.OciIndex)]
    [InlineData("""{"layers":[]}""", "", MediaTypes.OciManifest)]
    [InlineData("""{"layers":[],"manifests":[]}""", "", MediaTypes.OciIndex)]
    [InlineData("{}", MediaTypes.OciManifest, MediaTypes.OciManifest)]
    [InlineData("""{"mediaType":7}""", MediaTypes.OciManifest, MediaTypes.OciManifest)]
    [InlineData("[]", MediaTypes.OciManifest, MediaTypes.OciManifest)]
    [InlineData("{}", "", null)]
    [InlineData("no JSON", MediaTypes.OciManifest, null)]
    public async Task GetManifest_DocumentAndEntry_GiveItsType(string document, string entryType, string? expected)
    {
        _layout.AddTag("1.2", _layout.AddBlob(document, entryType));
        var read = _layout.Write().CreateClient().GetManifestAsync("1.2", Cancel);

        if (expected is null) (await Should.ThrowAsync<RegistryException>(() => read)).Kind.ShouldBe(RegistryErrorKind.InvalidResponse);
        else (await read).MediaType.ShouldBe(expected);
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(5, false)]
    public async Task ListReferrers_IndexesNestedSoDeep_AreSearchedUpToALimit(int depth, bool isFound)
    {
        var image = _layout.AddManifest("a");
        var inner = _layout.AddManifest("sbom", $$""","subject":{{LayoutOnDisk.Json(image)}}""");
        for (var i = 0; i < depth; i++)
            inner = _layout.AddBlob($$"""{"manifests":[{{LayoutOnDisk.Json(inner)}}]}""", MediaTypes.OciIndex);
        _layout.AddEntry(inner);

        (await ReferrersAsync(image)).Count.ShouldBe(isFound ? 1 : 0);
    }

    [Fact]
    public async Task ListReferrers_ReferrerListedTwiceAndAnIndexOfItself_AreTakenOnce()
    {
        var image = _layout.AddManifest("a");
        var subject = $$""","subject":{{LayoutOnDisk.Json(image)}}""";
        var sbom = _layout.AddEntry(_layout.AddManifest("sbom", subject));
        _layout.AddEntry(sbom);
        _layout.AddEntry(_layout.AddBlob($$"""{"artifactType":"x/y","manifests":[{{LayoutOnDisk.Json(sbom)}}] {{subject}}}""", MediaTypes.OciIndex));

        var referrers = await ReferrersAsync(image);

        referrers.Select(referrer => referrer.ArtifactType).ShouldBe([MediaTypes.OciImageConfig, "x/y"]);
        referrers.ShouldAllBe(referrer => referrer.Size == new FileInfo(_layout.BlobPath(referrer.Digest, "")).Length);
    }

    [Fact]
    public async Task ListReferrers_BlobThatIsNoManifest_IsInvalid()
    {
        _layout.AddEntry(_layout.AddBlob("no JSON", MediaTypes.OciManifest));

        (await Should.ThrowAsync<RegistryException>(() => ReferrersAsync(_layout.AddManifest("a")))).Kind.ShouldBe(RegistryErrorKind.InvalidResponse);
    }

    [Theory]
    [InlineData(10_000, true)]
    [InlineData(10_001, false)]
    public async Task ListReferrers_SoManyManifests_AreSearchedUpToALimit(int manifests, bool isSearched)
    {
        // Listed and not there, as in a layout copied for one platform.
        for (var i = 0; i < manifests; i++)
            _layout.AddEntry(new Descriptor { MediaType = MediaTypes.OciManifest, Digest = Digest.Compute(Encoding.UTF8.GetBytes($"{i}")), Size = 1 });
        var read = ReferrersAsync(_layout.AddManifest("a"));

        if (isSearched) (await read).ShouldBeEmpty();
        else (await Should.ThrowAsync<RegistryException>(() => read)).Kind.ShouldBe(RegistryErrorKind.TooLarge);
    }

    [Fact]
    public async Task AnyCall_Cancelled_EndsAsCancelled()
    {
        var client = _layout.Write().CreateClient();

        await Should.ThrowAsync<OperationCanceledException>(() => client.ResolveAsync("1.2", new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task AnyCall_LinksInACircle_AreUnreachable()
    {
        _layout.Write();
        File.CreateSymbolicLink(Path.Combine(_layout.Root, "one"), Path.Combine(_layout.Root, "two"));
        File.CreateSymbolicLink(Path.Combine(_layout.Root, "two"), "one");
        File.Delete(Path.Combine(_layout.Root, "index.json"));
        File.CreateSymbolicLink(Path.Combine(_layout.Root, "index.json"), "one");

        var error = await Should.ThrowAsync<RegistryException>(() => _layout.CreateClient().ResolveAsync("1.2", Cancel));

        error.Kind.ShouldBe(RegistryErrorKind.Unreachable);
        error.Advice.ShouldNotBeNull();
    }

    [Theory]
    [InlineData(40, true)]
    [InlineData(41, false)]
    public async Task AnyCall_SoManyLinks_AreFollowedAsLinuxDoes(int links, bool isRead)
    {
        _layout.Write();
        File.Move(Path.Combine(_layout.Root, "index.json"), Path.Combine(_layout.Root, "link0"));
        for (var i = 1; i < links; i++) File.CreateSymbolicLink(Path.Combine(_layout.Root, $"link{i}"), $"link{i - 1}");
        File.CreateSymbolicLink(Path.Combine(_layout.Root, "index.json"), $"./link{links - 1}");
        var read = TagsAsync(isWritten: true);

        if (isRead) (await read).ShouldBeEmpty();
        else (await Should.ThrowAsync<RegistryException>(() => read)).Kind.ShouldBe(RegistryErrorKind.Unreachable);
    }

    [Fact]
    public async Task AnyCall_LinkToAFolderWhoseNameOnlyBeginsAlike_IsRefused()
    {
        var twin = _layout.Root + "-twin";
        Directory.CreateDirectory(twin);
        try
        {
            _layout.Write();
            File.Move(Path.Combine(_layout.Root, "index.json"), Path.Combine(twin, "index.json"));
            File.CreateSymbolicLink(Path.Combine(_layout.Root, "index.json"), $"../{Path.GetFileName(twin)}/index.json");

            (await Should.ThrowAsync<RegistryException>(() => _layout.CreateClient().ResolveAsync("1.2", Cancel))).Kind.ShouldBe(RegistryErrorKind.Denied);
        }
        finally
        {
            Directory.Delete(twin, recursive: true);
        }
    }

    [Fact]
    public void CreateClient_NulInTheFolder_IsAnInvalidRequest() =>
        Should.Throw<RegistryException>(() => new OciLayoutProvider(new LayoutOptions(["/"])).CreateClient(
            new RegistryClientRequest { Repository = new RepositoryReference(new Uri("oci-layout:///a%00b"), "app") })).Kind
            .ShouldBe(RegistryErrorKind.InvalidRequest);

    [Fact]
    public async Task CreateClient_FolderWithAnEscapedName_IsFound()
    {
        _layout.AddTag("1.2", _layout.AddManifest("a", folder: "with space"));
        _layout.Write("with space");

        (await _layout.CreateClient("app", "with space").ListTagsAsync(Cancel).ToListAsync(Cancel)).ShouldBe(["1.2"]);
    }

    [Fact]
    public async Task CreateClient_LayoutInBothFolders_TheRepositorysOwnComesFirst()
    {
        _layout.AddTag("outer", _layout.AddManifest("a"));
        _layout.Write();
        _layout.AddTag("inner", _layout.AddManifest("b", folder: "app"));
        _layout.Write("app");

        (await _layout.CreateClient("app").ListTagsAsync(Cancel).ToListAsync(Cancel)).ShouldContain("inner");
        (await _layout.CreateClient("other").ListTagsAsync(Cancel).ToListAsync(Cancel)).ShouldBe(["outer"]);
    }

    private async Task<List<string>> TagsAsync(bool isWritten = false)
    {
        if (!isWritten) _layout.Write();
        return await _layout.CreateClient().ListTagsAsync(Cancel).ToListAsync(Cancel);
    }

    private async Task<List<Descriptor>> ReferrersAsync(Descriptor subject) =>
        await _layout.Write().CreateClient().ListReferrersAsync(subject.Digest, artifactType: null, Cancel).ToListAsync(Cancel);
}
