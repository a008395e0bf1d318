using RegistryOperator.Abstractions.Authentication;
using static RegistryOperator.RegistryAuth.Tests.Support.SecretBuilder;

namespace RegistryOperator.RegistryAuth.Tests;

public sealed class SecretAuthenticatorTests
{
    private static readonly RegistryCredential Alice = new RegistryCredential.UsernamePassword("alice", "wonder:land");

    private static readonly string AliceEntry = Auth(Base64("alice:wonder:land"));

    [Fact]
    public async Task GetCredential_NoSecretNamed_HasNoneToOffer() => (await AskAsync(Request(secret: null))).ShouldBeNull();

    [Theory]
    [InlineData("Opaque")]
    [InlineData("kubernetes.io/basic-auth")]
    [InlineData("example.com/own-type")]
    public async Task GetCredential_UsernameAndPassword_AreTaken(string type) =>
        (await AskAsync(Request(Make(type, ("username", "alice"), ("password", "wonder:land"))))).ShouldBe(Alice);

    [Fact]
    public async Task GetCredential_KeysNamedInTheResource_AreTaken() =>
        (await AskAsync(Request(Make("Opaque", ("login", "alice"), ("token", "wonder:land"), ("password", "other"))) with
        {
            UsernameKey = "login",
            PasswordKey = "token",
        })).ShouldBe(Alice);

    [Fact]
    public async Task GetCredential_LineBreakAtTheEnd_IsNoPartOfThePassword() =>
        (await AskAsync(Request(Make("Opaque", ("username", "alice\n"), ("password", "wonder:land\r\n"))))).ShouldBe(Alice);

    [Theory]
    [InlineData("kubernetes.io/dockerconfigjson", ".dockerconfigjson", true)]
    [InlineData("Opaque", ".dockerconfigjson", true)]
    [InlineData("kubernetes.io/dockercfg", ".dockercfg", false)]
    [InlineData("Opaque", ".dockercfg", false)]
    public async Task GetCredential_DockerConfiguration_OfEveryForm(string type, string key, bool isNested)
    {
        var entries = Entries(("registry.example", AliceEntry));

        (await AskAsync(Request(Make(type, (key, isNested ? $$"""{"auths": {{entries}} }""" : entries))))).ShouldBe(Alice);
    }

    public static TheoryData<string, RegistryCredential> EntryCases { get; } = new()
    {
        { """{"username":"alice","password":"wonder:land"}""", Alice },
        { $$"""{"username":"ignored","password":"ignored","auth":"{{Base64("alice:wonder:land")}}"}""", Alice },
        { $$"""{"auth":"{{Base64("alice:wonder:land\0\0")}}"}""", Alice },
        { $$"""{"auth":"{{Base64("00000000-0000-0000-0000-000000000000:")}}","identitytoken":"refresh"}""", new RegistryCredential.IdentityToken("refresh") },
        { Auth(Base64("alice:wonder:land").TrimEnd('=')), Alice },
        { Auth(Base64("alice:wonder:land")[..8] + "\\n" + Base64("alice:wonder:land")[8..]), Alice },
        { Auth(Base64("bob:pw").TrimEnd('=')), User("bob", "pw") },
        { Auth(Base64("bob:pwd").TrimEnd('=')), User("bob", "pwd") },
        { Auth(Base64("bob:pwds").TrimEnd('=')), User("bob", "pwds") },
        { $$"""{"auth":null,"Username":"alice","Password":"wonder:land"}""", Alice },
        { $$"""{"auth":"{{Base64("alice:wonder:land")}}","identitytoken":""}""", Alice },
        { """{"identitytoken":"refresh","registrytoken":"access"}""", new RegistryCredential.RegistryToken("access") },
        { "{}", RegistryCredential.Anonymous },
        { """{"auth":"","email":"alice@example.com"}""", RegistryCredential.Anonymous },
        { $$"""{"auth":"{{Base64(":")}}"}""", RegistryCredential.Anonymous },
    };

