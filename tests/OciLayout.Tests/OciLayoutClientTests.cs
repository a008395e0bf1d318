using RegistryOperator.Abstractions.Oci;
using RegistryOperator.OciLayout.Tests.Support;

namespace RegistryOperator.OciLayout.Tests;

public sealed class OciLayoutClientTests : IDisposable
{
    private readonly LayoutOnDisk _layout = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _layout.Dispose();

    [Theory]
    [InlineData("1.2", null, "1.2")]
    [InlineData("docker.io/library/nginx:1.2", null, "1.2")]
    [InlineData("localhost:5000/nginx:1.2", null, "1.2")]
    [InlineData("localhost:5000/nginx", null, "latest")]
    [InlineData("nginx:1.2", null, "1.2")]
    [InlineData(null, "docker.io/library/nginx:1.2", "1.2")]
    [InlineData("1.3", "docker.io/library/nginx:1.2", "1.3")]
    [InlineData("not a tag", "docker.io/library/nginx:1.2", "1.2")]
    [InlineData("nginx@sha256:0000", null, null)]
    [InlineData("-x", null, null)]
    [InlineData(null, null, null)]
    public async Task ListTags_Annotations_NameTheTag(string? refName, string? imageName, string? expected)
    {
        (string, string)[] annotations = [
            .. refName is null ? [] : new[] { (AnnotationKeys.RefName, refName) },
            .. imageName is null ? [] : new[] { ("io.containerd.image.name", imageName) }];
        _layout.AddEntry(_layout.AddManifest("a"), annotations);

        var tags = await _layout.Write().CreateClient().ListTagsAsync(Cancel).ToListAsync(Cancel);

        tags.ShouldBe([expected ?? _layout.LastDigest.Encoded]);
    }

    [Fact]
    public async Task ListTags_ManifestsWithoutATag_AreNamedByTheirDigestsAndFoundByThem()
    {
        var named = _layout.AddTag("1.2", _layout.AddManifest("a"));
        var bare = _layout.AddEntry(_layout.AddManifest("b"));
        _layout.AddEntry(named);
        var client = _layout.Write().CreateClient();

        (await client.ListTagsAsync(Cancel).ToListAsync(Cancel)).ShouldBe(["1.2", bare.Digest.Encoded]);
        (await client.ResolveAsync(bare.Digest.Encoded, Cancel)).Digest.ShouldBe(bare.Digest);
        (await client.GetManifestAsync(bare.Digest.Encoded, Cancel)).Digest.ShouldBe(bare.Digest);
    }

    [Fact]
    public async Task ListTags_WhatIsAttachedToAnImage_IsNoImage()
    {
        var image = _layout.AddEntry(_layout.AddManifest("a"));
        _layout.AddEntry(_layout.AddManifest("sbom", $$""", "subject": {{LayoutOnDisk.Json(image)}}"""));
        _layout.AddEntry(_layout.AddManifest("attestation"), ("vnd.docker.reference.type", "attestation-manifest"));
        _layout.AddEntry(_layout.AddBlob("x"));

        (await _layout.Write().CreateClient().ListTagsAsync(Cancel).ToListAsync(Cancel)).ShouldBe([image.Digest.Encoded]);
    }

    [Fact]
    public async Task ListTags_ImagesOfSeveralRepositories_ThoseOfTheOneAskedFor()
    {
        const string Key = "io.containerd.image.name";
        var one = _layout.AddEntry(_layout.AddManifest("a"), (Key, "docker.io/team/app:1"));
        var two = _layout.AddEntry(_layout.AddManifest("b"), (Key, "docker.io/team/web:1"));
        _layout.Write();

        foreach (var (repository, expected) in new[] { ("team/app", one), ("web", two), ("docker.io/team/app", one), ("other", two) })
            (await _layout.CreateClient(repository).ResolveAsync("1", Cancel)).Digest.ShouldBe(expected.Digest, repository);
    }

    [Fact]
    public async Task AnyCall_IndexThatHasChanged_IsReadAgain()
    {
        using var layout = new LayoutOnDisk();
        layout.AddTag("1", layout.AddManifest("a"));
        var client = layout.Write().CreateClient();
        (await client.ListTagsAsync(Cancel).ToListAsync(Cancel)).ShouldBe(["1"]);
        var index = Path.Combine(layout.Root, "index.json");
        var written = File.GetLastWriteTimeUtc(index);

        layout.AddTag("2", layout.AddManifest("b"));
        layout.Write();
        // By its length alone.
        File.SetLastWriteTimeUtc(index, written);
        (await client.ListTagsAsync(Cancel).ToListAsync(Cancel)).ShouldBe(["1", "2"]);

        layout.WriteFile("index.json", (await File.ReadAllTextAsync(index, Cancel)).Replace("\"2\"", "\"3\"", StringComparison.Ordinal));
        File.SetLastWriteTimeUtc(index, written.AddSeconds(1));
        (await client.ListTagsAsync(Cancel).ToListAsync(Cancel)).ShouldBe(["1", "3"]);
    }

    [Fact]
    public async Task AnyCall_IndexThatHasNotChanged_IsReadOnce()
    {
        using var layout = new LayoutOnDisk();
        layout.AddTag("1", layout.AddManifest("a"));
        var client = layout.Write().CreateClient();
        await client.ResolveAsync("1", Cancel);
        var index = Path.Combine(layout.Root, "index.json");
        var (written, length) = (File.GetLastWriteTimeUtc(index), new FileInfo(index).Length);

        // Another content of the same length and time shows that it is not read.
        await File.WriteAllTextAsync(index, new string('x', (int)length), Cancel);
        File.SetLastWriteTimeUtc(index, written);

        (await client.ResolveAsync("1", Cancel)).Digest.Algorithm.ShouldBe("sha256");
    }

