using RegistryOperator.Abstractions.Tools;
using RegistryOperator.Host.Tools;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Host.Tests.Tools;

/// <summary>Which variables a tool sees.</summary>
public sealed class ToolEnvironmentTests : IDisposable
{
    private const string Secret = "s3cret-value-of-a-test";

    private static readonly ToolCommand Command = new() { Executable = "/usr/bin/tool" };

    private readonly ScriptedTool _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void Build_HostWithEverything_PassesOnWhatToolsNeedAndNothingElse()
    {
        Dictionary<string, string> needed = new()
        {
            ["PATH"] = "/bin",
            ["HOME"] = "/home/user",
            ["XDG_CACHE_HOME"] = "/cache",
            ["SSL_CERT_FILE"] = "/ca.pem",
            ["SSL_CERT_DIR"] = "/ca",
            ["HTTP_PROXY"] = "http://a",
            ["HTTPS_PROXY"] = "http://b",
            ["NO_PROXY"] = "c",
            ["http_proxy"] = "http://d",
            ["https_proxy"] = "http://e",
            ["no_proxy"] = "f",
        };
        Dictionary<string, string> host = new(needed) { ["AWS_SECRET_ACCESS_KEY"] = Secret, ["LD_PRELOAD"] = "x", ["LANG"] = "de_DE", ["DOCKER_CONFIG"] = "x" };
        var built = ToolEnvironment.Build(Command, host);
        built.Where(pair => pair.Key is not ("LANG" or "TMPDIR")).ShouldBe(needed, ignoreOrder: true);
        built["LANG"].ShouldBe("C.UTF-8");
        built["TMPDIR"].ShouldBe(Path.TrimEndingDirectorySeparator(Path.GetTempPath()));
    }

    [Fact]
    public void Build_InheritedPrefix_PassesOnAllButCredentialsAndLetsTheCommandWin()
    {
        Dictionary<string, string> host = new()
        {
            ["SYFT_A"] = "host",
            ["SYFT_B"] = "host",
            ["SYFT_PASSWORD"] = Secret,
            ["syft_c"] = "host",
            ["XSYFT_D"] = "host",
        };
        var command = Command with
        {
            InheritedPrefix = "SYFT_",
            NotInherited = ["SYFT_PASSWORD"],
            Environment = new Dictionary<string, string> { ["SYFT_B"] = "command", ["TMPDIR"] = "/run" },
        };
        ToolEnvironment.Build(command, host).Where(pair => pair.Key != "LANG").ShouldBe(
            [new("SYFT_A", "host"), new("SYFT_B", "command"), new("TMPDIR", "/run")], ignoreOrder: true);
    }

    [Fact]
    public void Build_EmptyPrefix_IsRefused()
    {
        Should.Throw<ArgumentException>(() => ToolEnvironment.Build(Command with { InheritedPrefix = "" }, new Dictionary<string, string>()));
    }

    [Fact]
    public async Task RunAsync_Tool_SeesExactlyTheEnvironmentBuilt()
    {
        var command = _tool.Command("exec /usr/bin/env -0") with { Environment = new Dictionary<string, string> { ["OWN"] = "two\nlines" } };
        var result = await _tool.Runner.RunAsync(command, TestContext.Current.CancellationToken);
        // The shell of the script adds its own three.
        var seen = result.Output.Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('=', 2)).Select(pair => (pair[0], pair[1]))
            .Where(pair => pair.Item1 is not (ToolFamily.MarkVariable or "PWD" or "OLDPWD" or "SHLVL" or "_"));
        seen.ShouldBe(ToolEnvironment.Build(command, ToolEnvironment.OfThisProcess()).Select(pair => (pair.Key, pair.Value)), ignoreOrder: true);
    }

    [Fact]
    public async Task RunAsync_SecretInTheEnvironment_IsNotInTheCommandLine()
    {
        var ready = _tool.File("ready");
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var script = $"echo $$ > {ready}.new; mv {ready}.new {ready}; sleep 600";
        var command = _tool.Command(script, "scan") with { Environment = new Dictionary<string, string> { ["TOKEN"] = Secret } };
        var run = _tool.Runner.RunAsync(command, cancellation.Token);
        await Wait.UntilAsync("the tool runs", () => File.Exists(ready), TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        var line = File.ReadAllText($"/proc/{File.ReadAllText(ready).Trim()}/cmdline");
        line.ShouldContain("scan");
        line.ShouldNotContain(Secret);
        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(run);
    }

    [Fact]
    public async Task RunAsync_TemporaryDirectoryOfTheRun_IsTheCurrentFolderToo()
    {
        await using var folder = _tool.Runner.CreateFolder();
        var command = _tool.Command("pwd") with { Environment = new Dictionary<string, string> { ["TMPDIR"] = folder.Path } };
        (await _tool.Runner.RunAsync(command, TestContext.Current.CancellationToken)).Output.TrimEnd().ShouldBe(folder.Path);
    }

    [Fact]
    public async Task RunAsync_NoTemporaryDirectoryOfItsOwn_RunsWhereNobodyLeavesSettings()
    {
        (await _tool.RunAsync("pwd")).Output.ShouldBe("/\n");
    }
}
