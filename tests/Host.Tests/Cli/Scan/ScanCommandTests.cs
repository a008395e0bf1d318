using System.Text.Json.Nodes;
using RegistryOperator.Host.Tests.Plugins;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Host.Tests.Cli.Scan;

public sealed class ScanCommandTests : IAsyncLifetime
{
    private readonly PluginSandbox _sandbox = new();
    private InMemoryRegistry _registry = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _registry = await InMemoryRegistry.StartAsync(Token);
        _registry.Add("shop/api", "1.0.0", new ImageBuilder().Build());
        _registry.Add("shop/api", "1.1.0", new ImageBuilder().WithFillerLayer(100, seed: 1).Build());
    }

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        _sandbox.Dispose();
    }

    [Theory]
    [InlineData("api", 0)]
    [InlineData("api,web", 1)]
    [InlineData("web", 1)]
    [InlineData("web,api", 1)]
    public async Task Scan_Resources_FailWhereOneFailsAndArePrintedInTheirOrder(string names, int expected)
    {
        // The repository of 'web' does not exist.
        var run = await ScanAsync(string.Join("---\n", names.Split(',').Select(name => Resource(name))), "-o", "json");

        run.Error.ShouldBe("");
        run.ExitCode.ShouldBe(expected);
        var root = JsonNode.Parse(run.Output)!;
        var items = names.Contains(',', StringComparison.Ordinal) ? root["items"]!.AsArray() : [root.DeepClone()];
        items.Select(item => (string)item!["metadata"]!["name"]!).ShouldBe(names.Split(','));
        items.Select(item => (string)item!["status"]!["lastScanStatus"]!).ShouldBe(names.Split(',').Select(name => name == "api" ? "Success" : "Failed"));
        if (items.Count > 1) ((string)root["apiVersion"]!, (string)root["kind"]!).ShouldBe(("v1", "List"));
        else ((string)root["kind"]!).ShouldBe("Registry");
    }

    [Fact]
    public async Task Scan_Yaml_SeparatesDocumentsAndIsReadAgain()
    {
        var run = await ScanAsync(Resource("api") + "---\n" + Resource("web"), "-o", "yaml");

        run.Output.ShouldStartWith("apiVersion: registry.kubecontroller.io/v1alpha1\nkind: Registry\n");
        run.Output.Split("---\n").Length.ShouldBe(2);
        run.Output.ShouldEndWith("\n");
        (await ScanAsync(run.Output, "-o", "json")).Error.ShouldBe("");
    }

    [Fact]
    public async Task Scan_Table_IsThatOfEachResourceInOrder()
    {
        var run = await ScanAsync(Resource("api") + "---\n" + Resource("web"));

        var lines = run.Output.Split('\n');
        lines[0].ShouldBe($"default/api  {_registry.Url.GetLeftPart(UriPartial.Authority)}/shop/api");
        lines[1].ShouldBe("Success  2 tags");
        lines[2].ShouldStartWith("╭");
        lines[3].Split('│', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .ShouldBe(["TAG", "DIGEST", "PLATFORMS", "SIZE", "LAYERS", "AGE", "BASE IMAGE / NOTE"]);
        lines[8].ShouldBe("");
        lines[9].ShouldBe($"default/web  {_registry.Url.GetLeftPart(UriPartial.Authority)}/shop/web");
        lines[10].ShouldBe("Failed");
        lines[11].ShouldContain("NAME_UNKNOWN");
        // All is said in these lines, and an end of line is the last character.
        lines.Length.ShouldBe(13);
        lines[12].ShouldBe("");
    }

    [Fact]
    public async Task Scan_FileAndStandardInput_ReadsBoth()
    {
        var file = Path.Combine(_sandbox.Root, "web.yaml");
        await File.WriteAllTextAsync(file, Resource("web"), Token);

        var run = await CommandRun.StartAsync(new CommandSetup { In = new StringReader(Resource("api")) }, ["scan", "-f", file, "-", "-o", "json", .. Folders]);

        JsonNode.Parse(run.Output)!["items"]!.AsArray().Select(item => (string)item!["metadata"]!["name"]!).ShouldBe(["web", "api"]);
    }

    [Theory]
    [InlineData("kind: ConfigMap\napiVersion: v1\n", "error: -: there is no Registry in it. The README shows one of six lines.\n")]
    [InlineData("", "error: -: there is no Registry in it. The README shows one of six lines.\n")]
    [InlineData("kind: [", "error: stdin:2:1: not valid YAML")]
    public async Task Scan_NothingToScan_IsBadInput(string yaml, string expected)
    {
        var run = await ScanAsync(yaml);

        (run.ExitCode, run.Output).ShouldBe((2, ""));
        run.Error.Split('\n')[^2].ShouldStartWith(expected.TrimEnd('\n'));
    }

    [Theory]
    [InlineData("", "no resource is in it; did kubectl fail?")]
    [InlineData(
        "{kind: Table, apiVersion: meta.k8s.io/v1, metadata: {}, rows: []}",
        "neither a workload nor a list of resources is in it; 'kubectl get pods,deployments -A -o json' prints one.")]
    public async Task Scan_WorkloadsFromAFileThatSaysNothingOfThem_IsBadInput(string content, string expected)
    {
        var file = Path.Combine(_sandbox.Root, "running.json");
        await File.WriteAllTextAsync(file, content, Token);

        var run = await ScanAsync(Resource("api"), "--workloads-from", file);

        (run.ExitCode, run.Output).ShouldBe((2, ""));
        run.Error.ShouldBe($"error: {file}: {expected}\n");
        _registry.RequestCount.ShouldBe(0);
    }

    [Theory]
    [InlineData("{kind: List, apiVersion: v1, items: []}", null)]
    [InlineData("{kind: List, apiVersion: v1, items: [{kind: Service, apiVersion: v1, metadata: {name: a}}]}", null)]
    [InlineData(
        "{kind: Deployment, apiVersion: apps/v1, metadata: {name: a}, spec: {}}",
        "1:1: Deployment (apps/v1) is not used: it names no containers in spec.template.spec.containers")]
    [InlineData(
        "{kind: Pod, apiVersion: v1, metadata: {name: a}, spec: {containers: [{name: c, imge: x}]}}",
        "1:70: container 'c' of Pod default/a is not compared: it names no image, but has 'imge'; did you mean image?")]
    public async Task Scan_WorkloadsFrom_TellsWhatIsNotUsed(string content, string? expected)
    {
        var file = Path.Combine(_sandbox.Root, "running.json");
        await File.WriteAllTextAsync(file, content, Token);

        var run = await ScanAsync(Resource("api"), "--workloads-from", file);

        run.ExitCode.ShouldBe(0, run.Error);
        run.Error.ShouldBe(expected is null ? "" : $"notice: {file}:{expected}\n");
    }

    [Fact]
    public async Task Scan_OneFileIsWrong_ScansNothingAndSaysAllThatIsWrong()
    {
        var run = await ScanAsync(
            Resource("api") + "---\n" +
            Resource("bad").Replace("repository", "repositry", StringComparison.Ordinal) + "---\n" +
            "kind: ConfigMap\napiVersion: v1\n");

        (run.ExitCode, run.Output).ShouldBe((2, ""));
        run.Error.ShouldContain("error: stdin:");
        run.Error.ShouldContain("notice: stdin:");
        _registry.RequestCount.ShouldBe(0);
    }

    [Fact]
    public async Task Scan_OtherKindsAndPluginsThatDoNotRun_AreSaidOnTheErrorStreamOnly()
    {
        _sandbox.AddFixture("NewerContract");

        var run = await ScanAsync(Resource("api") + "---\nkind: ConfigMap\napiVersion: v1\n", "-o", "json", "--set", "Plugins:Nothing:X=1");

        run.ExitCode.ShouldBe(0);
        JsonNode.Parse(run.Output).ShouldNotBeNull();
        var lines = run.Error.TrimEnd('\n').Split('\n');
        lines.Select(line => line.Split(' ')[0]).ShouldBe(["notice:", "notice:", "warning:"]);
        lines[1].ShouldStartWith("notice: Plugins:Nothing is set, but no plugin has this name");
        lines[2].ShouldContain("It was built against contract 2.0.0");
    }

    [Fact]
    public async Task Scan_SecretOfAnotherNamespace_IsNotUsed()
    {
        _sandbox.AddBuiltIn("RegistryAuth");
        var secret = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: pull, namespace: other}\nstringData: {username: ada, password: word}\n";

        var missing = await ScanAsync(Resource("api", ", credentialsSecret: {name: pull}") + secret);
        var found = await ScanAsync(Resource("api", ", credentialsSecret: {name: pull}") + secret.Replace("other", "default", StringComparison.Ordinal));

        missing.ExitCode.ShouldBe(1);
        missing.Output.ShouldContain("Secret 'pull'");
        found.ExitCode.ShouldBe(0, found.Output);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Scan_Scanners_RunWhereTheyAreAskedForAndTheHistoryIsKeptAnyhow(bool asks)
    {
        _sandbox.AddFixture("Unruly");
        var begun = Path.Combine(_sandbox.Root, "begun");

        var second = asks
            ? Resource("more", $", scanners: [{{name: unruly, options: {{begun: '{begun}'}}}}]").Replace("shop/more", "shop/api", StringComparison.Ordinal)
            : Resource("api2").Replace("shop/api2", "shop/api", StringComparison.Ordinal);
        var run = await ScanAsync(Resource("api") + "---\n" + second);

        run.ExitCode.ShouldBe(0, run.Output + run.Error);
        File.Exists(begun).ShouldBe(asks);
        var history = await CommandRun.StartAsync("history", "shop/api:1.0.0", "--data-dir", DataDirectory);
        (history.ExitCode, history.Error).ShouldBe((0, ""));
        history.Output.ShouldContain("1.0.0");
        if (asks) run.Output.ShouldContain("UNRULY");
    }

    [Fact]
    public async Task Scan_NoPlaceForTheHistory_ListsAndSaysSo()
    {
        await File.WriteAllTextAsync(Path.Combine(_sandbox.Root, "file"), "", Token);

        var run = await CommandRun.StartAsync(
            new CommandSetup { In = new StringReader(Resource("api")) }, ["scan", "-f", "-", "--data-dir", Path.Combine(_sandbox.Root, "file", "x")]);

        run.ExitCode.ShouldBe(0, run.Error);
        run.Error.ShouldStartWith("notice: what the tags name is not recorded for 'history': --data-dir ");
        run.Output.ShouldContain("1.1.0");
    }

    [Fact]
    public async Task Scan_SecretThatNoFileHas_SaysHowItIsGiven()
    {
        _sandbox.AddBuiltIn("RegistryAuth");

        var run = await ScanAsync(Resource("api", ", credentialsSecret: {name: pull}"));

        run.ExitCode.ShouldBe(1);
        run.Output.ShouldContain("Secret 'pull' does not exist in namespace 'default'. Give the file that has it with another -f");
    }

    [Theory]
    [InlineData("--fail-on severe", "--fail-on severe: expected CRITICAL, HIGH, MEDIUM, LOW or UNKNOWN.", "")]
    [InlineData("--fail-on high", "--fail-on: no Registry given looks for vulnerabilities; set spec.vulnerabilityScanning.enabled: true.", "")]
    [InlineData(
        "--fail-on low",
        "--fail-on LOW: default/api counts nothing below MEDIUM; set spec.vulnerabilityScanning.severityThreshold: LOW.",
        ", vulnerabilityScanning: {enabled: true}")]
    public async Task Scan_FailOnWhatCouldNotFail_IsBadInput(string option, string expected, string spec)
    {
        var run = await ScanAsync(Resource("api", spec), option.Split(' '));

        (run.ExitCode, run.Output, run.Error).ShouldBe((2, "", $"error: {expected}\n"));
        _registry.RequestCount.ShouldBe(0);
    }

    [Theory]
    [InlineData("", 0, "")]
    [InlineData(
        "--fail-on CRITICAL", 1,
        "--fail-on CRITICAL: default/api: there is no current result of 2 images: 1.1.0 (ScannerUnavailable), 1.0.0 (ScannerUnavailable).")]
    [InlineData(
        "--strict", 1,
        "--strict: default/api: current results are missing of 2 images: 1.1.0 (ScannerUnavailable), 1.0.0 (ScannerUnavailable).")]
    public async Task Scan_ScannerThatIsNotThere_FailsWhereThatIsAskedFor(string option, int exitCode, string expected)
    {
        var run = await ScanAsync(
            Resource("api", ", vulnerabilityScanning: {enabled: true, scanner: gone}"), option.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        run.ExitCode.ShouldBe(exitCode, run.Error);
        run.Error.ShouldBe(expected.Length == 0 ? "" : $"error: {expected}\n");
        run.Output.ShouldContain("ScannerUnavailable");
    }

    [Fact]
    public async Task Scan_ResourcesThatAreNotJudgedOrSuspended_AreNamed()
    {
        var run = await ScanAsync(
            Resource("api", ", vulnerabilityScanning: {enabled: true, scanner: gone}") + "---\n"
                + Resource("other", ", suspend: true").Replace("shop/other", "shop/api", StringComparison.Ordinal),
            "--fail-on", "high", "--set", "Scanning:Concurrency=1");

        run.Error.Split('\n')[..2].ShouldBe(
        [
            "notice: --fail-on HIGH: default/other does not look for vulnerabilities, and is not judged by them.",
            "notice: default/other: spec.suspend holds back the operator alone; this command scans it.",
        ]);
    }

    [Theory]
    [InlineData(", tagFilter: {include: '^9'}", "The repository has no images: all 2 tags are left out, 2 by spec.tagFilter.include (^9).")]
    [InlineData("", "All 2 images are left out by spec.vulnerabilityScanning.tags.", ", tags: [9.9.9]")]
    public async Task Scan_FailOnWhereNothingIsJudged_Fails(string more, string expected, string section = "")
    {
        _sandbox.AddFixture("Unruly");

        var run = await ScanAsync(
            Resource("api", $"{more}, vulnerabilityScanning: {{enabled: true, severityThreshold: LOW{section}, scanner: unruly}}"), "--fail-on", "high");

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain($"error: --fail-on HIGH: default/api: no image was judged. {expected}\n");
    }

    [Fact]
    public async Task Scan_ManyResources_AreScannedFourAtATime()
    {
        var release = new TaskCompletionSource();
        using var client = new HttpClient();
        var arrived = 0;
        var most = 0;
        using var hold = _registry.Inject(new Fault(async context =>
        {
            var now = Interlocked.Increment(ref arrived);
            InterlockedMax(ref most, now);
            if (now == 4)
            {
                // A fifth one would be here before all these.
                for (var request = 0; request < 20; request++) await client.GetAsync(new Uri(_registry.Url, "/v2/"), context.RequestAborted);
                release.TrySetResult();
            }

            try
            {
                await release.Task.WaitAsync(context.RequestAborted);
            }
            finally
            {
                Interlocked.Decrement(ref arrived);
            }

            return false;
        }).OnTags());

        // Where fewer are scanned at a time the first ones wait for others in vain, and fail.
        var run = await ScanAsync(string.Join("---\n", Enumerable.Range(0, 12).Select(index =>
            Resource($"r{index}", ", scanConfig: {timeout: 20s, retryAttempts: 0}").Replace($"shop/r{index}", "shop/api", StringComparison.Ordinal))));

        run.ExitCode.ShouldBe(0, run.Output);
        most.ShouldBe(4);
    }

    [Fact]
    public async Task Scan_PersonWatches_HasTheSameOutput()
    {
        var watched = await CommandRun.StartAsync(
            new CommandSetup { In = new StringReader(Resource("api")), ShowsProgress = true }, ["scan", "-f", "-", .. Folders]);
        var quiet = await ScanAsync(Resource("api"));

        watched.Output.ShouldBe(quiet.Output);
        watched.ExitCode.ShouldBe(0);
        quiet.Error.ShouldBe("");
    }

    private static void InterlockedMax(ref int location, int value)
    {
        while (Volatile.Read(ref location) is var seen && seen < value && Interlocked.CompareExchange(ref location, value, seen) != seen)
        {
        }
    }

    private string DataDirectory => Path.Combine(_sandbox.Root, "data");

    private string[] Folders => ["--data-dir", DataDirectory, "--plugins", Directory.CreateDirectory(Path.Combine(_sandbox.Root, "plugins")).FullName];

    private Task<CommandRun> ScanAsync(string yaml, params string[] arguments) =>
        CommandRun.StartAsync(new CommandSetup { In = new StringReader(yaml) }, ["scan", "-f", "-", .. Folders, .. arguments]);

    private string Resource(string name, string more = "") =>
        $"apiVersion: registry.kubecontroller.io/v1alpha1\nkind: Registry\nmetadata: {{name: {name}}}\n" +
        $"spec: {{url: '{_registry.Url}', repository: shop/{name}{more}}}\n";
}
