using System.Text.Json.Nodes;
using RegistryOperator.Integration.Tests.Support;
using RegistryOperator.Testing.Layouts;
using RegistryOperator.Testing.Registries;
using RegistryOperator.Tests.Servers.Certificates;
using RegistryOperator.Tests.Servers.Processes;
using RegistryOperator.Tests.Servers.Registries;

namespace RegistryOperator.Integration.Tests.Scans;

public class ScanCommandTests
{
    private const string Repository = "shop/api";
    private const string WithCredentials = "  credentialsSecret: {name: pull}";
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Scan_JsonOutput_IsTheResourceWithItsStatus()
    {
        await using var registry = await InMemoryRegistry.StartAsync(_cancellation);
        registry.Add(Repository, SampleImages.Versions(2));

        var result = await ScanAsync(Resources.Registry("api", registry.Url, Repository), "json");

        result.ExitCode.ShouldBe(0, result.Error);
        result.Error.ShouldBeEmpty();
        JsonNode.Parse(result.Output)!.Tags().ShouldBe(["1.0.1", "1.0.0"]);
    }

    [Fact]
    public async Task Scan_YamlOutput_IsReadAgainAndCostsOneHeadForEachTag()
    {
        await using var registry = await InMemoryRegistry.StartAsync(_cancellation);
        registry.Add(Repository, SampleImages.Versions(5));
        var first = (await ScanAsync(Resources.Registry("api", registry.Url, Repository), "yaml")).EnsureSuccess();
        registry.Log.Clear();

        var second = (await ScanAsync(first.Output, "json")).EnsureSuccess();

        registry.Log.Requests.Count(request => request.Method == "HEAD").ShouldBe(5);
        registry.RequestCount.ShouldBe(6);
        JsonNode.Parse(second.Output)!.Image("1.0.4")!["config"].ShouldNotBeNull();
    }

    [Fact]
    public async Task Scan_OneOfTwoFails_ExitsWithOneAndPrintsBoth()
    {
        await using var registry = await InMemoryRegistry.StartAsync(_cancellation);
        registry.Add(Repository, SampleImages.Versions(1));

        var result = await ScanAsync(
            Resources.Registry("good", registry.Url, Repository) + "---\n" + Resources.Registry("bad", registry.Url, "no/such"), "table");

        result.ExitCode.ShouldBe(1);
        result.Output.ShouldContain("default/good");
        result.Output.ShouldContain("1.0.0");
        result.Output.ShouldContain("NAME_UNKNOWN");
    }

