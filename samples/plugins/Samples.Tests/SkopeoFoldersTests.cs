using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Testing.Images;
using SkopeoFolders;

namespace Samples.Tests;

public sealed class SkopeoFoldersTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("skopeo-");
    private readonly TestImage _image = new ImageBuilder().WithLayer(new LayerFile("etc/motd", "hello")).Build();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Client_FolderWithAnImage_ReadsItAsARegistryWould()
    {
        Copy("1.0.0", _image);
        var client = Client("team/app");

        (await client.ListTagsAsync(Stop).ToArrayAsync(Stop)).ShouldBe(["1.0.0"]);
        (await client.ResolveAsync("1.0.0", Stop)).ShouldBe(_image.Descriptor);
        (await client.GetManifestAsync(_image.Digest.ToString(), Stop)).Content.ToArray().ShouldBe(_image.Content.ToArray());
        (await client.ReadBlobAsync(_image.Config.Descriptor, 10_000, Stop)).ToArray().ShouldBe(_image.Config.Content.ToArray());
        (await client.ListReferrersAsync(_image.Digest, artifactType: null, Stop).ToArrayAsync(Stop)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Client_ImageOfSeveralPlatforms_ReadsTheIndexAndItsManifests()
    {
        var index = new IndexBuilder().WithImage(_image).Build();
        Copy("1.0.0", index);

        var manifest = await Client("team/app").GetManifestAsync("1.0.0", Stop);
        (manifest.MediaType, manifest.Digest).ShouldBe((MediaTypes.OciIndex, index.Digest));
        (await Client("team/app").GetManifestAsync(_image.Digest.ToString(), Stop)).Digest.ShouldBe(_image.Digest);
    }

    [Theory]
    [InlineData("team/other", "1.0.0")]
    [InlineData("team/app", "2.0.0")]
    [InlineData("team/app", "../../team/app/2.0.0")]
    public async Task Client_NothingThere_IsNotFound(string repository, string reference)
    {
        Copy("1.0.0", _image);

        (await Should.ThrowAsync<RegistryException>(Client(repository).GetManifestAsync(reference, Stop))).Kind.ShouldBe(RegistryErrorKind.NotFound);
    }

    [Fact]
    public async Task Client_BlobThatChanged_IsRefused()
    {
        Copy("1.0.0", _image);
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "team/app/1.0.0", _image.Config.Digest.Encoded), "changed", Stop);

        (await Should.ThrowAsync<RegistryException>(Client("team/app").ReadBlobAsync(_image.Config.Descriptor, 10_000, Stop))).Kind
            .ShouldBe(RegistryErrorKind.DigestMismatch);
    }

    [Fact]
    public void CreateClient_RepositoryOutsideOfTheFolder_IsRefused() =>
        Should.Throw<RegistryException>(() => Client("../etc")).Kind.ShouldBe(RegistryErrorKind.InvalidRequest);

    private IRegistryClient Client(string repository) => new SkopeoFolderProvider().CreateClient(
        new RegistryClientRequest { Repository = new RepositoryReference(new Uri($"skopeo-dir://{_folder.FullName}"), repository) });

    /// <summary>As <c>skopeo copy --all</c> writes it.</summary>
    private void Copy(string tag, TestManifest manifest)
    {
        var folder = _folder.CreateSubdirectory($"team/app/{tag}").FullName;
        File.WriteAllBytes(Path.Combine(folder, "manifest.json"), manifest.Content.ToArray());
        foreach (var part in manifest.Manifests) File.WriteAllBytes(Path.Combine(folder, $"{part.Digest.Encoded}.manifest.json"), part.Content.ToArray());
        foreach (var blob in manifest.Blobs.Concat(manifest.Manifests.SelectMany(part => part.Blobs)))
            File.WriteAllBytes(Path.Combine(folder, blob.Digest.Encoded), blob.Content.ToArray());
    }
}
