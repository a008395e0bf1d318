using System.Text;
using NSubstitute;
using NSubstitute.ExceptionExtensions;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Tests.Support;
using RegistryOperator.Kubernetes.Resources;

namespace RegistryOperator.Host.Tests.Access;

public sealed class RegistryAccessTests
{
    private static readonly RegistryCredential Ada = new RegistryCredential.UsernamePassword("ada", "secret");
    private static readonly RegistryCredential Bob = new RegistryCredential.UsernamePassword("bob", "secret");

    private readonly ISecretSource _secrets = Substitute.For<ISecretSource>();
    private readonly List<RegistryAuthenticationRequest> _asked = [];
    private readonly List<string> _order = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Open_SeveralProviders_TakesTheFirstThatServesTheUrl()
    {
        var (first, second, third) = (Provider("a", "oci-layout"), Provider("b", "https"), Provider("c", "https"));

        var opened = await new RegistryAccess([first, second, third], [], TestPolicy.Offline).OpenAsync(Resource(), _secrets, Cancel);

        opened.Client.ShouldBeSameAs(second.CreateClient(null!));
        first.DidNotReceiveWithAnyArgs().CreateClient(null!);
        third.DidNotReceiveWithAnyArgs().CreateClient(null!);
    }

    [Fact]
    public async Task Open_NobodyServesTheUrl_SaysWhoIsThere()
    {
        var failure = await FailAsync(
            new RegistryAccess([Provider("oci", "https"), Provider("layout", "oci-layout")], [Authenticator("x", Ada)], TestPolicy.Offline),
            Resource(spec => spec with { Url = "ftp://example.com" }));

        failure.ShouldBe(new RoundFailure("NoRegistryClient",
            "spec.url: no registry client serves 'ftp://' (installed: oci, layout). Write an https:// URL or install a plugin that serves this one."));
        _asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task Open_Client_IsAskedForWithWhatTheSpecSays()
    {
        Secret("ca", ("bundle.pem", "PEM"));
        RegistryClientRequest? request = null;
        var provider = Provider("oci", "https", asked => request = asked);
        var resource = Resource(spec => spec with
        {
            InsecureSkipVerify = true,
            CaSecret = new CaSecretSpec { Name = "ca", Key = "bundle.pem" },
            ScanConfig = new ScanConfigSpec { Timeout = "7s", RetryAttempts = 2, RetryDelay = "1s" },
        });

        var opened = await new RegistryAccess([provider], [Authenticator("x", Ada)], TestPolicy.Offline).OpenAsync(resource, _secrets, Cancel);

        request.ShouldBe(new RegistryClientRequest
        {
            Repository = new RepositoryReference(new Uri("https://registry.example.com"), "team/web"),
            Credential = Ada,
            Security = new TransportSecurity(true, "PEM"),
            Group = "team",
            Retry = new RegistryRetryOptions(TimeSpan.FromSeconds(7), 2, TimeSpan.FromSeconds(1)),
        });
        opened.Credential.ShouldBe(Ada);
        opened.Security.ShouldBe(new TransportSecurity(true, "PEM"));
    }

    [Fact]
    public async Task Open_NothingSaid_IsVerifiedAndAnonymous()
    {
        var opened = await new RegistryAccess([Provider("oci", "https")], [], TestPolicy.Offline).OpenAsync(Resource(), _secrets, Cancel);

        opened.Credential.ShouldBe(RegistryCredential.Anonymous);
        opened.Security.ShouldBe(TransportSecurity.Default);
        await _secrets.DidNotReceiveWithAnyArgs().GetSecretAsync(null!, null!, Cancel);
    }

    [Fact]
    public async Task Open_SeveralAuthenticators_TakesTheFirstThatHasACredential()
    {
        var access = new RegistryAccess(
            [Provider("oci", "https")], [Authenticator("none", null), Authenticator("ada", Ada), Authenticator("bob", Bob)], TestPolicy.Offline);

        (await access.OpenAsync(Resource(), _secrets, Cancel)).Credential.ShouldBe(Ada);

        _order.ShouldBe(["none", "ada"]);
    }

    [Fact]
    public async Task Open_NoSecretNamed_AsksAuthenticatorsForAnAmbientCredential()
    {
        await new RegistryAccess([Provider("oci", "https")], [Authenticator("x", null)], TestPolicy.Offline).OpenAsync(Resource(), _secrets, Cancel);

        _asked.ShouldHaveSingleItem().ShouldBe(new RegistryAuthenticationRequest
        {
            Repository = new RepositoryReference(new Uri("https://registry.example.com"), "team/web"),
        });
    }

    [Theory]
    [InlineData(null, null, "username", "password")]
    [InlineData("u", "p", "u", "p")]
    public async Task Open_SecretNamed_IsHandedOverWithItsKeys(string? usernameKey, string? passwordKey, string username, string password)
    {
        var secret = Secret("login");
        var resource = Resource(spec => spec with
        {
            CredentialsSecret = new CredentialsSecretSpec { Name = "login", UsernameKey = usernameKey, PasswordKey = passwordKey },
        });

        await new RegistryAccess([Provider("oci", "https")], [Authenticator("x", Ada)], TestPolicy.Offline).OpenAsync(resource, _secrets, Cancel);

        var asked = _asked.ShouldHaveSingleItem();
        (asked.Secret, asked.UsernameKey, asked.PasswordKey).ShouldBe((secret, username, password));
    }

    [Theory]
    [InlineData("team", "team")]
    [InlineData(null, "default")]
    public async Task Open_Secrets_AreOfTheResourcesNamespace(string? ns, string expected)
    {
        var resource = Resource(spec => spec with { CredentialsSecret = new CredentialsSecretSpec { Name = "login" } });
        resource = resource with { Metadata = resource.Metadata with { Namespace = ns } };

        var failure = await FailAsync(new RegistryAccess([Provider("oci", "https")], [Authenticator("x", Ada)], TestPolicy.Offline), resource);

        failure.Cause.ShouldBe("SecretNotFound");
        (failure.Reason, failure.Message).ShouldBe((
            "InvalidSecret", $"spec.credentialsSecret.name: Secret 'login' does not exist in namespace '{expected}'. Create it or correct the name."));
        await _secrets.Received(1).GetSecretAsync(expected, "login", Arg.Any<CancellationToken>());
        _asked.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0, "none")]
    [InlineData(2, "a, b")]
    public async Task Open_SecretThatNobodyReads_IsNotTakenForAnonymous(int authenticators, string installed)
    {
        Secret("login");
        IRegistryAuthenticator[] all = [Authenticator("a", null), Authenticator("b", null)];
        var resource = Resource(spec => spec with { CredentialsSecret = new CredentialsSecretSpec { Name = "login" } });

        var failure = await FailAsync(new RegistryAccess([Provider("oci", "https")], [.. all.Take(authenticators)], TestPolicy.Offline), resource);

        failure.ShouldBe(new RoundFailure("InvalidSecret",
            $"spec.credentialsSecret: no authenticator made a credential of Secret 'login' (installed: {installed}). " +
            "Install the RegistryAuth plugin or one that reads this Secret."));
    }