    [Fact]
    public async Task GetManifest_ByTagAndDigest_IsTheExactDocument()
    {
        var manifest = _layout.AddTag("1.2", _layout.AddManifest("a"));
        var client = _layout.Write().CreateClient();

        foreach (var reference in (string[])["1.2", manifest.Digest.ToString()])
        {
            var read = await client.GetManifestAsync(reference, Cancel);
            (read.MediaType, read.Digest).ShouldBe((MediaTypes.OciManifest, manifest.Digest));
            read.Content.ToArray().ShouldBe(await File.ReadAllBytesAsync(_layout.BlobPath(manifest.Digest), Cancel));
            (await client.ResolveAsync(reference, Cancel)).Digest.ShouldBe(manifest.Digest);
        }
    }

    [Fact]
    public async Task GetManifest_InsideAnIndex_IsFoundByItsDigestAlone()
    {
        var inner = _layout.AddManifest("amd64");
        var index = _layout.AddBlob($$"""{"schemaVersion":2,"manifests":[{{LayoutOnDisk.Json(inner)}}]}""", MediaTypes.OciIndex);
        _layout.AddTag("1.2", index);
        var client = _layout.Write().CreateClient();

        (await client.GetManifestAsync("1.2", Cancel)).ReadIndex().Manifests!.Single().Digest.ShouldBe(inner.Digest);
        (await client.ResolveAsync(inner.Digest.ToString(), Cancel))
            .ShouldBe(new Descriptor { MediaType = MediaTypes.OciManifest, Digest = inner.Digest, Size = inner.Size });
    }

    [Fact]
    public async Task ListTags_LayoutThatChanges_IsReadAgain()
    {
        var client = _layout.Write().CreateClient();
        (await client.ListTagsAsync(Cancel).ToListAsync(Cancel)).ShouldBeEmpty();

        var first = _layout.AddTag("1.2", _layout.AddManifest("a"));
        _layout.Write();
        (await client.ResolveAsync("1.2", Cancel)).Digest.ShouldBe(first.Digest);

        var second = _layout.AddTag("1.2", _layout.AddManifest("b"));
        _layout.Write();
        (await client.ResolveAsync("1.2", Cancel)).Digest.ShouldBe(second.Digest);
        (await client.ListTagsAsync(Cancel).ToListAsync(Cancel)).ShouldBe(["1.2"]);
    }

    [Fact]
    public async Task ListReferrers_AtTheTopAndInANestedIndex_AreFound()
    {
        var image = _layout.AddTag("1.2", _layout.AddManifest("a"));
        var subject = $$""","subject":{{LayoutOnDisk.Json(image)}}""";
        var sbom = _layout.AddEntry(_layout.AddManifest("sbom", subject + ",\"artifactType\":\"application/spdx+json\",\"annotations\":{\"k\":\"v\"}"));
        var signature = _layout.AddManifest("signature", subject);
        _layout.AddTag("sha256-" + image.Digest.Encoded, _layout.AddBlob($$"""{"manifests":[{{LayoutOnDisk.Json(signature)}}]}""", MediaTypes.OciIndex));
        _layout.AddEntry(new Descriptor { MediaType = MediaTypes.OciManifest, Digest = Digest.Compute("left out"u8), Size = 8 });
        var client = _layout.Write().CreateClient();

        var all = await client.ListReferrersAsync(image.Digest, artifactType: null, Cancel).ToListAsync(Cancel);
        all.Select(referrer => (referrer.Digest, referrer.ArtifactType))
            .ShouldBe([(sbom.Digest, "application/spdx+json"), (signature.Digest, MediaTypes.OciImageConfig)]);
        all[0].Annotations!["k"].ShouldBe("v");

        (await client.ListReferrersAsync(image.Digest, "application/spdx+json", Cancel).ToListAsync(Cancel)).Count.ShouldBe(1);
        (await client.ListReferrersAsync(sbom.Digest, artifactType: null, Cancel).ToListAsync(Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task ReadBlob_OpenBlob_GiveTheContent()
    {
        var blob = _layout.AddBlob("layer");
        var client = _layout.Write().CreateClient();

        (await client.ReadBlobAsync(blob, 5, Cancel)).ToArray().ShouldBe("layer"u8.ToArray());
        using var reader = new StreamReader(await client.OpenBlobAsync(blob, Cancel));
        (await reader.ReadToEndAsync(Cancel)).ShouldBe("layer");
    }

    [Fact]
    public async Task CreateClient_FolderOfLayouts_TheRepositoryNamesOne()
    {
        _layout.AddTag("1.2", _layout.AddManifest("a", folder: "team/app"));
        _layout.Write("team/app");

        (await _layout.CreateClient("team/app").ListTagsAsync(Cancel).ToListAsync(Cancel)).ShouldBe(["1.2"]);
        (await _layout.CreateClient("app", "team/app").ListTagsAsync(Cancel).ToListAsync(Cancel)).ShouldBe(["1.2"]);
        (await _layout.CreateClient(".", "team/app").ListTagsAsync(Cancel).ToListAsync(Cancel)).ShouldBe(["1.2"]);
    }
}