    [Theory]
    [MemberData(nameof(EntryCases), DisableDiscoveryEnumeration = true)]
    public async Task GetCredential_Entry_IsReadAsDockerReadsIt(string entry, RegistryCredential expected) =>
        (await AskAsync(Request(Auths(("registry.example", entry))))).ShouldBe(expected);

    [Fact]
    public async Task GetCredential_EmptyEntryBeforeALessSpecificOne_TheLatterIsTaken() =>
        (await AskAsync(Request(Auths(("registry.example/team", "{}"), ("registry.example", AliceEntry))))).ShouldBe(Alice);

    [Fact]
    public async Task GetCredential_FaultyEntryOfAnotherRegistry_DoesNotMatter() =>
        (await AskAsync(Request(Auths(("ghcr.io", Auth("!")), ("quay.io", "7"), ("registry.example", AliceEntry))))).ShouldBe(Alice);

    [Fact]
    public async Task GetCredential_EmptyUsernameAndPassword_IsAnonymous() =>
        (await AskAsync(Request(Make("Opaque", ("username", ""), ("password", "\n"))))).ShouldBe(RegistryCredential.Anonymous);

    [Theory]
    [InlineData("alice", "")]
    [InlineData("", "wonder")]
    public async Task GetCredential_OnlyOneOfUsernameAndPassword_IsNoAnonymousAccess(string username, string password) =>
        (await AskAsync(Request(Make("Opaque", ("username", username), ("password", password)))))
            .ShouldBe(new RegistryCredential.UsernamePassword(username, password));

    [Fact]
    public async Task GetCredential_SpacesAndInnerLineBreaks_ArePartOfThePassword() =>
        (await AskAsync(Request(Make("Opaque", ("username", "alice"), ("password", " a\nb \n\n")))))
            .ShouldBe(new RegistryCredential.UsernamePassword("alice", " a\nb "));

    [Fact]
    public async Task GetCredential_OpaqueSecretWithEverything_UsernameAndPasswordComeFirst() =>
        (await AskAsync(Request(Make(
            "Opaque", ("username", "alice"), ("password", "wonder:land"), (".dockerconfigjson", "no JSON"), (".dockercfg", "no JSON"))))).ShouldBe(Alice);

    [Fact]
    public async Task GetCredential_OpaqueSecretWithBothConfigurations_TheNewerComesFirst() =>
        (await AskAsync(Request(Make(
            "Opaque", (".dockerconfigjson", $$"""{"auths": {{Entries(("registry.example", AliceEntry))}} }"""), (".dockercfg", "no JSON"))))).ShouldBe(Alice);

    [Theory]
    [InlineData("kubernetes.io/dockerconfigjson", ".dockerconfigjson")]
    [InlineData("kubernetes.io/dockercfg", ".dockercfg")]
    public async Task GetCredential_DockerSecretWithAUsernameToo_IsReadByItsType(string type, string key)
    {
        var entries = Entries(("registry.example", AliceEntry));
        var secret = Make(type, (key, key == ".dockercfg" ? entries : $$"""{"auths": {{entries}} }"""), ("username", "eve"), ("password", "x"));

        (await AskAsync(Request(secret))).ShouldBe(Alice);
    }

    [Fact]
    public async Task GetCredential_SeveralEntriesMatch_TheMostSpecificIsFirstAndTheOthersAreItsAlternatives()
    {
        var secret = Auths(
            ("registry.example", Auth(Base64("eve:x"))), ("registry.example/team", AliceEntry), ("*.example", Auth(Base64("bob:y"))),
            ("http://registry.example", Auth(Base64("eve:x"))), ("registry.example/te", "{}"), ("ghcr.io", Auth(Base64("carol:z"))));

        (await AskAsync(Request(secret))).ShouldBe(Alice with { Alternatives = [User("eve", "x"), User("bob", "y")] });
    }

    [Fact]
    public async Task GetCredential_SeveralSecrets_AreOneConfigurationAsInTheKubelet()
    {
        var general = Source(Auths(("registry.example", Auth(Base64("eve:x")))), "general");
        var other = Source(Auths(("ghcr.io", Auth(Base64("carol:z")))), "other");
        var password = Source(Make("Opaque", ("login", "dave"), ("token", "d")), "password") with { UsernameKey = "login", PasswordKey = "token" };
        var specific = Source(Auths(("registry.example/team", AliceEntry)), "specific");

        (await AskAsync(Request(secret: null) with { Sources = [password, general, other, specific] }))
            .ShouldBe(Alice with { Alternatives = [User("eve", "x"), User("dave", "d")] });
    }