    [Theory]
    [InlineData("spec.credentialsSecret")]
    [InlineData("spec.credentialsSecrets")]
    [InlineData("spec.serviceAccountName")]
    public async Task Open_NoAuthenticatorIsInstalled_NamesTheFieldWithTheCredentials(string field)
    {
        Secret("login", "kubernetes.io/dockerconfigjson");
        _secrets.GetPullSecretsAsync("team", "deployer", Arg.Any<CancellationToken>()).Returns(["login"]);
        var login = new CredentialsSecretSpec { Name = "login" };
        var resource = Resource(spec => field switch
        {
            "spec.credentialsSecret" => spec with { CredentialsSecret = login },
            "spec.credentialsSecrets" => spec with { CredentialsSecrets = [login] },
            _ => spec with { ServiceAccountName = "deployer" },
        });

        var failure = await FailAsync(new RegistryAccess([Provider("oci", "https")], [], TestPolicy.Offline), resource);

        failure.Message.ShouldStartWith($"{field}: no authenticator made a credential of Secret 'login' (installed: none).");
    }

    [Fact]
    public async Task Open_PullSecretsOfAServiceAccountThatNobodyReads_MayBeForOtherRegistries()
    {
        Secret("login", "kubernetes.io/dockerconfigjson");
        _secrets.GetPullSecretsAsync("team", "deployer", Arg.Any<CancellationToken>()).Returns(["login"]);

        var opened = await new RegistryAccess([Provider("oci", "https")], [Authenticator("a", null)], TestPolicy.Offline)
            .OpenAsync(Resource(spec => spec with { ServiceAccountName = "deployer" }), _secrets, Cancel);

        opened.Credential.ShouldBe(RegistryCredential.Anonymous);
    }

