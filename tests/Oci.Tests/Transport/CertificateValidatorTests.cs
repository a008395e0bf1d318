using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Transport;

namespace RegistryOperator.Oci.Tests.Transport;

public sealed class CertificateValidatorTests : IDisposable
{
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();
    private readonly X509Certificate2 _root = Create("CN=Root", null, isAuthority: true);
    private readonly X509Certificate2 _intermediate;
    private readonly X509Certificate2 _leaf;

    public CertificateValidatorTests()
    {
        _intermediate = Create("CN=Intermediate", _root, isAuthority: true);
        _leaf = Create("CN=leaf", _intermediate, names: ["registry.example", "10.0.0.1"]);
    }

    public void Dispose()
    {
        _root.Dispose();
        _intermediate.Dispose();
        _leaf.Dispose();
    }

    [Fact]
    public void Validate_SystemTrustsIt_IsTrustedWhateverAuthoritiesAreGiven()
    {
        new CertificateValidator(TransportSecurity.Default).Validate(this, _leaf, null, SslPolicyErrors.None).ShouldBeTrue();
        new CertificateValidator(Trust(_root)).Validate(this, _leaf, null, SslPolicyErrors.None).ShouldBeTrue();
    }

    [Theory]
    [InlineData(SslPolicyErrors.RemoteCertificateNameMismatch)]
    [InlineData(SslPolicyErrors.RemoteCertificateNotAvailable)]
    [InlineData(SslPolicyErrors.RemoteCertificateChainErrors)]
    public void Validate_VerificationIsOff_TakesAnything(SslPolicyErrors errors) =>
        new CertificateValidator(new TransportSecurity(InsecureSkipVerify: true)).Validate(this, null, null, errors).ShouldBeTrue();

    [Fact]
    public void Validate_ChainEndsInAGivenAuthority_IsTrusted()
    {
        using var chain = ChainOf(_intermediate);

        new CertificateValidator(Trust(_root)).Validate(this, _leaf, chain, SslPolicyErrors.RemoteCertificateChainErrors).ShouldBeTrue();
    }

    [Fact]
    public void Validate_OneOfSeveralAuthoritiesIssuedIt_IsTrusted()
    {
        using var other = Create("CN=Other", null, isAuthority: true);
        using var chain = ChainOf(_intermediate);

        new CertificateValidator(Trust(other, _root)).Validate(this, _leaf, chain, SslPolicyErrors.RemoteCertificateChainErrors).ShouldBeTrue();
    }

    [Fact]
    public void Validate_IntermediateIsNotSent_IsRefusedWithTheReason() =>
        Should.Throw<AuthenticationException>(
            () => new CertificateValidator(Trust(_root)).Validate(this, _leaf, null, SslPolicyErrors.RemoteCertificateChainErrors))
            .Message.ShouldStartWith(
                "the certificate 'CN=leaf', issued by 'CN=Intermediate', is trusted neither by the system " +
                "nor by the given certificate authorities: PartialChain");

    [Fact]
    public void Validate_AnotherName_IsRefusedAlthoughTheAuthorityIsGiven()
    {
        using var chain = ChainOf(_intermediate);
        const SslPolicyErrors Errors = SslPolicyErrors.RemoteCertificateNameMismatch | SslPolicyErrors.RemoteCertificateChainErrors;

        Should.Throw<AuthenticationException>(() => new CertificateValidator(Trust(_root)).Validate(this, _leaf, chain, Errors))
            .Message.ShouldStartWith("the certificate is for 'registry.example', '10.0.0.1', not for");
    }

    [Fact]
    public void Validate_NameOnlyInTheSubject_IsSaidInTheRefusal()
    {
        using var nameless = Create("CN=nameless", null);

        Should.Throw<AuthenticationException>(() =>
                new CertificateValidator(TransportSecurity.Default).Validate(this, nameless, null, SslPolicyErrors.RemoteCertificateNameMismatch))
            .Message.ShouldStartWith("the certificate is for 'CN=nameless', not for");
    }

    [Fact]
    public void Validate_NoCertificate_IsRefused() =>
        Should.Throw<AuthenticationException>(
            () => new CertificateValidator(Trust(_root)).Validate(this, null, null, SslPolicyErrors.RemoteCertificateNotAvailable))
            .Message.ShouldBe("the server shows no certificate");

    [Fact]
    public void Validate_NoAuthoritiesAndAnUnknownIssuer_IsRefusedWithWhatTheSystemSays()
    {
        Should.Throw<AuthenticationException>(() =>
                new CertificateValidator(TransportSecurity.Default).Validate(this, _leaf, null, SslPolicyErrors.RemoteCertificateChainErrors))
            .Message.ShouldBe("the certificate 'CN=leaf', issued by 'CN=Intermediate', is not trusted: its chain does not end in a trusted authority");

        using var chain = new X509Chain();
        chain.Build(_leaf);
        Should.Throw<AuthenticationException>(() =>
                new CertificateValidator(TransportSecurity.Default).Validate(this, _leaf, chain, SslPolicyErrors.RemoteCertificateChainErrors))
            .Message.ShouldContain("PartialChain");
    }

