using System.Net;
using RegistryOperator.Host.Cli;
using RegistryOperator.Host.Tests.Plugins;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Host.Tests.Cli;

/// <summary>Outputs that can't be written: the executable itself, with a full disk, a pipe without a reader and no output at all.</summary>
public sealed class OutputFaultTests : IAsyncLifetime
{
    private readonly CommandSandbox _reports = new();
    private readonly PluginSandbox _sandbox = new();
    private InMemoryRegistry _registry = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Commands => new(
        "crd", "--help",
        "scan --help", "scan -f FILE", "scan -f FILE -o json", "scan -f FILE -o yaml",
        "plugins list", "plugins list -o json", "plugins show Declared", "plugins show Declared -o json",
        "search openssl DATA", "search openssl -o json DATA",
        "report 1.0 --platform linux/amd64 DATA", "report 1.0 --scanner trivy -o json DATA");

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/dev/full is Linux's.");
        await _reports.FillAsync();
        _sandbox.AddFixture("Declared");
        _registry = await InMemoryRegistry.StartAsync(Token);
        _registry.Add("shop/api", "1.0.0", new ImageBuilder().Build());
        await File.WriteAllTextAsync(
            Path.Combine(_sandbox.Root, "FILE"),
            "apiVersion: registry.kubecontroller.io/v1alpha1\nkind: Registry\nmetadata: {name: api}\n" +
            $"spec: {{url: '{_registry.Url}', repository: shop/api}}\n",
            Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _reports.DisposeAsync();
        if (_registry is not null) await _registry.DisposeAsync();
        _sandbox.Dispose();
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Command_OutputFull_IsASentenceAndFails(string command)
    {
        await using var process = ProductProcess.StartInShell("exec \"$0\" \"$@\" >/dev/full", Arguments(command)).WithoutInput();

        (await process.EndAsync()).ShouldBe(new CommandRun(ExitCodes.Failure, "", "error: The output could not be written: No space left on device\n"));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Command_NobodyReadsThePipe_SaysNothingAndSucceeds(string command)
    {
        await using var process = ProductProcess.StartInShell("set -o pipefail; \"$0\" \"$@\" | true", Arguments(command)).WithoutInput();

        (await process.EndAsync()).ShouldBe(new CommandRun(ExitCodes.Success, "", ""));
    }

    [Theory]
    [InlineData("exec \"$0\" crd >&-")]
    [InlineData("exec \"$0\" crd >&- 2>&-")]
    [InlineData("exec \"$0\" crd >/dev/full 2>/dev/full")]
    public async Task Command_NoOutput_Fails(string line)
    {
        await using var process = ProductProcess.StartInShell(line).WithoutInput();

        var end = await process.EndAsync();

        end.ExitCode.ShouldBe(ExitCodes.Failure);
        end.Error.Split('\n').Length.ShouldBeLessThanOrEqualTo(2, end.Error);
    }

    [Fact]
    public async Task Command_ErrorStreamFull_AnswersAsElse()
    {
        await using var process = ProductProcess.StartInShell("exec \"$0\" frobnicate 2>/dev/full").WithoutInput();

        (await process.EndAsync()).ShouldBe(new CommandRun(ExitCodes.BadInput, "", ""));
    }

    [Fact]
    public async Task Run_LogFull_GoesOn()
    {
        var url = $"http://127.0.0.1:{FreePort.Find()}";
        using var client = new HttpClient();
        var folder = Directory.CreateDirectory(Path.Combine(_sandbox.Root, "registries")).FullName;
        await using var run = ProductProcess.StartInShell(
            "exec \"$0\" \"$@\" >/dev/full", "run", "--directory", folder, "--listen", url, "--data-dir", Path.Combine(_sandbox.Root, "data")).WithoutInput();

        await run.WaitAsync("it is ready", async token => (await client.GetAsync($"{url}/readyz", token)).StatusCode == HttpStatusCode.OK);
        await run.SignalAsync("TERM");

        (await run.EndAsync()).ShouldBe(new CommandRun(ExitCodes.Success, "", ""));
    }

    private string[] Arguments(string command)
    {
        string[] arguments = [.. command.Split(' ').SelectMany(word => word switch
        {
            "FILE" => [Path.Combine(_sandbox.Root, "FILE")],
            "DATA" => ["--data-dir", _reports.DataDirectory],
            _ => (string[])[word],
        })];
        return command.StartsWith("plugins", StringComparison.Ordinal) ? [.. arguments, "--plugins", Path.Combine(_sandbox.Root, "plugins")] : arguments;
    }
}