    [Fact]
    public async Task Open_SecretThatAnAuthenticatorRefuses_IsItsError()
    {
        Secret("login");
        var authenticator = new FakeAuthenticator("a", _ => throw new CredentialException("no key"));
        var resource = Resource(spec => spec with { CredentialsSecret = new CredentialsSecretSpec { Name = "login" } });

        var access = new RegistryAccess([Provider("oci", "https")], [authenticator, Authenticator("b", Bob)], TestPolicy.Offline);
        await Should.ThrowAsync<CredentialException>(access.OpenAsync(resource, _secrets, Cancel));
    }

    [Fact]
    public async Task Open_CaSecretMissing_SaysWhich()
    {
        var failure = await FailAsync(
            new RegistryAccess([Provider("oci", "https")], [], TestPolicy.Offline),
            Resource(spec => spec with { CaSecret = new CaSecretSpec { Name = "ca" } }));

        failure.Cause.ShouldBe("SecretNotFound");
        (failure.Reason, failure.Message).ShouldBe((
            "InvalidSecret", "spec.caSecret.name: Secret 'ca' does not exist in namespace 'team'. Create it or correct the name."));
    }

    [Fact]
    public async Task Open_SecretThatMayNotBeRead_SaysWhichRightIsMissing()
    {
        _secrets.GetSecretAsync("team", "ca", Arg.Any<CancellationToken>()).ThrowsAsync(new SecretForbiddenException("403"));

        var failure = await FailAsync(
            new RegistryAccess([Provider("oci", "https")], [], TestPolicy.Offline),
            Resource(spec => spec with { CaSecret = new CaSecretSpec { Name = "ca" } }));

        failure.ShouldBe(new RoundFailure(
            "InvalidSecret",
            "spec.caSecret.name: the operator may not read Secret 'ca' in namespace 'team'. " +
            "Give its ServiceAccount the right to get Secrets there, as deploy/examples/secrets-of-a-namespace.yaml does."));
    }

    [Fact]
    public async Task Open_CaSecretWithAnotherKey_SaysWhichItHas()
    {
        Secret("ca", ("tls.crt", "PEM"), ("Other", "PEM"));

        var failure = await FailAsync(
            new RegistryAccess([Provider("oci", "https")], [], TestPolicy.Offline),
            Resource(spec => spec with { CaSecret = new CaSecretSpec { Name = "ca" } }));

        failure.ShouldBe(new RoundFailure(
            "InvalidSecret", "spec.caSecret: Secret 'ca' has no key 'ca.crt' (it has Other, tls.crt). Name one in spec.caSecret.key."));
    }

    [Theory]
    [InlineData("Opaque")]
    [InlineData("kubernetes.io/tls")] // as cert-manager writes it
    public async Task Open_CaSecret_IsReadByItsDefaultKey(string type)
    {
        Secret("ca", type, ("ca.crt", "PEM ä"), ("tls.crt", "other"));

        var opened = await new RegistryAccess([Provider("oci", "https")], [], TestPolicy.Offline)
            .OpenAsync(Resource(spec => spec with { CaSecret = new CaSecretSpec { Name = "ca" } }), _secrets, Cancel);

        opened.Security.ShouldBe(new TransportSecurity(false, "PEM ä"));
    }

    [Fact]
    public async Task Open_SeveralSecrets_AreHandedOverInTheirOrderWithTheirKeys()
    {
        var (one, two, three) = (Secret("one"), Secret("two"), Secret("three"));
        var resource = Resource(spec => spec with
        {
            CredentialsSecret = new CredentialsSecretSpec { Name = "one", UsernameKey = "u", PasswordKey = "p" },
            CredentialsSecrets = [new CredentialsSecretSpec { Name = "two" }, new CredentialsSecretSpec { Name = "three", PasswordKey = "token" }],
        });

        await Opening(Authenticator("x", Ada)).OpenAsync(resource, _secrets, Cancel);

        var asked = _asked.ShouldHaveSingleItem();
        asked.Sources.ShouldBe(
        [
            new CredentialSource { Secret = one, UsernameKey = "u", PasswordKey = "p" }, new CredentialSource { Secret = two },
            new CredentialSource { Secret = three, PasswordKey = "token" },
        ]);
        (asked.Secret, asked.UsernameKey, asked.PasswordKey).ShouldBe((one, "u", "p"));
    }

    [Fact]
    public async Task Open_OneOfSeveralSecretsMissing_SaysWhere()
    {
        Secret("one");

        var failure = await FailAsync(Opening(Authenticator("x", Ada)), Resource(spec => spec with
        {
            CredentialsSecrets = [new CredentialsSecretSpec { Name = "one" }, new CredentialsSecretSpec { Name = "two" }],
        }));

        failure.Message.ShouldBe("spec.credentialsSecrets[1].name: Secret 'two' does not exist in namespace 'team'. Create it or correct the name.");
    }

