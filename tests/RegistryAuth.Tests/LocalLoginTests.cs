using System.Text;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Plugins.RegistryAuth;
using RegistryOperator.RegistryAuth.Tests.Support;
using static RegistryOperator.RegistryAuth.Tests.Support.SecretBuilder;

namespace RegistryOperator.RegistryAuth.Tests;

public sealed class LocalLoginTests : IDisposable
{
    private const string Home = "home/.docker/config.json";
    private readonly string _folder = Directory.CreateTempSubdirectory("local-logins").FullName;
    private readonly FakeTools _tools = new();
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);

    private readonly List<string> _warnings = [];

    public LocalLoginTests() => _variables["HOME"] = Path.Combine(_folder, "home");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task GetCredential_HostDoesNotAllowIt_ReadsNothing()
    {
        Write(Home, "no JSON");

        (await new SecretAuthenticator(_tools, TimeProvider.System, Find)
            .GetCredentialAsync(Request(secret: null), TestContext.Current.CancellationToken)).ShouldBeNull();
    }

    [Fact]
    public async Task GetCredential_NoFile_HasNone() => (await AskAsync()).ShouldBeNull();

    [Theory]
    [InlineData(Home, null, null)]
    [InlineData("other/config.json", "DOCKER_CONFIG", "other")]
    [InlineData("auth.json", "REGISTRY_AUTH_FILE", "auth.json")]
    [InlineData("run/containers/auth.json", "XDG_RUNTIME_DIR", "run")]
    [InlineData("home/.config/containers/auth.json", null, null)]
    public async Task GetCredential_File_IsFoundWhereDockerAndPodmanKeepIt(string file, string? variable, string? value)
    {
        Write(file, Config("registry.example", "alice:pw"));
        if (variable is not null) _variables[variable] = Path.Combine(_folder, value!);

        (await AskAsync()).ShouldBe(User("alice", "pw"));
    }

    [Fact]
    public async Task GetCredential_DockerConfigIsSet_TheHomesIsNotRead()
    {
        Write(Home, Config("registry.example", "alice:pw"));
        _variables["DOCKER_CONFIG"] = Path.Combine(_folder, "other");

        (await AskAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task GetCredential_SeveralFiles_TheFirstThatHasALogin()
    {
        Write(Home, Config("ghcr.io", "carol:pw"));
        Write("home/.config/containers/auth.json", Config("registry.example/team", "alice:pw"));

        (await AskAsync()).ShouldBe(User("alice", "pw"));
        (await AskAsync("https://ghcr.io")).ShouldBe(User("carol", "pw"));
        (await AskAsync("https://quay.io")).ShouldBeNull();
    }

    [Fact]
    public async Task GetCredential_FileAboutOtherThings_HasNone()
    {
        Write(Home, """{"psFormat":"x"}""");

        (await AskAsync()).ShouldBeNull();
    }

    [Theory]
    [InlineData("no JSON", "it is not JSON (line 1)")]
    [InlineData("[]", "it is not a JSON object")]
    [InlineData("""{"auths":{"registry.example":{"auth":"!"}}}""", "the 'auth' of 'registry.example' is not base64")]
    public async Task GetCredential_FileThatCannotBeUsed_SaysWhichAndWhy(string content, string expected)
    {
        Write(Home, content);

        var error = await Should.ThrowAsync<CredentialException>(() => AskAsync());

        error.Message.ShouldStartWith($"{Path.Combine(_folder, Home)}: {expected}. Log in again");
    }

    [Theory]
    [InlineData("https://registry.example", "registry.example")]
    [InlineData("https://registry.example:5000", "registry.example:5000")]
    [InlineData("https://docker.io", "https://index.docker.io/v1/")]
    [InlineData("https://registry-1.docker.io", "https://index.docker.io/v1/")]
    public async Task GetCredential_Store_IsAskedForTheRegistry(string registry, string server)
    {
        Write(Home, """{"auths":{"registry.example":{}},"credsStore":"desktop"}""");
        _tools.Answers["docker-credential-desktop"] = (0, """{"ServerURL":"x","Username":"alice","Secret":"pw"}""");

        (await AskAsync(registry)).ShouldBe(User("alice", "pw"));

        var command = _tools.Runs.ShouldHaveSingleItem();
        command.Arguments.ShouldBe(["get"]);
        Encoding.UTF8.GetString(command.Input.Span).ShouldBe(server);
    }

    [Fact]
    public async Task GetCredential_HelperOfTheRegistry_ComesBeforeTheStore()
    {
        Write(Home, """{"credsStore":"desktop","credHelpers":{"registry.example":"ecr-login","ghcr.io":"gh"}}""");
        _tools.Answers["docker-credential-desktop"] = (0, """{"Username":"store","Secret":"pw"}""");
        _tools.Answers["docker-credential-ecr-login"] = (0, """{"Username":"AWS","Secret":"pw"}""");

        (await AskAsync()).ShouldBe(User("AWS", "pw"));
        (await AskAsync("https://quay.io")).ShouldBe(User("store", "pw"));
    }

    [Fact]
    public async Task GetCredential_TokenOfAHelper_IsAnIdentityToken()
    {
        Write(Home, """{"credsStore":"desktop"}""");
        _tools.Answers["docker-credential-desktop"] = (0, """{"Username":"<token>","Secret":"refresh"}""");

        (await AskAsync()).ShouldBe(new RegistryCredential.IdentityToken("refresh"));
    }

    [Fact]
    public async Task GetCredential_AskedAgain_RunsAHelperOnceForEachRegistry()
    {
        Write(Home, """{"credsStore":"desktop"}""");
        _tools.Answers["docker-credential-desktop"] = (0, """{"Username":"alice","Secret":"pw"}""");
        var authenticator = new SecretAuthenticator(_tools, TimeProvider.System, Find);

        foreach (var registry in (string[])["https://registry.example", "https://registry.example", "https://ghcr.io"])
            await authenticator.GetCredentialAsync(Request(null, registry) with { AllowsLocalLogins = true }, TestContext.Current.CancellationToken);

        _tools.Runs.Count.ShouldBe(2);
    }

    [Fact]
    public async Task GetCredential_FailedBefore_AsksTheHelperAgain()
    {
        Write(Home, """{"credsStore":"desktop"}""");
        _tools.Answers["docker-credential-desktop"] = (3, "locked");
        var authenticator = new SecretAuthenticator(_tools, TimeProvider.System, Find);
        var request = Request(null, "https://registry.example") with { AllowsLocalLogins = true };
        await Should.ThrowAsync<CredentialException>(async () => await authenticator.GetCredentialAsync(request, TestContext.Current.CancellationToken));

        _tools.Answers["docker-credential-desktop"] = (0, """{"Username":"alice","Secret":"pw"}""");

        (await authenticator.GetCredentialAsync(request, TestContext.Current.CancellationToken)).ShouldBe(User("alice", "pw"));
    }

    [Fact]
    public async Task GetCredential_FirstOfTwoGivesUp_TheOtherGetsTheAnswer()
    {
        Write(Home, """{"credsStore":"desktop"}""");
        _tools.Answers["docker-credential-desktop"] = (0, """{"Username":"alice","Secret":"pw"}""");
        _tools.Gate = new TaskCompletionSource();
        var authenticator = new SecretAuthenticator(_tools, TimeProvider.System, Find);
        var request = Request(null, "https://registry.example") with { AllowsLocalLogins = true };
        using var stop = new CancellationTokenSource();
        var first = authenticator.GetCredentialAsync(request, stop.Token);
        await _tools.Started.Task.WaitAsync(TestContext.Current.CancellationToken);
        var second = authenticator.GetCredentialAsync(request, TestContext.Current.CancellationToken);

        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(async () => await first);
        _tools.Gate.SetResult();

        (await second).ShouldBe(User("alice", "pw"));
        _tools.Runs.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(1, "credentials not found in native keychain")]
    [InlineData(1, "no credentials server URL")]
    [InlineData(0, """{"Username":"","Secret":""}""")]
    [InlineData(0, "{}")]
    public async Task GetCredential_HelperHasNone_TheFilesEntryCounts(int exitCode, string output)
    {
        Write(Home, Config("registry.example", "alice:pw", ""","credsStore":"desktop" """));
        _tools.Answers["docker-credential-desktop"] = (exitCode, output);

        (await AskAsync()).ShouldBe(User("alice", "pw"));
    }

    [Fact]
    public async Task GetCredential_StoreThatIsNotOnThisMachine_CostsNoPublicImage()
    {
        Write(Home, """{"credsStore":"desktop"}""");

        (await AskAsync()).ShouldBeNull();

        _warnings.ShouldBe(
        [
            $"{Path.Combine(_folder, Home)}: the logins are in the store 'desktop' (credsStore), whose program docker-credential-desktop is not on the PATH; "
                + "none of it is used. Install it, or log in without it.",
        ]);
    }

    [Theory]
    [InlineData("DOCKER_CONFIG", "gone",
        "DOCKER_CONFIG: there is no {0}/gone/config.json, and ~/.docker is not looked into. Correct the variable, or unset it.")]
    [InlineData("DOCKER_CONFIG", Home,
        "DOCKER_CONFIG: {0}/" + Home + " is a file, and not the folder of a config.json; no login in it is used. Name its folder.")]
    [InlineData("REGISTRY_AUTH_FILE", "gone.json", "REGISTRY_AUTH_FILE: there is no file {0}/gone.json. Correct the variable, or unset it.")]
    public async Task GetCredential_FileThatAVariableNamesIsNotThere_IsSaidWhereNoLoginIsFound(string variable, string value, string expected)
    {
        Write(Home, Config("ghcr.io", "alice:pw"));
        _variables[variable] = Path.Combine(_folder, value);

        (await AskAsync()).ShouldBeNull();

        _warnings.ShouldBe([expected.Replace("{0}", _folder, StringComparison.Ordinal)]);
        _warnings.Clear();
        Write("home/.config/containers/auth.json", Config("registry.example", "alice:pw"));
        (await AskAsync()).ShouldBe(User("alice", "pw"));
        _warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task GetCredential_NothingIsNamed_NothingIsSaid()
    {
        Write(Home, Config("ghcr.io", "alice:pw"));

        (await AskAsync()).ShouldBeNull();

        _warnings.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("gone", null, "The credential helper docker-credential-gone, which {0} names for registry.example, is not on the PATH.")]
    [InlineData("../evil", null, "'../evil' is not the name of a credential helper.")]
    [InlineData("fails", "hunter2", "The credential helper docker-credential-fails ended with exit code 3 when asked for registry.example.")]
    [InlineData(
        "fails", "pass: gpg failed: no pinentry\nhunter2",
        "The credential helper docker-credential-fails ended with exit code 3 (pass: gpg failed: no pinentry) when")]
    [InlineData(
        "fails", "login eyJhbGciOiJhunter2iIsInR5cCI6 is wrong",
        "The credential helper docker-credential-fails ended with exit code 3 (login … is wrong) when")]
    [InlineData("fails", """{"Username": "a", "Secret": "hunter2"}""", "The credential helper docker-credential-fails ended with exit code 3 when asked for")]
    [InlineData("odd", "hunter2", "The credential helper docker-credential-odd wrote no JSON when asked for registry.example.")]
    [InlineData("half", """{"Username":"\ud800","Secret":"hunter2"}""", "The credential helper docker-credential-half wrote no JSON when asked for")]
    public async Task GetCredential_HelperThatFails_SaysWhichAndRepeatsNoSecret(string name, string? output, string expected)
    {
        Write(Home, $$$"""{"credHelpers":{"registry.example":"{{{name}}}"}}""");
        if (output is not null) _tools.Answers["docker-credential-" + name] = (name == "fails" ? 3 : 0, output);

        var error = await Should.ThrowAsync<CredentialException>(() => AskAsync());

        error.Message.ShouldStartWith(expected.Replace("{0}", Path.Combine(_folder, Home), StringComparison.Ordinal));
        error.ToString().ShouldNotContain("hunter2");
    }

    private static RegistryCredential User(string name, string password) => new RegistryCredential.UsernamePassword(name, password);

    private static string Config(string location, string login, string more = "") => "{\"auths\":" + Entries((location, Auth(Base64(login)))) + more + "}";

    private async Task<RegistryCredential?> AskAsync(string registry = "https://registry.example") =>
        await new SecretAuthenticator(_tools, TimeProvider.System, Find)
            .GetCredentialAsync(Request(null, registry) with { AllowsLocalLogins = true, Warn = _warnings.Add }, TestContext.Current.CancellationToken);

    private string? Find(string name) => _variables.GetValueOrDefault(name);

    private void Write(string file, string content)
    {
        var path = Path.Combine(_folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }
}