    [Fact]
    public async Task GetCredential_NoneOfSeveralSecretsMatches_SaysWhichWereLookedInto() =>
        (await Should.ThrowAsync<CredentialException>(() => AskAsync(Request(secret: null) with
        {
            Sources = [Source(Auths(("ghcr.io", AliceEntry)), "first"), Source(Auths(), "second"), Source(Auths(), "pulls") with { IsOptional = true }],
        }))).Message.ShouldBe("No entry of the Secrets first, second matches registry.example/team/app.");

    [Fact]
    public async Task GetCredential_OptionalSecrets_AreUsedWhereTheyCanBe()
    {
        CredentialSource[] useless =
        [
            Source(Auths(("ghcr.io", AliceEntry)), "other"), Source(DockerConfigJson("no JSON"), "broken"), Source(Make("Opaque"), "empty"),
            Source(Auths(("registry.example/team", Auth("!"))), "damaged"),
        ];
        CredentialSource[] optional = [.. useless.Select(source => source with { IsOptional = true })];

        (await AskAsync(Request(secret: null) with { Sources = optional[..3] })).ShouldBeNull();
        (await AskAsync(Request(secret: null) with { Sources = [.. optional, Source(Auths(("registry.example", AliceEntry)), "good")] })).ShouldBe(Alice);
    }

    [Fact]
    public async Task GetCredential_EntryOfAnotherPath_DoesNotMatter() =>
        (await AskAsync(Request(Auths(("registry.example/other", Auth(Base64("eve:x"))), ("registry.example", AliceEntry))))).ShouldBe(Alice);

    [Fact]
    public async Task GetCredential_NullAuths_HaveNoEntry() =>
        (await Should.ThrowAsync<CredentialException>(() => AskAsync(Request(DockerConfigJson("""{"auths":null}"""))))).Message
            .ShouldContain("no entry matches");

    [Fact]
    public async Task GetCredential_EmptyEntryWithoutACredentialStore_IsAnonymous() =>
        (await AskAsync(Request(DockerConfigJson("""{"auths":{"registry.example":{}},"credsStore":7}""")))).ShouldBe(RegistryCredential.Anonymous);

    [Fact]
    public async Task GetCredential_CredentialHelper_IsNamedLikeAStore() =>
        (await Should.ThrowAsync<CredentialException>(
            () => AskAsync(Request(DockerConfigJson("""{"auths":{"registry.example":{}},"credHelpers":{"x":"ecr-login"}}""")))))
            .Message.ShouldContain("credential store");

    [Fact]
    public async Task GetCredential_CredentialStoreButAPasswordInTheEntry_TakesIt() =>
        (await AskAsync(Request(DockerConfigJson($$"""{"auths":{"registry.example":{{AliceEntry}}},"credsStore":"desktop"}""")))).ShouldBe(Alice);

    [Fact]
    public async Task GetCredential_Cancelled_EndsAsCancelled() =>
        await Should.ThrowAsync<OperationCanceledException>(async () =>
            await Authenticator().GetCredentialAsync(Request(secret: null), new CancellationToken(canceled: true)));

    [Fact]
    public async Task GetCredential_NoRequest_IsRefused()
    {
        await Should.ThrowAsync<ArgumentNullException>(
            async () => await Authenticator().GetCredentialAsync(null!, TestContext.Current.CancellationToken));
        Authenticator().Name.ShouldBe("registry-auth");
    }

    private static RegistryCredential User(string name, string password) => new RegistryCredential.UsernamePassword(name, password);

    private static CredentialSource Source(CredentialSecret secret, string name) => new() { Secret = secret with { Name = name } };

    private static async Task<RegistryCredential?> AskAsync(RegistryAuthenticationRequest request) =>
        await Authenticator().GetCredentialAsync(request, TestContext.Current.CancellationToken);
}
