using System.Diagnostics;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Host.Tests.Tools;

/// <summary>Nothing that a tool started outlives its run.</summary>
public sealed class ToolCancellationTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly ScriptedTool _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public async Task RunAsync_CancelledBefore_StartsNothing()
    {
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(_tool.Runner.RunAsync(_tool.Command("echo > \"$0.started\""), cancellation.Token));
        File.Exists(_tool.File("tool.started")).ShouldBeFalse();
    }

    // Each script writes the ids of all its processes, one a line, and "ready" at last.
    [Theory]
    [InlineData("hangs", "echo $$ >> $P; echo ready >> $P; sleep 600")]
    [InlineData("ignores the request to end", "trap '' TERM INT HUP; echo $$ >> $P; echo ready >> $P; sleep 600")]
    [InlineData("has a grandchild that ignores it", "sh -c 'trap \"\" TERM HUP; echo $$ >> $P; echo ready >> $P; sleep 600' & wait")]
    [InlineData("has a grandchild whose parent ended", "sh -c 'sh -c \"echo \\$\\$ >> $P; echo ready >> $P; sleep 600\" & exit'; sleep 600")]
    [InlineData("has a grandchild in a session of its own", "setsid sh -c 'echo $$ >> $P; echo ready >> $P; sleep 600' & sleep 600")]
    [InlineData("has a grandchild that hides from its parents",
        "sh -c 'setsid sh -c \"trap : TERM; echo \\$\\$ >> $P; echo ready >> $P; sleep 600\" & exit'; sleep 600")]
    public async Task RunAsync_CancelledWhileTheTool_EndsAllItsProcesses(string condition, string script)
    {
        var processes = _tool.File("processes");
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var run = _tool.Runner.RunAsync(_tool.Command($"export P={processes}; {script}"), cancellation.Token);
        await Wait.UntilAsync(
            $"the tool that {condition} runs",
            () => File.Exists(processes) && File.ReadAllText(processes).EndsWith("ready\n", StringComparison.Ordinal),
            Deadline,
            TestContext.Current.CancellationToken);

        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(run.WaitAsync(Deadline, TimeProvider.System, TestContext.Current.CancellationToken));
        foreach (var line in File.ReadLines(processes).Where(line => line != "ready")) IsRunning(int.Parse(line)).ShouldBeFalse(line);
    }

    [Fact]
    public async Task RunAsync_ToolThatLeavesAProcessBehind_ReturnsAndEndsIt()
    {
        var result = await _tool.RunAsync("setsid sleep 600 & echo $!").WaitAsync(Deadline, TimeProvider.System, TestContext.Current.CancellationToken);
        result.ExitCode.ShouldBe(0);
        IsRunning(int.Parse(result.Output)).ShouldBeFalse();
    }

    // The tool ends while its child is about to become another program, when the system shows no environment of the child.
    [Fact]
    public async Task RunAsync_ToolThatEndsWhileItsChildrenStart_EndsThemAll()
    {
        // The second setsid, being the leader of a session, starts a process of its own and ends.
        var mark = Guid.NewGuid().ToString();
        var command = _tool.Command("setsid env setsid sleep 600 &") with { Environment = new Dictionary<string, string> { ["TEST_RUN"] = mark } };
        for (var i = 0; i < 25; i++) await _tool.Runner.RunAsync(command, TestContext.Current.CancellationToken);
        FindMarked(mark).ShouldBeEmpty();
    }

    [Fact]
    public async Task RunAsync_EscapedProcessThatHoldsTheOutput_IsNotWaitedFor()
    {
        // It takes off the environment and so the run's mark, as only a tool that means harm would.
        var result = await _tool.RunAsync("env -i setsid sleep 30 & echo $!; sleep 0.2; echo done")
            .WaitAsync(Deadline, TimeProvider.System, TestContext.Current.CancellationToken);
        var lines = result.Output.Split('\n');
        lines[1].ShouldBe("done");
        using var escaped = Process.GetProcessById(int.Parse(lines[0]));
        escaped.Kill();
    }

    private static IEnumerable<string> FindMarked(string mark) => Directory.EnumerateDirectories("/proc").Where(folder =>
    {
        try
        {
            return int.TryParse(Path.GetFileName(folder), out _) && File.ReadAllText(Path.Combine(folder, "environ")).Contains(mark, StringComparison.Ordinal);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    });

    // A process that has ended and waits for its parent to notice (a zombie) is still listed.
    private static bool IsRunning(int id)
    {
        try
        {
            return !File.ReadAllText($"/proc/{id}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
