using System.Text.Json;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Testing.Images;
using RegistryOperator.Tests.Servers.Processes;
using RegistryOperator.Tests.Servers.Registries;

namespace RegistryOperator.Syft.Tests.Real;

/// <summary>Real images in real registries, scanned by the real Syft.</summary>
public sealed class ScanTests
{
    private const string Repository = "team/app";
    private const string User = "alice";
    private const string Secret = "s3cret-of-a-test";

    private static readonly TestImage Image = RealImage.Build();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static MatrixTheoryData<string, string> AccessAndFormat { get; } = new(["open", "basic", "bearer"], SbomFormat.All);

    [Theory]
    [MemberData(nameof(AccessAndFormat))]
    public async Task ScanAsync_AnyAccessAndFormat_FindsWhatTheImageHolds(string access, string format)
    {
        var scanner = RealSyft.CreateScanner();
        await using var tokens = await StartTokensAsync();
        await using var registry = await StartAsync(access switch
        {
            "basic" => DockerRegistryAccess.Basic(User, Secret),
            "bearer" => DockerRegistryAccess.Bearer(tokens),
            _ => DockerRegistryAccess.Open,
        });
        var credential = access == "open" ? RegistryCredential.Anonymous : new RegistryCredential.UsernamePassword(User, Secret);
        var result = await scanner.ScanAsync(Request(registry) with { SbomFormat = format, Credential = credential }, Cancellation);

        var document = result.Documents.ShouldHaveSingleItem();
        document.MediaType.ShouldBe(SbomFormat.MediaTypeOf(format));
        (await RealImage.ReadPackagesAsync(format, document.Content, Cancellation)).ShouldBe(RealImage.Packages, ignoreOrder: true);
        result.Summary["packages"].ShouldBe(RealImage.Packages.Length.ToString());
        (await registry.Log.ReadAsync(Cancellation)).ShouldContain(request => request.Path == $"/v2/{Repository}/manifests/{Image.Digest}" && request.Status == 200);
    }

