using System.Text.Json;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Testing.Images;
using RegistryOperator.Tests.Servers;
using RegistryOperator.Tests.Servers.Processes;
using RegistryOperator.Tests.Servers.Registries;

namespace RegistryOperator.Syft.Tests.Real;

/// <summary>Real images in real registries, scanned by the real Syft.</summary>
public sealed class ScanTests
{
    private const string Repository = "team/app";
    private const string User = "alice";
    private const string Secret = "s3cret-of-a-test";
    private const string Wrong = "not-the-s3cret";

    private static readonly TestImage Image = RealImage.Build();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static MatrixTheoryData<string, string> AccessAndFormat { get; } = new(["open", "basic", "bearer", "another scheme"], SbomFormat.All);

    [SyftTheory]
    [MemberData(nameof(AccessAndFormat))]
    public async Task ScanAsync_AnyAccessAndFormat_FindsWhatTheImageHoldsAndNamesTheImage(string access, string format)
    {
        var scanner = RealSyft.CreateScanner();
        await using var tokens = await StartTokensAsync();
        await using var registry = await StartAsync(access switch
        {
            "basic" => DockerRegistryAccess.Basic(User, Secret),
            "bearer" => DockerRegistryAccess.Bearer(tokens),
            _ => DockerRegistryAccess.Open,
        });
        var isOpen = access is "open" or "another scheme";
        var request = Request(registry) with
        {
            SbomFormat = format,
            Credential = isOpen ? RegistryCredential.Anonymous : new RegistryCredential.UsernamePassword(User, Secret),
        };
        if (access == "another scheme") request = request with { Repository = new RepositoryReference(new Uri("oci-layout:///images"), Repository) };

        var result = await scanner.ScanAsync(request, Cancellation);

        var document = result.Documents.ShouldHaveSingleItem();
        document.MediaType.ShouldBe(SbomFormat.MediaTypeOf(format));
        (await RealImage.ReadPackagesAsync(format, document.Content, Cancellation)).ShouldBe(RealImage.Packages, ignoreOrder: true);
        result.Summary["packages"].ShouldBe(RealImage.Packages.Length.ToString());
        (await registry.Log.ReadAsync(Cancellation)).ShouldContain(entry => entry.Path == $"/v2/{Repository}/manifests/{Image.Digest}" && entry.Status == 200);
        if (format != SbomFormat.SyftJson) return;
        using var sbom = JsonDocument.Parse(document.Content);
        var source = sbom.RootElement.GetProperty("source");
        source.GetProperty("name").GetString().ShouldBe(access == "another scheme" ? Repository : $"{registry.Url.Authority}/{Repository}");
        source.GetProperty("version").GetString().ShouldBe(Image.Digest.ToString());
        source.GetProperty("metadata").GetProperty("manifestDigest").GetString().ShouldBe(Image.Digest.ToString());
    }

    [SyftTheory]
    [InlineData("registry token", true)]
    [InlineData("identity token", false)]
    public async Task ScanAsync_Token_IsSentAsItIsOrChangedByTheRequestsClient(string kind, bool isSentAsItIs)
    {
        var scanner = RealSyft.CreateScanner();
        await using var tokens = await StartTokensAsync();
        await using var registry = await StartAsync(DockerRegistryAccess.Bearer(tokens));
        RegistryCredential credential = kind == "registry token"
            ? new RegistryCredential.RegistryToken(tokens.CreateToken(User, $"repository:{Repository}:pull"))
            : new RegistryCredential.IdentityToken(tokens.CreateRefreshToken(User));
        tokens.ClearRequests();
        var request = Request(registry) with { Credential = credential };
        request = request with { Client = RealSyft.CreateClient(new RegistryClientRequest { Repository = request.Repository, Credential = credential }) };

        var result = await scanner.ScanAsync(request, Cancellation);

        (await RealImage.ReadPackagesAsync(SbomFormat.SyftJson, result.Documents[0].Content, Cancellation)).ShouldBe(RealImage.Packages, ignoreOrder: true);
        tokens.Requests.Any().ShouldBe(!isSentAsItIs);
    }

    [SyftTheory]
    [InlineData("wrong password", ScanReasons.Unauthorized, "Syft: failed to get image descriptor")]
    [InlineData("no password", ScanReasons.Unauthorized, "Syft: failed to get image descriptor")]
    [InlineData("https to a registry of plain http", ScanReasons.RegistryUnavailable, "")]
    [InlineData("missing image", ScanReasons.NotFound, "")]
    [InlineData("nobody listens", ScanReasons.RegistryUnavailable, "")]
    public async Task ScanAsync_RegistryThatRefuses_TellsTheReasonAndNoSecret(string fault, string reason, string message)
    {
        await using var registry = await StartAsync(fault == "missing image" ? DockerRegistryAccess.Open : DockerRegistryAccess.Basic(User, Secret));
        var request = Request(registry) with { Credential = new RegistryCredential.UsernamePassword(User, fault == "wrong password" ? Wrong : Secret) };
        request = fault switch
        {
            "no password" or "missing image" => request with { Credential = RegistryCredential.Anonymous },
            "https to a registry of plain http" => At(request, new Uri($"https://{registry.Url.Authority}")),
            "nobody listens" => At(request, new Uri($"http://127.0.0.1:{FreePort.Find()}")),
            _ => request,
        };
        if (fault == "missing image") request = request with { Digest = Abstractions.Oci.Digest.Compute("other"u8) };
        await registry.Log.ClearAsync(Cancellation);

        var error = await Should.ThrowAsync<ScanException>(RealSyft.CreateScanner().ScanAsync(request, Cancellation));

        error.Reason.ShouldBe(reason);
        error.Message.ShouldStartWith(message);
        error.Message.ShouldNotContain(Secret);
        error.Message.ShouldNotContain(Wrong);
        (await registry.Log.ReadAsync(Cancellation))
            .ShouldNotContain(entry => entry.Status == 200 && entry.Path.Contains("/manifests/"), "nobody got the password or the image");
    }

    private static ImageScanRequest At(ImageScanRequest request, Uri registry)
    {
        var repository = new RepositoryReference(registry, Repository);
        var client = RealSyft.CreateClient(new RegistryClientRequest
        {
            Repository = repository,
            Credential = request.Credential,
            Retry = RegistryRetryOptions.Default with { Attempts = 0 },
        });
        return request with { Repository = repository, Client = client };
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