    [Fact]
    public async Task Open_ServiceAccount_ItsPullSecretsAreUsedAsTheKubeletUsesThem()
    {
        var (named, pull) = (Secret("named"), Secret("pull", "kubernetes.io/dockerconfigjson"));
        var legacy = Secret("legacy", "kubernetes.io/dockercfg");
        Secret("opaque");
        Secret("tls", "kubernetes.io/tls");
        Pulls("builder", "gone", "opaque", "tls", "pull", "../x", "legacy", "pull");

        await Opening(Authenticator("x", Ada)).OpenAsync(
            Resource(spec => spec with { CredentialsSecret = new CredentialsSecretSpec { Name = "named" }, ServiceAccountName = "builder" }), _secrets, Cancel);

        _asked.ShouldHaveSingleItem().Sources.ShouldBe(
        [
            new CredentialSource { Secret = named }, new CredentialSource { Secret = pull, IsOptional = true },
            new CredentialSource { Secret = legacy, IsOptional = true },
        ]);
        await _secrets.DidNotReceive().GetSecretAsync("team", "../x", Arg.Any<CancellationToken>());
    }

    [Fact]
    public async Task Open_ServiceAccountThatFitsNothing_IsAnonymous()
    {
        Secret("pull", "kubernetes.io/dockerconfigjson");
        Pulls("builder", "pull");
        Pulls("default");

        foreach (var account in (string[])["builder", "default"])
        {
            (await Opening(Authenticator("x", null)).OpenAsync(Resource(spec => spec with { ServiceAccountName = account }), _secrets, Cancel))
                .Credential.ShouldBe(RegistryCredential.Anonymous);
        }
    }

    [Theory]
    [InlineData("nobody", "ServiceAccount 'nobody' does not exist in namespace 'team'. Create it or correct the name.")]
    [InlineData("broken", "Secret 'gone' does not exist in namespace 'team'. Create it or correct the name.")]
    [InlineData(
        "forbidden",
        "the operator may not read ServiceAccount 'forbidden' in namespace 'team'. Give its own the right to get serviceaccounts there, "
            + "as deploy/examples/secrets-of-a-namespace.yaml does.")]
    public async Task Open_ServiceAccountThatCannotBeUsed_SaysWhy(string account, string says)
    {
        Pulls("broken", "gone", "alsogone");
        _secrets.GetPullSecretsAsync("team", "nobody", Arg.Any<CancellationToken>()).Returns((IReadOnlyList<string>?)null);
        _secrets.GetPullSecretsAsync("team", "forbidden", Arg.Any<CancellationToken>()).ThrowsAsync(new SecretForbiddenException("403"));

        var failure = await FailAsync(Opening(Authenticator("x", Ada)), Resource(spec => spec with { ServiceAccountName = account }));

        (failure.Reason, failure.Message).ShouldBe(("InvalidSecret", "spec.serviceAccountName: " + says));
        _asked.ShouldBeEmpty();
    }

    /// <summary>In an operator never: whoever may write a resource would have them sent to a host of his choice.</summary>
    [Theory]
    [InlineData(true, false, false, true)]
    [InlineData(true, true, false, false)]
    [InlineData(true, false, true, false)]
    [InlineData(false, false, false, false)]
    public async Task Open_LocalLogins_AreUsedWhereTheCommandMayAndNothingIsNamed(bool mayUse, bool namesSecret, bool namesAccount, bool expected)
    {
        Secret("login");
        Pulls("builder");
        var resource = Resource(spec => spec with
        {
            CredentialsSecret = namesSecret ? new CredentialsSecretSpec { Name = "login" } : null,
            ServiceAccountName = namesAccount ? "builder" : null,
        });

        await new RegistryAccess([Provider("oci", "https")], [Authenticator("x", Ada)], TestPolicy.Offline, usesLocalLogins: mayUse)
            .OpenAsync(resource, _secrets, Cancel);

        _asked.ShouldHaveSingleItem().AllowsLocalLogins.ShouldBe(expected);
    }

