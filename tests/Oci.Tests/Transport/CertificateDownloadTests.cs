using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Tests.Support;

namespace RegistryOperator.Oci.Tests.Transport;

/// <summary>A certificate says at which URL its issuer's is found: whoever made it could have any server asked.</summary>
public sealed class CertificateDownloadTests
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task Request_CertificateNamesTheUrlOfItsIssuer_IsRefusedWithoutAskingThere()
    {
        await using var inside = await FaultServer.StartAsync(context =>
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
        using var certificate = Create(new Uri(inside.Url, "issuer.cer"));
        await using var registry = await FaultServer.StartAsync(Answers.ManifestAsync, certificate);
        // The server looks for its own chain when it starts.
        inside.Requests.Clear();
        using var provider = TestClient.Provider();

        var error = await provider.For(registry.Url).GetManifestAsync("latest", TestContext.Current.CancellationToken).ShouldFailAsync();

        inside.Requests.ShouldBeEmpty();
        error.Kind.ShouldBe(RegistryErrorKind.TlsFailure);
        error.Message.ShouldContain("the server has to send its intermediate certificates");
    }

    private static X509Certificate2 Create(Uri issuerIsAt)
    {
        using var issuersKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=registry", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension(ocspUris: null, caIssuersUris: [issuerIsAt.AbsoluteUri]));
        var generator = X509SignatureGenerator.CreateForECDsa(issuersKey);
        using var bare = request.Create(new X500DistinguishedName("CN=Intermediate"), generator, Now.AddDays(-1), Now.AddDays(1), [1]);
        return bare.CopyWithPrivateKey(key);
    }
}
