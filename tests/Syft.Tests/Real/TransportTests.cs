using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Testing.Images;
using RegistryOperator.Tests.Servers.Certificates;
using RegistryOperator.Tests.Servers.Registries;

namespace RegistryOperator.Syft.Tests.Real;

/// <summary>A registry whose certificate only a test's own authority vouches for.</summary>
public sealed class TransportTests : IAsyncLifetime
{
    private const string Repository = "team/app";

    private readonly TestAuthority _authority = new();
    private readonly TestImage _image = RealImage.Build();
    private DockerRegistry _registry = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _registry = await DockerRegistry.StartAsync(new DockerRegistryOptions { Authority = _authority }, Cancellation);
        using var pusher = _registry.CreatePusher();
        await pusher.PushAsync(Repository, "1.0", _image, Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        _authority.Dispose();
    }

    [Fact]
    public async Task ScanAsync_AuthorityOfTheRequest_IsTrusted() =>
        (await ScanAsync(new TransportSecurity(CertificateAuthorities: _authority.CertificatePem))).Summary["packages"].ShouldBe("4");

    [Fact]
    public async Task ScanAsync_VerificationSwitchedOff_AcceptsAnyCertificate() =>
        (await ScanAsync(new TransportSecurity(InsecureSkipVerify: true))).Summary["packages"].ShouldBe("4");

    [Fact]
    public async Task ScanAsync_UnknownAuthority_IsRefusedWithAdvice()
    {
        var error = await Should.ThrowAsync<ScanException>(ScanAsync(TransportSecurity.Default));
        error.Reason.ShouldBe(ScanReasons.RegistryUnavailable);
        error.Message.ShouldContain("x509");
        error.Message.ShouldEndWith("Add the registry's certificate authority to the resource.");
    }

    private Task<ImageScanResult> ScanAsync(TransportSecurity security) =>
        RealSyft.CreateScanner().ScanAsync(RealSyft.Request(_registry.Url, Repository, _image.Digest) with { Security = security }, Cancellation);
}