    [Theory]
    [InlineData("kubernetes.io/tls", null, null)]
    [InlineData("Opaque", "client.pem", "client.key")]
    public async Task Open_ClientCertificate_IsGivenToTheClient(string type, string? certificateKey, string? privateKeyKey)
    {
        var (certificate, key) = TestCertificate.Create();
        Secret("client", type, (certificateKey ?? "tls.crt", certificate), (privateKeyKey ?? "tls.key", key));
        var named = new ClientCertificateSecretSpec { Name = "client", CertificateKey = certificateKey, PrivateKeyKey = privateKeyKey };

        var opened = await Opening().OpenAsync(Resource(spec => spec with { ClientCertificateSecret = named }), _secrets, Cancel);

        opened.Security.ClientCertificate.ShouldBe(new ClientCertificate(certificate, key));
        opened.Security.ToString().ShouldNotContain("PRIVATE");
    }

    [Fact]
    public async Task Open_ClientCertificateThatCannotBeUsed_SaysWhichKeysAndWhy()
    {
        var ((certificate, _), (_, otherKey)) = (TestCertificate.Create(), TestCertificate.Create());
        Secret("client", "kubernetes.io/tls", ("tls.crt", certificate), ("tls.key", otherKey));
        Secret("half", "kubernetes.io/tls", ("tls.crt", certificate));
        var access = Opening();

        (await FailAsync(access, Shows("client"))).ShouldBe(new RoundFailure(
            "InvalidSecret",
            "spec.clientCertificateSecret: Secret 'client', keys 'tls.crt' and 'tls.key': the private key does not belong to the client certificate, "
                + "or can't be read. Give the two that were made together."));
        (await FailAsync(access, Shows("half"))).Message.ShouldBe("spec.clientCertificateSecret: Secret 'half' of namespace 'team' has no key 'tls.key'.");

        static RegistryResource Shows(string name) =>
            Resource(spec => spec with { ClientCertificateSecret = new ClientCertificateSecretSpec { Name = name } });
    }

    private static RegistryAccess Opening(params IRegistryAuthenticator[] authenticators) =>
        new([Provider("oci", "https")], authenticators, TestPolicy.Offline);

    private void Pulls(string account, params string[] secrets) =>
        _secrets.GetPullSecretsAsync("team", account, Arg.Any<CancellationToken>()).Returns(secrets);

    private static RegistryResource Resource(Func<RegistrySpec, RegistrySpec>? change = null)
    {
        var spec = new RegistrySpec { Url = "https://registry.example.com", Repository = "team/web" };
        return new() { Metadata = new ObjectMeta { Namespace = "team", Name = "web" }, Spec = change?.Invoke(spec) ?? spec };
    }

    private static IRegistryClientProvider Provider(string name, string scheme, Action<RegistryClientRequest>? asked = null)
    {
        var client = Substitute.For<IRegistryClient>();
        var provider = Substitute.For<IRegistryClientProvider>();
        provider.Name.Returns(name);
        provider.CanServe(Arg.Any<Uri>()).Returns(call => call.Arg<Uri>().Scheme == scheme);
        provider.CreateClient(Arg.Any<RegistryClientRequest>()).Returns(call =>
        {
            asked?.Invoke(call.Arg<RegistryClientRequest>());
            return client;
        });
        return provider;
    }

    private FakeAuthenticator Authenticator(string name, RegistryCredential? credential) => new(name, request =>
    {
        _order.Add(name);
        _asked.Add(request);
        return credential;
    });

    private CredentialSecret Secret(string name, params (string Key, string Value)[] data) => Secret(name, "Opaque", data);

    private CredentialSecret Secret(string name, string type, params (string Key, string Value)[] data)
    {
        var secret = new CredentialSecret
        {
            Namespace = "team",
            Name = name,
            Type = type,
            Data = data.ToDictionary(entry => entry.Key, entry => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(entry.Value)),
        };
        _secrets.GetSecretAsync("team", name, Arg.Any<CancellationToken>()).Returns(secret);
        return secret;
    }

    private async Task<RoundFailure> FailAsync(RegistryAccess access, RegistryResource resource) =>
        (await Should.ThrowAsync<RoundFailedException>(access.OpenAsync(resource, _secrets, Cancel))).Failure;

    private sealed class FakeAuthenticator(string name, Func<RegistryAuthenticationRequest, RegistryCredential?> credential) : IRegistryAuthenticator
    {
        public string Name => name;

        public ValueTask<RegistryCredential?> GetCredentialAsync(RegistryAuthenticationRequest request, CancellationToken cancellationToken) =>
            ValueTask.FromResult(credential(request));
    }
}

internal static class RegistryAccessOpening
{
    public static Task<OpenedRegistry> OpenAsync(
        this RegistryAccess access, RegistryResource resource, ISecretSource secrets, CancellationToken cancellationToken) =>
        access.OpenAsync(resource, new ResourceSecrets(resource, secrets, SecretRules.Default), cancellationToken);
}
