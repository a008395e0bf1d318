using System.Diagnostics;
using System.Net;
using RegistryOperator.Host.Cli;
using RegistryOperator.Host.Tests.Plugins;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Host.Tests.Cli;

/// <summary>What the process answers to signals: the executable itself, with real ones.</summary>
public sealed class StopTests : IDisposable
{
    private const string Repository = "shop/api";

    private readonly PluginSandbox _sandbox = new();
    private readonly HttpClient _client = new();

    public StopTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Signals, pipes in folders and /proc are Linux's.");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string DataDirectory => Path.Combine(_sandbox.Root, "data");

    public void Dispose()
    {
        _client.Dispose();
        _sandbox.Dispose();
    }

    [Theory]
    [InlineData("INT", ExitCodes.Interrupted, "/tags/list")]
    [InlineData("TERM", ExitCodes.Terminated, "/tags/list")]
    [InlineData("INT", ExitCodes.Interrupted, "/manifests/")]
    [InlineData("TERM", ExitCodes.Terminated, "/manifests/")]
    [InlineData("HUP", ExitCodes.HungUp, "/manifests/")]
    [InlineData("QUIT", ExitCodes.Quit, "/manifests/")]
    public async Task Scan_SignalWhileTheRegistryHangs_EndsQuietlyWithTheSignalsCode(string signal, int expected, string path)
    {
        await using var registry = await StartRegistryAsync();
        using var hang = registry.Inject(Faults.Hang().OnPath(path));
        await using var scan = ProductProcess.Start("scan", "-f", WriteResource(registry)).WithoutInput();
        await scan.WaitAsync("the registry is asked", _ => Task.FromResult(registry.RequestCount >= (path == "/tags/list" ? 1 : 2)));

        await scan.SignalAsync(signal);

        (await scan.EndAsync()).ShouldBe(new CommandRun(expected, "", ""));
    }

    [Theory]
    [InlineData("INT", ExitCodes.Interrupted)]
    [InlineData("TERM", ExitCodes.Terminated)]
    public async Task Scan_SignalWhileNobodyTypes_EndsAtOnce(string signal, int expected)
    {
        await using var scan = ProductProcess.Start("scan", "-f", "-");
        await scan.WaitUntilItListensAsync();

        await scan.SignalAsync(signal);

        (await scan.EndAsync()).ShouldBe(new CommandRun(expected, "", ""));
    }

    [Theory]
    [InlineData("settings", "INT", "scan", ExitCodes.Interrupted)]
    [InlineData("settings", "TERM", "scan", ExitCodes.Terminated)]
    [InlineData("settings", "TERM", "run", ExitCodes.Success)]
    [InlineData("plugin", "TERM", "scan", ExitCodes.Terminated)]
    [InlineData("plugin", "INT", "run", ExitCodes.Success)]
    [InlineData("plugin", "TERM", "run", ExitCodes.Success)]
    [InlineData("plugin", "TERM", "plugins", ExitCodes.Terminated)]
    public async Task Start_SignalWhileTheEngineStarts_DoesNotWaitForIt(string stage, string signal, string command, int expected)
    {
        await using var registry = await StartRegistryAsync();
        var begun = Path.Combine(_sandbox.Root, "begun");
        string[] arguments = command switch
        {
            "scan" => ["scan", "-f", WriteResource(registry), "--data-dir", DataDirectory],
            "run" =>
            [
                "run", "--directory", Directory.CreateDirectory(Path.Combine(_sandbox.Root, "registries")).FullName,
                "--listen", "none", "--data-dir", DataDirectory,
            ],
            _ => ["plugins", "list"],
        };
        string[] slow = stage == "settings"
            ? ["--config", begun]
            : ["--plugins", Path.GetDirectoryName(_sandbox.AddFixture("Unruly"))!, "--set", $"Plugins:Unruly:Hang={begun}"];
        if (stage == "settings") await MakePipeAsync(begun);
        await using var process = ProductProcess.Start([.. arguments, .. slow]).WithoutInput();
        // Who opens a pipe waits for the other side: it is open when the process reads it, and the process then waits for what never comes.
        await using var pipe = stage == "settings"
            ? await Task.Run(() => new FileStream(begun, FileMode.Open, FileAccess.Write), Token)
                .WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, Token)
            : null;
        await process.WaitAsync("the engine starts", _ => Task.FromResult(File.Exists(begun)));

        await process.SignalAsync(signal);

        var end = await process.EndAsync();
        end.Error.ShouldBeEmpty();
        end.ExitCode.ShouldBe(expected);
        registry.RequestCount.ShouldBe(0);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public async Task Run_Signal_EndsInOrder(string signal)
    {
        await using var run = await StartOperatorAsync();

        await run.SignalAsync(signal);

        var end = await run.EndAsync();
        end.ExitCode.ShouldBe(ExitCodes.Success);
        end.Error.ShouldBeEmpty();
        end.Output.ShouldContain("Stopped");
        File.Exists(Path.Combine(DataDirectory, "reports.db")).ShouldBeTrue();
        File.Exists(Path.Combine(DataDirectory, "reports.db-wal")).ShouldBeFalse();
    }

    [Fact]
    public async Task Run_ScannerThatNeedsSecondsToEnd_IsWaitedForAndASecondTermChangesNothing()
    {
        await using var registry = await StartRegistryAsync();
        var begun = WriteUnrulyResource(registry, "seconds: 3");
        await using var run = await StartOperatorAsync();
        await run.WaitAsync("the scanner runs", _ => Task.FromResult(File.Exists(begun)));

        await run.SignalAsync("TERM");
        await run.SignalAsync("TERM");

        var end = await run.EndAsync();
        (end.ExitCode, end.Error).ShouldBe((ExitCodes.Success, ""));
        end.Output.ShouldContain("Stopped");
        File.Exists(Path.Combine(DataDirectory, "reports.db-wal")).ShouldBeFalse();
    }