    [Theory]
    [InlineData(ServerUse, true)]
    [InlineData(ClientUse, false)]
    public void Validate_CertificateForAnotherUse_IsRefused(string use, bool isTrusted)
    {
        using var leaf = Create("CN=use", _root, names: ["registry.example"], use: use);
        var validator = new CertificateValidator(Trust(_root));

        bool Validate() => validator.Validate(this, leaf, null, SslPolicyErrors.RemoteCertificateChainErrors);
        if (isTrusted) Validate().ShouldBeTrue();
        else Should.Throw<AuthenticationException>(() => Validate()).Message.ShouldContain("NotValidForUsage");
    }

    [Theory]
    [InlineData(-2, -1)]
    [InlineData(1, 2)]
    public void Validate_CertificateOfAnotherTime_IsRefused(int fromDays, int toDays)
    {
        using var leaf = Create("CN=late", _root, names: ["registry.example"], from: Now.AddDays(fromDays), to: Now.AddDays(toDays));

        Should.Throw<AuthenticationException>(
            () => new CertificateValidator(Trust(_root)).Validate(this, leaf, null, SslPolicyErrors.RemoteCertificateChainErrors))
            .Message.ShouldContain("NotTimeValid");
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("-----BEGIN CERTIFICATE-----\nbm9uc2Vuc2U=\n-----END CERTIFICATE-----")]
    public void New_NoUsableAuthority_IsAnInvalidRequestWithAdvice(string pem)
    {
        var error = Should.Throw<RegistryException>(() => new CertificateValidator(new TransportSecurity(CertificateAuthorities: pem)));

        error.Kind.ShouldBe(RegistryErrorKind.InvalidRequest);
        error.Advice.ShouldNotBeNull().ShouldContain("PEM");
    }

    [Theory]
    [InlineData("root", true, true)]
    [InlineData("root", false, false)]
    [InlineData("intermediate", true, true)]
    [InlineData("intermediate", false, true)]
    [InlineData("leaf", true, true)]
    [InlineData("leaf", false, true)]
    [InlineData("root intermediate", false, true)]
    public void Validate_AnyCertificateOfTheBundle_IsAnAnchor(string bundle, bool sendsItsChain, bool isTrusted)
    {
        var given = bundle.Split(' ').Select(name => name switch { "root" => _root, "intermediate" => _intermediate, _ => _leaf }).ToArray();
        using var chain = sendsItsChain ? ChainOf(_intermediate) : null;

        IsTrusted(_leaf, Trust(given), chain).ShouldBe(isTrusted);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Validate_SelfSignedServerCertificate_IsItsOwnAnchor(bool isAuthority)
    {
        using var own = Create("CN=own", null, names: ["registry.example"], isAuthority: isAuthority);
        using var other = Create("CN=own", null, names: ["registry.example"], isAuthority: isAuthority);

        IsTrusted(own, Trust(own)).ShouldBeTrue();
        IsTrusted(own, Trust(other)).ShouldBeFalse();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Validate_SignedByAnotherKeyOfTheAnchorsName_IsRefused(bool isSent)
    {
        using var impostor = Create("CN=Intermediate", _root, isAuthority: true);
        using var forged = Create("CN=leaf", impostor, names: ["registry.example"]);
        using var selfMade = Create("CN=Intermediate", null, isAuthority: true);
        using var forgedBySelfMade = Create("CN=leaf", selfMade, names: ["registry.example"]);
        using var chain = isSent ? ChainOf(impostor) : null;
        using var chainOfSelfMade = isSent ? ChainOf(selfMade) : null;

        IsTrusted(forged, Trust(_intermediate), chain).ShouldBeFalse();
        IsTrusted(forgedBySelfMade, Trust(_intermediate), chainOfSelfMade).ShouldBeFalse();
    }

    [Fact]
    public void Validate_AnchorIsNoAuthority_VouchesForItselfAlone()
    {
        using var server = Create("CN=server", _root, names: ["registry.example"]);
        using var below = Create("CN=below", server, names: ["registry.example"]);

        IsTrusted(server, Trust(server)).ShouldBeTrue();
        IsTrusted(below, Trust(server)).ShouldBeFalse();
    }

    [Fact]
    public void Validate_AnotherLeafOfTheAnchorsIssuer_IsRefused()
    {
        using var other = Create("CN=other", _intermediate, names: ["registry.example"]);
        using var chain = ChainOf(_intermediate);

        IsTrusted(other, Trust(_leaf), chain).ShouldBeFalse();
    }

    [Fact]
    public void Validate_AnchorHasExpired_IsRefused()
    {
        using var late = Create("CN=Late", _root, isAuthority: true, from: Now.AddDays(-3), to: Now.AddDays(-1));
        using var leaf = Create("CN=leaf", late, names: ["registry.example"], from: Now.AddDays(-2), to: Now.AddDays(-1));
        using var server = Create("CN=server", _root, names: ["registry.example"], from: Now.AddDays(-2), to: Now.AddDays(-1));

        IsTrusted(leaf, Trust(late)).ShouldBeFalse();
        IsTrusted(server, Trust(server)).ShouldBeFalse();
    }

    [Fact]
    public void Validate_RootAboveTheAnchorHasExpired_IsTrusted()
    {
        using var late = Create("CN=Late root", null, isAuthority: true, from: Now.AddDays(-3), to: Now.AddDays(-1));
        using var issuing = Create("CN=Issuing", late, isAuthority: true, from: Now.AddDays(-2), to: Now.AddDays(2), mayOutlive: true);
        using var leaf = Create("CN=leaf", issuing, names: ["registry.example"], from: Now.AddDays(-1), to: Now.AddDays(1));
        using var chain = ChainOf(issuing);
        chain.ChainPolicy.ExtraStore.Add(late);

        IsTrusted(leaf, Trust(issuing), chain).ShouldBeTrue();
        IsTrusted(leaf, Trust(late), chain).ShouldBeFalse();
    }

    /// <summary>An authority that two others have certified: the server sends one of its certificates, the bundle has the other.</summary>
    [Fact]
    public void Validate_AuthorityWithTwoCertificates_IsAnAnchorByEither()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var otherRoot = Create("CN=Other root", null, isAuthority: true);
        using var sent = Certify(key, _root);
        using var given = Certify(key, otherRoot);
        using var issuer = given.CopyWithPrivateKey(key);
        using var leaf = Create("CN=leaf", issuer, names: ["registry.example"], mayOutlive: true);
        using var chain = ChainOf(sent);

        IsTrusted(leaf, Trust(given), chain).ShouldBeTrue();
        IsTrusted(leaf, Trust(otherRoot), chain).ShouldBeFalse();

        static X509Certificate2 Certify(ECDsa key, X509Certificate2 issuer)
        {
            var request = new CertificateRequest("CN=Cross", key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, hasPathLengthConstraint: false, 0, critical: true));
            return request.Create(issuer, Now.AddDays(-2), Now.AddDays(2), Guid.NewGuid().ToByteArray());
        }
    }

