using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Oci;
using RegistryOperator.Oci.Client;
using RegistryOperator.Plugins.Syft.Options;
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
        var error = await Should.ThrowAsync<ScanException>(ImageLayout.WriteAsync(CreateClient(), Requests.Digest, folder.Path, long.MaxValue, Cancellation));
        error.Reason.ShouldBe(ScanReasons.NotFound);
    }

    [Fact]
    public async Task WriteAsync_ArtifactWithoutConfiguration_IsNoImage()
    {
        var artifact = new TestManifest(MediaTypes.OciManifest, """{"schemaVersion":2,"layers":[]}"""u8.ToArray());
        _registry.Add(Repository, "artifact", artifact);
        await using var folder = _tools.CreateFolder();
        var error = await Should.ThrowAsync<ScanException>(ImageLayout.WriteAsync(CreateClient(), artifact.Digest, folder.Path, long.MaxValue, Cancellation));
        error.Reason.ShouldBe(ScanReasons.NotAnImage);
    }

    public static TheoryData<RegistryErrorKind, string> Reasons => new()
    {
        { RegistryErrorKind.Unreachable, ScanReasons.RegistryUnavailable },
        { RegistryErrorKind.TlsFailure, ScanReasons.RegistryUnavailable },
        { RegistryErrorKind.ServerError, ScanReasons.RegistryUnavailable },
        { RegistryErrorKind.TimedOut, ScanReasons.TimedOut },
        { RegistryErrorKind.Unauthorized, ScanReasons.Unauthorized },
        { RegistryErrorKind.Denied, ScanReasons.Unauthorized },
        { RegistryErrorKind.NotFound, ScanReasons.NotFound },
        { RegistryErrorKind.RateLimited, ScanReasons.RateLimited },
        { RegistryErrorKind.TooLarge, ScanReasons.TooLarge },
        { RegistryErrorKind.DigestMismatch, ScanReasons.InvalidContent },
        { RegistryErrorKind.InvalidResponse, ScanReasons.InvalidContent },
        { RegistryErrorKind.Unsupported, ScanReasons.UnsupportedManifest },
        { RegistryErrorKind.InvalidRequest, ScanReasons.Failed },
        { RegistryErrorKind.DestinationRefused, ScanReasons.DestinationRefused },
        { RegistryErrorKind.Other, ScanReasons.Failed },
    };

    [Fact]
    public void Reasons_OfEveryKind_AreInTheTable() => Reasons.Count.ShouldBe(Enum.GetValues<RegistryErrorKind>().Length);

    [Theory]
    [MemberData(nameof(Reasons))]
    public async Task WriteAsync_RegistryFails_HasItsReasonAndWords(RegistryErrorKind kind, string reason)
    {
        var error = await FailAsync(_ => throw new RegistryException(kind, "It is not well."));

        (error.Reason, error.Message).ShouldBe((reason, "It is not well."));
    }

    [Fact]
    public async Task WriteAsync_ManifestIsNoJson_IsInvalidContent()
    {
        var digest = Digest.Compute("{"u8);

        var error = await FailAsync(
            _ => Task.FromResult(new Manifest { MediaType = MediaTypes.OciManifest, Digest = digest, Content = "{"u8.ToArray() }), digest);

        error.Reason.ShouldBe(ScanReasons.InvalidContent);
        error.Message.ShouldStartWith($"The manifest {digest} cannot be read: ");
    }

    [Fact]
    public async Task WriteAsync_FolderCanNotBeWritten_SaysWhatToDo()
    {
        await using var folder = _tools.CreateFolder();
        var file = await folder.WriteFileAsync("file", "x"u8.ToArray(), Cancellation);

        var error = await Should.ThrowAsync<ScanException>(
            ImageLayout.WriteAsync(CreateClient(), _image.Digest, Path.Combine(file, "image"), long.MaxValue, Cancellation));

        error.Reason.ShouldBe(ScanReasons.Failed);
        error.Message.ShouldEndWith("free or enlarge the temporary directory.");
    }

    public static TheoryData<Exception> WhatCancelledCallsThrow =>
    [
        new RegistryException(RegistryErrorKind.TimedOut, "late"), new IOException("aborted"), new OperationCanceledException(),
        new TaskCanceledException(), new JsonException(),
    ];

    [Theory]
    [MemberData(nameof(WhatCancelledCallsThrow))]
    public async Task WriteAsync_Cancelled_IsACancellationWhateverIsThrown(Exception thrown)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await using var folder = _tools.CreateFolder();
        var client = Substitute.For<IRegistryClient>();
        client.GetManifestAsync(Arg.Any<string>(), Arg.Any<CancellationToken>()).Returns<Task<Manifest>>(async _ =>
        {
            await cancel.CancelAsync();
            throw thrown;
        });

        await Should.ThrowAsync<OperationCanceledException>(ImageLayout.WriteAsync(client, Requests.Digest, folder.Path, long.MaxValue, cancel.Token));
    }

    [Fact]
    public async Task WriteAsync_ClientGivesUpByItself_IsATimeout() =>
        (await FailAsync(_ => throw new TaskCanceledException())).Reason.ShouldBe(ScanReasons.TimedOut);

    [Fact]
    public async Task WriteAsync_Layout_IsOneOfTheSpecification()
    {
        await using var folder = _tools.CreateFolder();
        await ImageLayout.WriteAsync(CreateClient(), _image.Digest, folder.Path, long.MaxValue, Cancellation);

        File.ReadAllText(Path.Combine(folder.Path, "oci-layout")).ShouldBe("""{"imageLayoutVersion":"1.0.0"}""");
        File.ReadAllText(Path.Combine(folder.Path, "index.json")).Replace("\\u002B", "+", StringComparison.Ordinal).ShouldBe(
            $$"""{"schemaVersion":2,"manifests":[{"mediaType":"{{_image.MediaType}}","digest":"{{_image.Digest}}","size":{{_image.Content.Length}}}]}""");
    }

    [Fact]
    public async Task WriteAsync_ManifestWithoutLayers_IsAnImage()
    {
        var config = "{}"u8.ToArray();
        var manifest = new TestManifest(
            MediaTypes.OciManifest,
            Encoding.UTF8.GetBytes(
                $$$"""{"schemaVersion":2,"config":{"mediaType":"{{{MediaTypes.OciImageConfig}}}","digest":"{{{Digest.Compute(config)}}}","size":2} }"""));
        var client = Substitute.For<IRegistryClient>();
        client.GetManifestAsync(manifest.Digest.ToString(), Arg.Any<CancellationToken>()).Returns(
            new Manifest { MediaType = manifest.MediaType, Digest = manifest.Digest, Content = manifest.Content.ToArray() });
        client.OpenBlobAsync(Arg.Any<Descriptor>(), Arg.Any<CancellationToken>()).Returns(_ => new MemoryStream(config));
        await using var folder = _tools.CreateFolder();

        await ImageLayout.WriteAsync(client, manifest.Digest, folder.Path, long.MaxValue, Cancellation);

        Directory.GetFiles(Path.Combine(folder.Path, "blobs", "sha256")).Length.ShouldBe(2);
    }

    private async Task<ScanException> FailAsync(Func<NSubstitute.Core.CallInfo, Task<Manifest>> answer, Digest? digest = null)
    {
        await using var folder = _tools.CreateFolder();
        var client = Substitute.For<IRegistryClient>();
        client.GetManifestAsync(Arg.Any<string>(), Arg.Any<CancellationToken>()).Returns(answer);
        return await Should.ThrowAsync<ScanException>(ImageLayout.WriteAsync(client, digest ?? Requests.Digest, folder.Path, long.MaxValue, Cancellation));
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
