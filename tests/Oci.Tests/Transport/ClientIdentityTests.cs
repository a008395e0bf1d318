using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Authentication;
using RegistryOperator.Oci.Tests.Support;
using RegistryOperator.Oci.Transport;

namespace RegistryOperator.Oci.Tests.Transport;

public sealed class ClientIdentityTests : IDisposable
{
    private readonly ECDsa _curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly RSA _rsa = RSA.Create(2048);

    public void Dispose()
    {
        _curve.Dispose();
        _rsa.Dispose();
    }

    [Theory]
    [InlineData("PKCS#8, RSA")]
    [InlineData("PKCS#1, RSA")]
    [InlineData("PKCS#8, EC")]
    [InlineData("SEC 1, EC")]
    public async Task Request_RegistryAsksForACertificate_IsShownIt(string form)
    {
        var shown = Form(form);
        using var server = ServerCertificate();
        var seen = new ConcurrentQueue<string>();
        await using var registry = await FaultServer.StartAsync(Answers.ManifestAsync, server, options => Ask(options, seen));
        using var provider = TestClient.Provider();

        var manifest = await provider.For(registry.Url, security: new TransportSecurity(InsecureSkipVerify: true) { ClientCertificate = shown })
            .GetManifestAsync("latest", TestContext.Current.CancellationToken);

        manifest.Digest.ShouldBe(Answers.ManifestDigest);
        seen.ShouldHaveSingleItem().ShouldBe("CN=client");
    }

    [Fact]
    public async Task Request_NoCertificateAfterOneWasShown_UsesNoConnectionOfIts()
    {
        using var server = ServerCertificate();
        var seen = new ConcurrentQueue<string>();
        await using var registry = await FaultServer.StartAsync(Answers.ManifestAsync, server, options => Ask(options, seen));
        using var provider = TestClient.Provider();
        var skip = new TransportSecurity(InsecureSkipVerify: true);
        await provider.For(registry.Url, security: skip with { ClientCertificate = Form("PKCS#8, EC") })
            .GetManifestAsync("latest", TestContext.Current.CancellationToken);

        var error = await provider.For(registry.Url, security: skip).GetManifestAsync("latest", TestContext.Current.CancellationToken).ShouldFailAsync();

        seen.ShouldHaveSingleItem();
        error.Message.ShouldContain("asks for a client certificate");
        error.Advice.ShouldNotBeNull().ShouldContain("spec.clientCertificateSecret");
    }

    [Fact]
    public async Task Request_RegistryAsksForACertificateAndNeedsNone_IsAnsweredAndItsFaultsAreItsOwn()
    {
        using var server = ServerCertificate();
        await using var registry = await FaultServer.StartAsync(
            Answers.ManifestAsync, server, options => options.ClientCertificateMode = ClientCertificateMode.AllowCertificate);
        using var provider = TestClient.Provider();

        var manifest = await provider.For(registry.Url, security: new TransportSecurity(InsecureSkipVerify: true))
            .GetManifestAsync("latest", TestContext.Current.CancellationToken);
        var untrusted = await provider.For(registry.Url).GetManifestAsync("latest", TestContext.Current.CancellationToken).ShouldFailAsync();

        manifest.Digest.ShouldBe(Answers.ManifestDigest);
        untrusted.Message.ShouldContain("no TLS connection");
        untrusted.Message.ShouldNotContain("client certificate");
        untrusted.Advice.ShouldNotBeNull().ShouldContain("spec.caSecret");
    }

    [Theory]
    [InlineData(ClientCertificateMode.AllowCertificate, true)]
    [InlineData(ClientCertificateMode.NoCertificate, false)]
    public async Task Request_RefusedByAServerThatAsksForACertificate_SaysThatItDoes(ClientCertificateMode mode, bool isTold)
    {
        using var server = ServerCertificate();
        await using var registry = await FaultServer.StartAsync(
            context =>
            {
                context.Response.StatusCode = 400;
                return Task.CompletedTask;
            },
            server, options => options.ClientCertificateMode = mode);
        using var provider = TestClient.Provider();

        var error = await provider.For(registry.Url, security: new TransportSecurity(InsecureSkipVerify: true))
            .GetManifestAsync("latest", TestContext.Current.CancellationToken).ShouldFailAsync();

        error.StatusCode.ShouldBe(System.Net.HttpStatusCode.BadRequest);
        (error.Advice?.Contains("spec.clientCertificateSecret", StringComparison.Ordinal) == true).ShouldBe(isTold);
    }

    /// <summary>Servers differ in whether they send the alert or only close the connection.</summary>
    [Theory]
    [InlineData("error:0A00045C:SSL routines::tlsv13 alert certificate required", true)]
    [InlineData("error:0A000418:SSL routines::tlsv1 alert unknown ca", true)]
    [InlineData("error:0A000412:SSL routines::sslv3 alert handshake failure", false)]
    public void From_AlertOfTheServer_SaysThatACertificateIsAskedFor(string alert, bool isTold)
    {
        var cause = new IOException("The decryption operation failed.", new InvalidOperationException(alert));
        foreach (var exception in (Exception[])[cause, new HttpRequestException("The request failed.", cause)])
        {
            var failure = TransportFailure.From(exception, new Uri("https://r.example"), null, isRegistry: true).ShouldNotBeNull();
            (failure.Advice?.Contains("spec.clientCertificateSecret", StringComparison.Ordinal) == true).ShouldBe(isTold);
            (failure.Kind == RegistryErrorKind.TlsFailure).ShouldBe(isTold);
        }
    }

