using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Testing.Images;
using RegistryOperator.Tests.Servers;
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

    [SyftTheory]
    [InlineData("authority of the request", true)]
    [InlineData("verification switched off", true)]
    [InlineData("unknown authority", false)]
    public async Task ScanAsync_CertificateOfAnOwnAuthority_IsTrustedWhereTheRequestSaysSo(string security, bool isTrusted)
    {
        var scan = ScanAsync(security switch
        {
            "authority of the request" => new TransportSecurity(CertificateAuthorities: _authority.CertificatePem),
            "verification switched off" => new TransportSecurity(InsecureSkipVerify: true),
            _ => TransportSecurity.Default,
        });
        if (isTrusted)
        {
            (await scan).Summary["packages"].ShouldBe("4");
            return;
        }

        var error = await Should.ThrowAsync<ScanException>(scan);
        error.Reason.ShouldBe(ScanReasons.RegistryUnavailable);
        error.Message.ShouldContain("x509");
        error.Message.ShouldEndWith("Add the registry's certificate authority to the resource.");
    }

    private Task<ImageScanResult> ScanAsync(TransportSecurity security) =>
        RealSyft.CreateScanner().ScanAsync(RealSyft.Request(_registry.Url, Repository, _image.Digest) with { Security = security }, Cancellation);
}
