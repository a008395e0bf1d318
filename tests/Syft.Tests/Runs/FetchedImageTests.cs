using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Oci;
using RegistryOperator.Plugins.Syft;
using RegistryOperator.Plugins.Syft.Runs;
using RegistryOperator.Syft.Tests.Support;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Syft.Tests.Runs;

/// <summary>What Syft is told when it cannot pull the image itself: the request's client fetches it.</summary>
public sealed class FetchedImageTests : IAsyncLifetime
{
    private const string Repository = "team/app";

    private readonly TestImage _image = new ImageBuilder().WithFillerLayer(1000, 1).WithFillerLayer(1000, 1).WithFillerLayer(2000, 2).Build();
    private readonly RecordingRunner _tools = new();
    private InMemoryRegistry _registry = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _registry = await InMemoryRegistry.StartAsync(Cancellation);
        _registry.Add(Repository, "1.0", _image);
    }

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        _tools.Dispose();
    }

    public static TheoryData<string, string, RegistryCredential> Unreachable => new()
    {
        { "oci-layout:///images", Repository, RegistryCredential.Anonymous },
        { "https://registry.example.com", Repository, new RegistryCredential.IdentityToken("refresh") },
        { "https://registry.example.com", Repository, new RegistryCredential.UsernamePassword("", "token") },
        { "https://registry.example.com", "x", RegistryCredential.Anonymous },
        { "https://registry.shop.svc.cluster.local", Repository, new RegistryCredential.UsernamePassword("user", "password") },
        { "https://10.1.2.3:5000", Repository, new RegistryCredential.RegistryToken("token") },
    };

    [Theory]
    [MemberData(nameof(Unreachable))]
    public async Task PrepareAsync_WhatSyftCannotPull_IsFetchedWithoutItsCredential(string registry, string repository, RegistryCredential credential)
    {
        await using var folder = _tools.CreateFolder();
        var request = Requests.For(registry, repository) with { Client = CreateClient(), Digest = _image.Digest, Credential = credential };
        var run = await SyftRun.PrepareAsync(request, new SyftOptions(), folder, Cancellation);

        var layout = Path.Combine(folder.Path, "image");
        var host = new Uri(registry).Authority;
        var name = host == "" ? repository : $"{host}/{repository}";
        run.Arguments.ShouldBe(["scan", $"oci-dir:{layout}", "--source-name", name, "--source-version", _image.Digest.ToString(), "-o", "syft-json"]);
        run.Environment.Keys.ShouldBe(["SYFT_CHECK_FOR_APP_UPDATE", "TMPDIR", "DOCKER_CONFIG"], ignoreOrder: true);
        ReadIndex(layout).ShouldBe(_image.Digest);
        foreach (var blob in _image.Blobs) File.ReadAllBytes(BlobPath(layout, blob.Digest)).ShouldBe(blob.Content.ToArray());
        File.ReadAllBytes(BlobPath(layout, _image.Digest)).ShouldBe(_image.Content.ToArray());
    }

    [Fact]
    public async Task WriteAsync_MissingImage_SaysSo()
    {
        await using var folder = _tools.CreateFolder();
        var error = await Should.ThrowAsync<ScanException>(ImageLayout.WriteAsync(CreateClient(), Requests.Digest, folder.Path, Cancellation));
        error.Reason.ShouldBe(ScanReasons.NotFound);
    }

    [Fact]
    public async Task WriteAsync_ArtifactWithoutConfiguration_IsNoImage()
    {
        var artifact = new TestManifest(MediaTypes.OciManifest, """{"schemaVersion":2,"layers":[]}"""u8.ToArray());
        _registry.Add(Repository, "artifact", artifact);
        await using var folder = _tools.CreateFolder();
        var error = await Should.ThrowAsync<ScanException>(ImageLayout.WriteAsync(CreateClient(), artifact.Digest, folder.Path, Cancellation));
        error.Reason.ShouldBe(ScanReasons.NotAnImage);
    }

    [Fact]
    public void ReasonOf_EveryKind_IsAReason()
    {
        foreach (var kind in Enum.GetValues<RegistryErrorKind>()) ImageLayout.ReasonOf(kind).ShouldNotBeNullOrEmpty();
    }

    private IRegistryClient CreateClient()
    {
        var provider = new OciRegistryClientProvider(new OciClientOptions(), TimeProvider.System, NullLoggerFactory.Instance);
        return provider.CreateClient(new RegistryClientRequest { Repository = _registry.Repository(Repository) });
    }

    private static Digest ReadIndex(string layout)
    {
        using var index = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(layout, "index.json")));
        return Digest.Parse(index.RootElement.GetProperty("manifests").EnumerateArray().Single().GetProperty("digest").GetString()!);
    }

    private static string BlobPath(string layout, Digest digest) => Path.Combine(layout, "blobs", digest.Algorithm, digest.Encoded);
}
