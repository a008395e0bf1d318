using System.Text;
using CsCheck;
using RegistryOperator.Abstractions.Authentication;
using static RegistryOperator.RegistryAuth.Tests.Support.SecretBuilder;

namespace RegistryOperator.RegistryAuth.Tests;

public sealed class UnusableSecretTests
{
    // Stands for every secret value: it must be in no message.
    private const string Canary = "hunter2";

    private const string DockerKey = "Secret team/pull (kubernetes.io/dockerconfigjson), key '.dockerconfigjson': ";

    public static TheoryData<string, CredentialSecret, string> Cases { get; } = new()
    {
        { "no keys", Make("Opaque"), "Secret team/pull (Opaque) has neither the keys 'username' and 'password' nor '.dockerconfigjson'." },
        { "other keys", Make("Opaque", ("user", Canary), ("pass", Canary)),
            "Secret team/pull (Opaque) has neither the keys 'username' and 'password' nor '.dockerconfigjson'." },
        { "no password", Make("Opaque", ("username", Canary), ("pass", Canary)),
            "Secret team/pull (Opaque) has no key 'password'." },
        { "no username", Make("kubernetes.io/basic-auth", ("password", Canary)),
            "Secret team/pull (kubernetes.io/basic-auth) has no key 'username'." },
        { "no configuration", Make("kubernetes.io/dockerconfigjson", ("config.json", Canary)),
            "Secret team/pull (kubernetes.io/dockerconfigjson) has no key '.dockerconfigjson'." },
        { "empty", DockerConfigJson(""), DockerKey + "it is empty." },
        { "no JSON", DockerConfigJson($"\n{Canary}"), DockerKey + "it is not JSON (line 2)." },
        { "JSON in base64 twice", DockerConfigJson(Base64(Entries(("auths", Auth(Canary))))), DockerKey + "it is not JSON (line 1)." },
        { "a list", DockerConfigJson($"[\"{Canary}\"]"), DockerKey + "it is not a JSON object." },
        { "no auths", DockerConfigJson(Entries(("registry.example", Auth(Canary)))),
            DockerKey + "it has no 'auths'; the file's content should be that of a Docker config.json." },
        { "no entry", DockerConfigJson("""{"auths":{}}"""), DockerKey + "no entry matches registry.example/team/app." },
        { "no match", Auths(("ghcr.io", Auth(Canary)), ("*.example.com", "{}")),
            DockerKey + "no entry matches registry.example/team/app." },
        { "auths that are no object", DockerConfigJson($$"""{"auths":["{{Canary}}"]}"""), DockerKey + "its entries are not a JSON object." },
        { "deep JSON", DockerConfigJson(new string('[', 17) + new string(']', 17)), DockerKey + "it is not JSON (line 1)." },
        { "half a character", Auths(("registry.example", """{"username":"\ud800"}""")), DockerKey + "it is not JSON." },
        { "half a character in a name", DockerConfigJson("""{"\ud800":{},"x":1}"""), DockerKey + "it is not JSON." },
        { "auth that is no text", Auths(("registry.example", Auth("//79"))), DockerKey + "the 'auth' of 'registry.example' is not UTF-8 text in base64." },
        { "several keys in order", Make("Opaque", ("b", Canary), ("a", Canary), ("B", Canary)),
            "Secret team/pull (Opaque) has neither the keys 'username' and 'password' nor '.dockerconfigjson'." },
        { "no base64", Auths(("registry.example", Auth(Canary + "!"))), DockerKey + "the 'auth' of 'registry.example' is not base64." },
        { "no colon", Auths(("registry.example", Auth(Base64(Canary)))), DockerKey + "the 'auth' of 'registry.example' is not 'user:password' in base64." },
        { "credential store", DockerConfigJson("""{"auths":{"registry.example":{}},"credsStore":"desktop"}"""),
            DockerKey + "its entry 'registry.example' is empty, because Docker keeps the password in a credential store: " +
            "create the Secret with 'kubectl create secret docker-registry'." },
    };

    [Theory]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public async Task GetCredential_UnusableSecret_SaysWhichKeyAndWhatIsWrong(string name, CredentialSecret secret, string expected)
    {
        var exception = await Should.ThrowAsync<CredentialException>(() => AskAsync(Request(secret)), name);

        exception.Message.ShouldBe(expected);
        exception.ToString().ShouldNotContain(Canary);
        exception.InnerException.ShouldBeNull();
    }

    [Fact]
    public async Task GetCredential_PasswordThatIsNoText_SaysSo()
    {
        var secret = Make("Opaque", ("username", "alice")) with
        {
            Data = new Dictionary<string, ReadOnlyMemory<byte>> { ["username"] = Encoding.UTF8.GetBytes("alice"), ["password"] = new byte[] { 0xff, 0xfe } },
        };

        (await Should.ThrowAsync<CredentialException>(() => AskAsync(Request(secret))))
            .Message.ShouldBe("Secret team/pull (Opaque), key 'password': the value is not UTF-8 text.");
    }

    [Fact]
    public void GetCredential_AnySecretCutAnywhere_ShowsNoValue()
    {
        var auth = Base64($"{Canary}:{Canary}");
        var entry = $$"""{"username":"{{Canary}}","password":"{{Canary}}","auth":"{{auth}}","identitytoken":"{{Canary}}"}""";
        var whole = "{\"auths\":" + Entries(("registry.example", entry)) + "}";
        var types = OneOf("Opaque", "kubernetes.io/dockerconfigjson", "kubernetes.io/dockercfg", "kubernetes.io/basic-auth");
        var keys = OneOf("username", "password", ".dockerconfigjson", ".dockercfg");

        Gen.Select(types, keys, Gen.Int[0, whole.Length], Gen.Int[0, whole.Length]).Sample((type, key, start, length) =>
        {
            var content = whole[start..Math.Min(whole.Length, start + length)];
            var secret = Make(type, (key, content));
            try
            {
                var credential = Authenticator().GetCredentialAsync(Request(secret), CancellationToken.None).AsTask().GetAwaiter().GetResult();
                return credential is null or RegistryCredential.UsernamePassword || !credential.ToString().Contains(Canary, StringComparison.Ordinal);
            }
            catch (CredentialException exception)
            {
                var text = exception.ToString() + secret;
                return !text.Contains(Canary, StringComparison.Ordinal) && !text.Contains(Base64(Canary)[..6], StringComparison.Ordinal);
            }
        });
    }

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static async Task<RegistryCredential?> AskAsync(RegistryAuthenticationRequest request) =>
        await Authenticator().GetCredentialAsync(request, TestContext.Current.CancellationToken);
}