    [Fact]
    public async Task ScanAsync_RegistryToken_IsSentAsItIs()
    {
        var scanner = RealSyft.CreateScanner();
        await using var tokens = await StartTokensAsync();
        await using var registry = await StartAsync(DockerRegistryAccess.Bearer(tokens));
        tokens.ClearRequests();
        var credential = new RegistryCredential.RegistryToken(tokens.CreateToken(User, $"repository:{Repository}:pull"));
        (await scanner.ScanAsync(Request(registry) with { Credential = credential }, Cancellation)).Summary["packages"].ShouldBe("4");
        tokens.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task ScanAsync_IdentityToken_IsUsedByTheRequestsClient()
    {
        var scanner = RealSyft.CreateScanner();
        await using var tokens = await StartTokensAsync();
        await using var registry = await StartAsync(DockerRegistryAccess.Bearer(tokens));
        var credential = new RegistryCredential.IdentityToken(tokens.CreateRefreshToken(User));
        var request = Request(registry) with { Credential = credential };
        request = request with { Client = RealSyft.CreateClient(new RegistryClientRequest { Repository = request.Repository, Credential = credential }) };
        var result = await scanner.ScanAsync(request, Cancellation);
        (await RealImage.ReadPackagesAsync(SbomFormat.SyftJson, result.Documents[0].Content, Cancellation)).ShouldBe(RealImage.Packages, ignoreOrder: true);
    }

    [Fact]
    public async Task ScanAsync_RegistryOfAnotherScheme_NamesTheImageInTheSbom()
    {
        var scanner = RealSyft.CreateScanner();
        await using var registry = await StartAsync(DockerRegistryAccess.Open);
        var request = Request(registry) with { Repository = new RepositoryReference(new Uri("oci-layout:///images"), Repository) };
        var result = await scanner.ScanAsync(request, Cancellation);
        using var sbom = JsonDocument.Parse(result.Documents[0].Content);
        var source = sbom.RootElement.GetProperty("source");
        source.GetProperty("name").GetString().ShouldBe(Repository);
        source.GetProperty("version").GetString().ShouldBe(Image.Digest.ToString());
        source.GetProperty("metadata").GetProperty("manifestDigest").GetString().ShouldBe(Image.Digest.ToString());
        result.Summary["packages"].ShouldBe("4");
    }

    [Theory]
    [InlineData("wrong")]
    [InlineData(null)]
    public async Task ScanAsync_WrongOrNoPassword_IsUnauthorizedAndShowsNoSecret(string? password)
    {
        var scanner = RealSyft.CreateScanner();
        await using var registry = await StartAsync(DockerRegistryAccess.Basic(User, Secret));
        var credential = password is null ? RegistryCredential.Anonymous : new RegistryCredential.UsernamePassword(User, password);
        var error = await Should.ThrowAsync<ScanException>(scanner.ScanAsync(Request(registry) with { Credential = credential }, Cancellation));
        error.Reason.ShouldBe(ScanReasons.Unauthorized);
        error.Message.ShouldStartWith("Syft: failed to get image descriptor");
        if (password is not null) error.Message.ShouldNotContain(password);
    }

    [Fact]
    public async Task ScanAsync_HttpsRegistryThatSpeaksPlainHttp_NeverGetsThePassword()
    {
        var scanner = RealSyft.CreateScanner();
        await using var registry = await StartAsync(DockerRegistryAccess.Basic(User, Secret));
        var credential = new RegistryCredential.UsernamePassword(User, Secret);
        var repository = new RepositoryReference(new Uri($"https://{registry.Url.Authority}"), Repository);
        var client = RealSyft.CreateClient(new RegistryClientRequest
        {
            Repository = repository,
            Credential = credential,
            Retry = RegistryRetryOptions.Default with { Attempts = 0 },
        });
        await registry.Log.ClearAsync(Cancellation);
        var error = await Should.ThrowAsync<ScanException>(
            scanner.ScanAsync(Request(registry) with { Repository = repository, Credential = credential, Client = client }, Cancellation));
        error.Reason.ShouldBe(ScanReasons.RegistryUnavailable);
        (await registry.Log.ReadAsync(Cancellation)).ShouldNotContain(request => request.Status == 200);
    }

    [Fact]
    public async Task ScanAsync_MissingImage_IsNotFound()
    {
        var scanner = RealSyft.CreateScanner();
        await using var registry = await StartAsync(DockerRegistryAccess.Open);
        var error = await Should.ThrowAsync<ScanException>(scanner.ScanAsync(Request(registry) with { Digest = Abstractions.Oci.Digest.Compute("other"u8) }, Cancellation));
        error.Reason.ShouldBe(ScanReasons.NotFound);
    }

    [Fact]
    public async Task ScanAsync_NobodyListens_IsRegistryUnavailable()
    {
        var request = RealSyft.Request(new Uri($"http://127.0.0.1:{FreePort.Find()}"), Repository, Image.Digest);
        var error = await Should.ThrowAsync<ScanException>(RealSyft.CreateScanner().ScanAsync(request, Cancellation));
        error.Reason.ShouldBe(ScanReasons.RegistryUnavailable);
    }

    private static async Task<TokenServer> StartTokensAsync() =>
        await TokenServer.StartAsync(new TokenServerOptions { Users = new Dictionary<string, string> { [User] = Secret } }, Cancellation);

    private static async Task<DockerRegistry> StartAsync(DockerRegistryAccess access)
    {
        var registry = await DockerRegistry.StartAsync(new DockerRegistryOptions { Access = access }, Cancellation);
        using var pusher = registry.CreatePusher();
        await pusher.PushAsync(Repository, "1.0", Image, Cancellation);
        return registry;
    }

    private static ImageScanRequest Request(DockerRegistry registry) => RealSyft.Request(registry.Url, Repository, Image.Digest);
}