    [Fact]
    public async Task Run_SecondCtrlC_EndsAtOnce()
    {
        await using var registry = await StartRegistryAsync();
        var begun = WriteUnrulyResource(registry, "seconds: 600");
        await using var run = await StartOperatorAsync();
        await run.WaitAsync("the scanner runs", _ => Task.FromResult(File.Exists(begun)));

        // Two signals that are sent together arrive as one.
        await Wait.UntilAsync("the process ends", async _ =>
        {
            if (!run.HasExited) await run.SignalAsync("INT");
            return run.HasExited;
        }, TimeSpan.FromSeconds(60), Token);

        var end = await run.EndAsync();
        end.ExitCode.ShouldBe(ExitCodes.Interrupted);
    }

    [Fact]
    public async Task Scan_PluginFailsOnAThreadOfItsOwn_IsASentence()
    {
        await using var registry = await StartRegistryAsync();
        WriteUnrulyResource(registry, "crash: true, seconds: 600");
        await using var scan = ProductProcess.Start(
            "scan",
            "-f", Path.Combine(_sandbox.Root, "registries"),
            "--plugins", Path.Combine(_sandbox.Root, "plugins"),
            "--data-dir", DataDirectory).WithoutInput();

        var end = await scan.EndAsync();

        end.ExitCode.ShouldBe(ExitCodes.Failure);
        end.Error.ShouldStartWith("error: This should not happen: InvalidOperationException: A thread of the plugin's own failed.");
        end.Error.Trim().Split('\n').Length.ShouldBe(1);
    }

    [Fact]
    public async Task Scan_ProcessDiedTwiceInAPluginsScan_ThePluginIsSetAsideAndTheRestIsShown()
    {
        await using var registry = await StartRegistryAsync();
        WriteUnrulyResource(registry, "crash: true, seconds: 600");
        (await ScanAsync()).ExitCode.ShouldBe(ExitCodes.Failure);
        (await ScanAsync()).ExitCode.ShouldBe(ExitCodes.Failure);

        var end = await ScanAsync();

        end.Error.ShouldContain("The process died 2 times while this plugin scanned");
        end.Error.ShouldContain("To bring it back");
        end.Output.ShouldContain("1.0.0");
        File.Delete(Path.Combine(DataDirectory, "plugin-scans.json"));
        (await ScanAsync()).Error.ShouldContain("A thread of the plugin's own failed.");
    }

    [Fact]
    public async Task Scan_PluginPrints_StandardOutputHasTheResultAlone()
    {
        await using var registry = await StartRegistryAsync();
        WriteUnrulyResource(registry, "print: 'words of a plugin'");

        var end = await ScanAsync("-o", "json");

        end.ExitCode.ShouldBe(ExitCodes.Success);
        System.Text.Json.JsonDocument.Parse(end.Output).Dispose();
        end.Output.ShouldNotContain("words of a plugin\n");
        end.Error.ShouldContain("words of a plugin");
    }

    private async Task<CommandRun> ScanAsync(params string[] arguments)
    {
        await using var scan = ProductProcess.Start(
        [
            "scan", "-f", Path.Combine(_sandbox.Root, "registries"), "--plugins", Path.Combine(_sandbox.Root, "plugins"), "--data-dir", DataDirectory,
            .. arguments,
        ]).WithoutInput();
        return await scan.EndAsync();
    }

    private static async Task MakePipeAsync(string path)
    {
        using var make = Process.Start("mkfifo", [path]);
        await make.WaitForExitAsync(Token);
    }

    private static async Task<InMemoryRegistry> StartRegistryAsync()
    {
        var registry = await InMemoryRegistry.StartAsync(Token);
        registry.Add(Repository, "1.0.0", new ImageBuilder().Build());
        return registry;
    }

    private async Task<ProductProcess> StartOperatorAsync()
    {
        var url = $"http://127.0.0.1:{FreePort.Find()}";
        var run = ProductProcess.Start(
            "run", "--directory", Directory.CreateDirectory(Path.Combine(_sandbox.Root, "registries")).FullName, "--listen", url,
            "--plugins", Directory.CreateDirectory(Path.Combine(_sandbox.Root, "plugins")).FullName, "--data-dir", DataDirectory).WithoutInput();
        await run.WaitAsync("it is ready", async token => (await _client.GetAsync($"{url}/readyz", token)).StatusCode == HttpStatusCode.OK);
        return run;
    }

    private string WriteResource(InMemoryRegistry registry, string more = "")
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(_sandbox.Root, "registries")).FullName, "api.yaml");
        File.WriteAllText(
            path,
            "apiVersion: registry.kubecontroller.io/v1alpha1\nkind: Registry\nmetadata: {name: api}\n" +
            $"spec: {{url: '{registry.Url}', repository: {Repository}{more}}}\n");
        return path;
    }

    /// <returns>The file that the scanner makes when it begins.</returns>
    private string WriteUnrulyResource(InMemoryRegistry registry, string options)
    {
        _sandbox.AddFixture("Unruly");
        var begun = Path.Combine(_sandbox.Root, "begun");
        WriteResource(registry, $", scanners: [{{name: unruly, options: {{begun: '{begun}', {options}}}}}]");
        return begun;
    }
}
