using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Plugins.RegistryAuth;
using static RegistryOperator.RegistryAuth.Tests.SecretBuilder;

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
        (await AskAsync(Request(Make("Opaque", ("login", "alice"), ("token", "wonder:land"), ("password", "other"))) with { UsernameKey = "login", PasswordKey = "token" })).ShouldBe(Alice);

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

    private static async Task<RegistryCredential?> AskAsync(RegistryAuthenticationRequest request) =>
        await new SecretAuthenticator().GetCredentialAsync(request, TestContext.Current.CancellationToken);
}