    [Fact]
    public async Task Scan_AuthenticatorOfAThirdParty_TakesThePlaceOfTheBuiltInOne()
    {
        await using var registry = await DockerRegistry.StartAsync(
            new DockerRegistryOptions { Access = DockerRegistryAccess.Basic("vault", "s3cret") }, _cancellation);
        using (var pusher = registry.CreatePusher()) await pusher.PushAsync(Repository, SampleImages.Versions(1), _cancellation);
        using var plugins = new TemporaryFolder("plugins");
        var folder = Directory.CreateDirectory(plugins.File("VaultAuth")).FullName;
        foreach (var file in Directory.GetFiles(Path.Combine(Product.RepositoryRoot, "artifacts", "bin", "Fixtures.VaultAuth", "release")))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));

        // The Secret is worthless; the third party's plugin, which claims the built-in one's name, has a credential of its own.
        var result = await Product.RunAsync(["scan", "-f", "-", "-o", "json", "--plugins", plugins.Path],
            Resources.Secret("pull", "nobody", "nothing") + Resources.Registry("api", registry.Url, Repository, WithCredentials));

        result.ExitCode.ShouldBe(0, result.Output);
        JsonNode.Parse(result.Output)!.Tags().ShouldBe(["1.0.0"]);
    }

    [Theory]
    [InlineData(
        "kind: Registry\napiVersion: registry.kubecontroller.io/v1alpha1\nmetadata: {name: a}\n" +
        "spec: {url: 'http://x', repository: a, scanIntervall: 5}\n",
        "did you mean scanInterval?")]
    [InlineData(
        "kind: Registry\napiVersion: registry.kubecontroller.io/v1alpha1\nmetadata: {name: a}\n" +
        "spec: {url: 'http://x', repository: a, tagFilter: {include: '('}}\n",
        "spec.tagFilter.include")]
    [InlineData("kind: Registry\napiVersion: registry.kubecontroller.io/v1alpha1\nmetadata: {name: a}\nspec: {url: 'no-scheme', repository: a}\n", "spec.url")]
    [InlineData("kind: [", ":1:")]
    [InlineData("kind: ConfigMap\napiVersion: v1\n", "there is no Registry in it")]
    public async Task Scan_BadInput_ExitsWithTwoAndSaysWhere(string yaml, string expected)
    {
        var result = await ScanAsync(yaml, "table");

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain(expected);
        result.Output.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("scan")]
    [InlineData("scan -f /no/such/file.yaml")]
    [InlineData("scan -f x -o xml")]
    [InlineData("run --directory /no/such/folder")]
    [InlineData("run --kubeconfig /no/such/kubeconfig")]
    [InlineData("run --workers 0")]
    [InlineData("frobnicate")]
    public async Task CommandLine_NotValid_ExitsWithTwoAndAnErrorLine(string arguments)
    {
        var result = await Product.RunAsync(arguments.Split(' '));

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain("error: ");
    }

    [Theory]
    [InlineData("basic")]
    [InlineData("bearer")]
    public async Task Scan_PrivateRegistry_UsesTheSecretAndSaysWhenItIsRefused(string kind)
    {
        await using var tokens = await TokenServer.StartAsync(
            new TokenServerOptions { Users = new Dictionary<string, string> { ["ada"] = "s3cret-word" } }, _cancellation);
        var access = kind == "basic" ? DockerRegistryAccess.Basic("ada", "s3cret-word") : DockerRegistryAccess.Bearer(tokens);
        await using var registry = await DockerRegistry.StartAsync(new DockerRegistryOptions { Access = access }, _cancellation);
        using (var pusher = registry.CreatePusher()) await pusher.PushAsync(Repository, SampleImages.Versions(2), _cancellation);
        var allowing = Product.Allowing(tokens.Realm);
        var resource = Resources.Registry("api", registry.Url, Repository, WithCredentials);

        var opaque = await ScanAsync(Resources.Secret("pull", "ada", "s3cret-word") + resource, "json", allowing);
        opaque.ExitCode.ShouldBe(0, opaque.Output);
        var config = await ScanAsync(Resources.DockerConfigSecret("pull", registry.Url, "ada", "s3cret-word") + resource, "json", allowing);
        config.ExitCode.ShouldBe(0, config.Output);

        var wrong = await ScanAsync(Resources.Secret("pull", "ada", "wr0ng-word") + resource, "json", allowing);
        wrong.ExitCode.ShouldBe(1);
        MessageOf(wrong).ShouldContain("ada");
        (wrong.Output + wrong.Error).ShouldNotContain("wr0ng-word");
        ((string?)JsonNode.Parse(wrong.Output)!.Condition("Ready")!["reason"]).ShouldBe("Unauthorized");

        var anonymous = await ScanAsync(Resources.Registry("api", registry.Url, Repository), "json", allowing);
        anonymous.ExitCode.ShouldBe(1);
        MessageOf(anonymous).ShouldContain("needs credentials");

        var missing = await ScanAsync(resource, "json", allowing);
        MessageOf(missing).ShouldContain("Secret 'pull' does not exist in namespace 'default'");
    }

    [Fact]
    public async Task Scan_RegistryWithItsOwnAuthority_IsTrustedBySecretOrNotVerified()
    {
        using var authority = new TestAuthority();
        await using var registry = await DockerRegistry.StartAsync(new DockerRegistryOptions { Authority = authority }, _cancellation);
        using (var pusher = registry.CreatePusher()) await pusher.PushAsync(Repository, SampleImages.Versions(1), _cancellation);

        var refused = await ScanAsync(Resources.Registry("api", registry.Url, Repository), "json");
        refused.ExitCode.ShouldBe(1);
        MessageOf(refused).ShouldContain("certificate", Case.Insensitive);

        (await ScanAsync(Resources.Registry("api", registry.Url, Repository, "  insecureSkipVerify: true"), "json")).ExitCode.ShouldBe(0);
        var certificate = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(authority.CertificatePem));
        var secret = $"---\napiVersion: v1\nkind: Secret\nmetadata: {{name: ca}}\ndata: {{ca.crt: {certificate}}}\n---\n";
        var trusted = await ScanAsync(secret + Resources.Registry("api", registry.Url, Repository, "  caSecret: {name: ca}"), "json");
        trusted.ExitCode.ShouldBe(0, trusted.Output);
    }

    [Fact]
    public async Task Scan_OciLayoutFolder_NeedsNoRegistry()
    {
        using var folder = new TemporaryFolder("layout");
        await OciLayoutWriter.WriteAsync(folder.Path, SampleImages.Versions(3), _cancellation);
        var yaml = "apiVersion: registry.kubecontroller.io/v1alpha1\nkind: Registry\nmetadata: {name: saved}\n" +
            $"spec: {{url: 'oci-layout://{folder.Path}', repository: saved}}\n";

        var refused = await ScanAsync(yaml, "json");
        refused.ExitCode.ShouldBe(1);
        MessageOf(refused).ShouldContain("Plugins:OciLayout:Folders");
        var result = await Product.RunAsync(["scan", "-f", "-", "-o", "json", "--set", $"Plugins:OciLayout:Folders={folder.Path}"], yaml);

        result.ExitCode.ShouldBe(0, result.Output + result.Error);
        JsonNode.Parse(result.Output)!.Tags().ShouldBe(["1.0.2", "1.0.1", "1.0.0"]);
    }

    [Fact]
    public async Task Scan_SchemeThatNothingServes_SaysWhatIsInstalled()
    {
        var result = await ScanAsync(
            "apiVersion: registry.kubecontroller.io/v1alpha1\nkind: Registry\nmetadata: {name: a}\n" +
            "spec: {url: 'carrier-pigeon://coop', repository: a}\n",
            "json");

        result.ExitCode.ShouldBe(1);
        MessageOf(result).ShouldContain("no registry client serves 'carrier-pigeon://'");
        MessageOf(result).ShouldContain("oci-layout");
    }

    private static Task<ToolResult> ScanAsync(string yaml, string format, params string[] more) =>
        Product.RunAsync(["scan", "-f", "-", "-o", format, .. more], yaml);

    private static string MessageOf(ToolResult result) => (string?)JsonNode.Parse(result.Output)!["status"]!["message"] ?? "";
}