    [Fact]
    public void ProblemOf_CertificateWithItsAuthorities_IsNone()
    {
        using var authority = new CertificateRequest("CN=authority", _rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(1));
        var shown = Form("PKCS#8, EC");

        ClientIdentity.ProblemOf(shown with { Certificates = shown.Certificates + "\n" + authority.ExportCertificatePem() }).ShouldBeNull();
    }

    [Theory]
    [InlineData("no certificate", "the client certificate can't be read")]
    [InlineData("nonsense for a certificate", "the client certificate can't be read")]
    [InlineData("damaged certificate", "the client certificate can't be read")]
    [InlineData("no key", "the private key of the client certificate is missing")]
    [InlineData("certificate for a key", "the private key of the client certificate is missing")]
    [InlineData("encrypted key", "the private key of the client certificate is encrypted")]
    [InlineData("key of an older form, encrypted", "the private key of the client certificate is encrypted")]
    [InlineData("another key", "the private key does not belong to the client certificate, or can't be read")]
    [InlineData("key of another kind", "the private key does not belong to the client certificate, or can't be read")]
    [InlineData("damaged key", "the private key does not belong to the client certificate, or can't be read")]
    public void ProblemOf_WhatCannotBeUsed_SaysWhatAndNothingOfTheKey(string what, string expected)
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var good = Form("PKCS#8, EC");
        var parameters = new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1);
        var bad = what switch
        {
            "no certificate" => good with { Certificates = "" },
            "nonsense for a certificate" => good with { Certificates = "hunter2" },
            "damaged certificate" => good with { Certificates = "-----BEGIN CERTIFICATE-----\naHVudGVyMg==\n-----END CERTIFICATE-----" },
            "no key" => good with { Key = "" },
            "certificate for a key" => good with { Key = good.Certificates },
            "encrypted key" => good with { Key = _curve.ExportEncryptedPkcs8PrivateKeyPem("hunter2", parameters) },
            "key of an older form, encrypted" => good with
            {
                Key = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\naHVudGVyMg==\n-----END RSA PRIVATE KEY-----",
            },
            "another key" => good with { Key = other.ExportPkcs8PrivateKeyPem() },
            "key of another kind" => good with { Key = _rsa.ExportPkcs8PrivateKeyPem() },
            _ => good with { Key = "-----BEGIN PRIVATE KEY-----\naHVudGVyMg==\n-----END PRIVATE KEY-----" },
        };

        var problem = ClientIdentity.ProblemOf(bad).ShouldNotBeNull();

        problem.ShouldStartWith(expected + ". ");
        problem.ShouldNotContain("aHVudGVyMg==");
        problem.ShouldNotContain("hunter2");
    }

    [Fact]
    public void Identity_AnotherClientCertificate_IsAnotherConnectionAndAnotherAccess()
    {
        var identities = new CredentialIdentity();
        var (one, two) = (Form("PKCS#8, EC"), Form("PKCS#8, RSA"));
        TransportSecurity[] all =
        [
            TransportSecurity.Default, new() { ClientCertificate = one }, new() { ClientCertificate = two }, new(true) { ClientCertificate = one },
            new(true), new(false, "ca") { ClientCertificate = one }, new(false, "ca"),
        ];

        all.Select(identities.Of).Distinct().Count().ShouldBe(all.Length);
        all.Select(security => identities.Of(RegistryCredential.Anonymous, security)).Distinct().Count().ShouldBe(all.Length);
        identities.Of(new TransportSecurity { ClientCertificate = one with { } }).ShouldBe(identities.Of(all[1]));
        new TransportSecurity { ClientCertificate = one }.ToString().ShouldNotContain("BEGIN");
    }

    private static void Ask(HttpsConnectionAdapterOptions options, ConcurrentQueue<string> seen)
    {
        options.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
        options.ClientCertificateValidation = (certificate, _, _) =>
        {
            seen.Enqueue(certificate.Subject);
            return true;
        };
    }

    private ClientCertificate Form(string form)
    {
        var now = TimeProvider.System.GetUtcNow();
        var request = form.EndsWith("EC", StringComparison.Ordinal)
            ? new CertificateRequest("CN=client", _curve, HashAlgorithmName.SHA256)
            : new CertificateRequest("CN=client", _rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return new ClientCertificate(certificate.ExportCertificatePem(), form switch
        {
            "PKCS#8, RSA" => _rsa.ExportPkcs8PrivateKeyPem(),
            "PKCS#1, RSA" => _rsa.ExportRSAPrivateKeyPem(),
            "PKCS#8, EC" => _curve.ExportPkcs8PrivateKeyPem(),
            _ => _curve.ExportECPrivateKeyPem(),
        });
    }

    private static X509Certificate2 ServerCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        return new CertificateRequest("CN=registry", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