    [Fact]
    public void Validate_BundleWithOtherThingsInIt_IsReadForItsCertificates()
    {
        using var chain = ChainOf(_intermediate);
        using var key = ECDsa.Create();
        var bundle = $"# Root\r\nsubject=CN = Root\r\n{key.ExportECPrivateKeyPem()}\r\n"
            + "-----BEGIN CERTIFICATE-----\nbm9uc2Vuc2U=\n-----END CERTIFICATE-----\n"
            + _root.ExportCertificatePem().Replace("\n", "\r\n", StringComparison.Ordinal);

        IsTrusted(_leaf, new TransportSecurity(CertificateAuthorities: bundle), chain).ShouldBeTrue();
    }

    private bool IsTrusted(X509Certificate2 leaf, TransportSecurity security, X509Chain? chain = null)
    {
        try
        {
            return new CertificateValidator(security).Validate(this, leaf, chain, SslPolicyErrors.RemoteCertificateChainErrors);
        }
        catch (AuthenticationException)
        {
            return false;
        }
    }

    private static TransportSecurity Trust(params X509Certificate2[] authorities) =>
        new(CertificateAuthorities: string.Join('\n', authorities.Select(authority => authority.ExportCertificatePem())));

    private static X509Chain ChainOf(X509Certificate2 sent)
    {
        var chain = new X509Chain();
        chain.ChainPolicy.ExtraStore.Add(sent);
        return chain;
    }

    private static X509Certificate2 Create(
        string subject,
        X509Certificate2? issuer,
        string[]? names = null,
        bool isAuthority = false,
        string? use = null,
        DateTimeOffset? from = null,
        DateTimeOffset? to = null,
        bool mayOutlive = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, hasPathLengthConstraint: false, 0, critical: true));
        if (names is not null)
        {
            var alternatives = new SubjectAlternativeNameBuilder();
            foreach (var name in names)
            {
                if (IPAddress.TryParse(name, out var address)) alternatives.AddIpAddress(address);
                else alternatives.AddDnsName(name);
            }

            request.CertificateExtensions.Add(alternatives.Build());
        }

        if (use is not null) request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], critical: false));
        var (begins, ends) = (from ?? Now.AddDays(-3), to ?? Now.AddDays(3));
        if (issuer is null) return request.CreateSelfSigned(begins, ends);
        using var issuersKey = issuer.GetECDsaPrivateKey()!;
        // The framework refuses to issue beyond the issuer's own time; authorities of the world did.
        using var bare = mayOutlive || issuer.Extensions.OfType<X509BasicConstraintsExtension>().All(constraints => !constraints.CertificateAuthority)
            ? request.Create(issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(issuersKey), begins, ends, Guid.NewGuid().ToByteArray())
            : request.Create(issuer, begins, ends, Guid.NewGuid().ToByteArray());
        return bare.CopyWithPrivateKey(key);
    }
}
