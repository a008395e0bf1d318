using System.Text.Json.Nodes;
using RegistryOperator.Host.Tests.Explanations;
using RegistryOperator.Host.Tests.Text;

namespace RegistryOperator.Host.Tests.Cli.Explain;

public sealed class ExplainCommandTests : IAsyncLifetime
{
    private ExplainSandbox _sandbox = null!;

    public async ValueTask InitializeAsync() => _sandbox = await ExplainSandbox.StartAsync();

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Theory]
    [InlineData("shop/api:1.0.0", true)]
    [InlineData("1.0.0", true)]
    [InlineData("shop/api:9.9.9", false)]
    [InlineData("shop/other:1.0.0", false)]
    public async Task Explain_Answered_IsSuccessWhetherChosenOrNot(string image, bool isChosen)
    {
        _sandbox.Push("1.0.0");

        var run = await RunAsync(image, Resource(), "-o", "json");

        (run.ExitCode, run.Error).ShouldBe((0, ""));
        var explanation = JsonNode.Parse(run.Output)!.AsArray().ShouldHaveSingleItem()!;
        ((bool)explanation["isChosen"]!).ShouldBe(isChosen);
        ((string)explanation["resource"]!).ShouldBe("shop/api");
        explanation["steps"]!.AsArray().ShouldAllBe(step => step!["decision"]!["outcome"] != null && step["decision"]!["sentence"] != null);
    }

    // As tables have it.
    [Fact]
    public async Task Explain_NameOfTheResource_IsItsRepository()
    {
        _sandbox.Push("1.0.0");
        var two = Resource("first") + "---\n" + Resource("second");

        var ofResource = await RunAsync("shop/second:1.0.0", two, "-o", "json");
        var ofUrl = await RunAsync($"{_sandbox.Origin}/{ExplainSandbox.Repository}:1.0.0", two, "-o", "json");

        JsonNode.Parse(ofResource.Output)!.AsArray().Select(one => (string)one!["resource"]!).ShouldBe(["shop/second"]);
        JsonNode.Parse(ofUrl.Output)!.AsArray().Select(one => (string)one!["resource"]!).ShouldBe(["shop/first", "shop/second"]);
    }

    [Fact]
    public async Task Explain_SeveralResources_AnswersForThoseOfTheRepository()
    {
        _sandbox.Push("1.0.0");
        var two = Resource() + "---\n" + Resource("twin") + "---\n" + Resource("web", "shop/web");

        var tree = await RunAsync("shop/api:1.0.0", two);
        var json = await RunAsync("shop/api:1.0.0", two, "-o", "json");
        var yaml = await RunAsync("shop/api:1.0.0", two, "-o", "yaml");

        tree.Output.Split('\n').Count(line => line.Contains("  of shop/", StringComparison.Ordinal)).ShouldBe(2);
        JsonNode.Parse(json.Output)!.AsArray().Select(one => (string)one!["resource"]!).ShouldBe(["shop/api", "shop/twin"]);
        yaml.Output.ShouldStartWith("- resource: shop/api\n");
    }

    [Theory]
    [InlineData("shop/api", "is a repository: name one of its images")]
    [InlineData("deploy/shop/checkout", "'deploy/shop/checkout' names no image; a workload is written KIND/NAMESPACE/NAME, e.g. Deployment/shop/checkout.")]
    [InlineData("pods/shop/checkout", "e.g. Pod/shop/checkout.")]
    [InlineData("", "names no image")]
    [InlineData("shop/api@sha256:zz", "is not a digest")]
    public async Task Explain_NoImage_IsBadInput(string image, string complaint)
    {
        var run = await RunAsync(image, Resource());

        (run.ExitCode, run.Output).ShouldBe((2, ""));
        run.Error.ShouldContain(complaint);
    }

    [Theory]
    [InlineData("kind: ConfigMap\napiVersion: v1\n", "there is no Registry in it")]
    [InlineData("kind: [", "not valid YAML")]
    public async Task Explain_NoRegistry_IsBadInput(string yaml, string complaint)
    {
        var run = await RunAsync("1.0.0", yaml);

        (run.ExitCode, run.Output).ShouldBe((2, ""));
        run.Error.ShouldContain(complaint);
    }

    /// <summary>As a user copies it from <c>scan</c>.</summary>
    [Theory]
    [InlineData("Deployment/shop/app", "[shop]", "Running", "By the given files it runs HOST/shop/api:1.0.0.")]
    [InlineData("Deployment/shop/other", "[shop]", "OtherImages", "By the given files it runs redis:7, and none of HOST/shop/api.")]
    [InlineData("Deployment/shop/app", "[prod]", "OtherNamespace", "The given files have it in the namespace shop, which is not compared.")]
    [InlineData("Deployment/shop/nobody", "[]", "NotGiven", "The given files have no such workload that runs containers, of 2 workloads.")]
    [InlineData("1.0.0", "[]", "Running", "Deployment/shop/app runs the image: its tag is read whatever spec.tagFilter says.")]
    [InlineData("1.1.0", "[]", "NotRunning", "No workload in the given files runs the image.")]
    public async Task Explain_WorkloadsFrom_TellsWhatTheFilesSay(string asked, string namespaces, string outcome, string sentence)
    {
        _sandbox.Push("1.0.0");
        _sandbox.Push("1.1.0");
        var host = _sandbox.Registry.Url.Authority;
        var drift = Resource().Replace("spec: {", $"spec: {{driftDetection: {{enabled: true, namespaces: {namespaces}}}, ", StringComparison.Ordinal);
        var file = Path.Combine(_sandbox.DataDirectory, "running.yaml");
        await File.WriteAllTextAsync(
            file, Deployment("app", $"{host}/shop/api:1.0.0") + "---\n" + Deployment("other", "redis:7"), TestContext.Current.CancellationToken);

        var run = await RunAsync(asked, drift, "--workloads-from", file, "-o", "json");

        run.Error.ShouldBe("");
        var step = JsonNode.Parse(run.Output)!.AsArray().ShouldHaveSingleItem()!["steps"]!.AsArray().Single(one => (string)one!["name"]! == "given")!;
        ((string)step["decision"]!["outcome"]!, ((string)step["decision"]!["sentence"]!).Replace(host, "HOST", StringComparison.Ordinal))
            .ShouldBe((outcome, sentence));
    }

    [Fact]
    public async Task Explain_StrangersWords_NeverReachTheTerminalRaw()
    {
        const string Hostile = "1.0\u001b[2J\u202E\u0007";

        var run = await RunAsync(Hostile, Resource());

        TerminalTextTests.ShouldBeHarmless(run.Output);
        TerminalTextTests.ShouldBeHarmless(run.Error);
    }

    private Task<CommandRun> RunAsync(string image, string yaml, params string[] more) => CommandRun.StartAsync(
        new CommandSetup { In = new StringReader(yaml) }, ["explain", image, "-f", "-", "--data-dir", _sandbox.DataDirectory, .. more]);

    private static string Deployment(string name, string image) =>
        $"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: shop}}\n" +
        $"spec: {{template: {{spec: {{containers: [{{name: c, image: '{image}'}}]}}}}}}\n";

    private string Resource(string name = "api", string repository = ExplainSandbox.Repository) =>
        $"apiVersion: registry.kubecontroller.io/v1alpha1\nkind: Registry\nmetadata: {{name: {name}, namespace: shop}}\n" +
        $"spec: {{url: '{_sandbox.Origin}', repository: {repository}, scanConfig: {{retryAttempts: 0}}}}\n";
}
