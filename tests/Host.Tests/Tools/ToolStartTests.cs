using System.ComponentModel;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Tools;
using RegistryOperator.Host.Files;
using RegistryOperator.Host.Tools;
using RegistryOperator.Tests.Servers.Processes;
using ToolResult = RegistryOperator.Abstractions.Tools.ToolResult;

namespace RegistryOperator.Host.Tests.Tools;

/// <summary>What it means that a tool can't be started.</summary>
public sealed class ToolStartTests : IDisposable
{
    private readonly ScriptedTool _tool = new();
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _tool.Dispose();

    [Theory]
    [InlineData(2, "/no/such/tool does not exist. Install the tool, or correct its path in the plugin's settings.")]
    [InlineData(8, "/no/such/tool is not a program for this system. Install the build for this operating system and processor.")]
    [InlineData(11, "this user or container has as many processes as it may have. Raise the limit, or lower the number of concurrent scans.")]
    [InlineData(13, "/no/such/tool may not be executed by this user. Set its execute permission, and mount its volume without 'noexec'.")]
    [InlineData(26, "/no/such/tool is still being written. Replace it by renaming a finished file.")]
    [InlineData(7, "Odd. (/no/such/tool).")]
    public void Explain_ErrorNumber_SaysWhatToDo(int number, string reason)
    {
        var error = new Win32Exception(number, "Odd.");

        var explained = ToolStart.Explain("/no/such/tool", error);

        explained.Reason.ShouldBe(ScanReasons.ScannerUnavailable);
        explained.Message.ShouldBe($"tool cannot be started: {reason}");
        explained.InnerException.ShouldBe(error);
    }

    [Fact]
    public void Explain_NoSuchFileThoughItIsThere_IsItsInterpreter() =>
        ToolStart.Explain(_tool.Write("script", ""), new Win32Exception(2)).Message.ShouldContain("interpreter or loader");

    [Theory]
    [InlineData(11, true)]
    [InlineData(26, true)]
    [InlineData(2, false)]
    [InlineData(8, false)]
    [InlineData(12, false)]
    [InlineData(13, false)]
    public void PassesByItself_ErrorNumber_IsOverInAMoment(int number, bool passes) => ToolStart.PassesByItself(new Win32Exception(number)).ShouldBe(passes);

    [Fact]
    public void Constants_Values_AreThoseThatWereDecided() =>
        (ToolStart.Retries, ToolStart.RetryDelay, ToolRunner.OutputGrace).ShouldBe((3, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2)));

    [Fact]
    public async Task RunAsync_ToolThatIsStillWritten_IsTriedAgainAndThenRefused()
    {
        var (tool, run) = StartWhileWritten(Token);
        await using (tool) (await Should.ThrowAsync<ScanException>(() => AdvanceAsync(run))).Message.ShouldContain("is still being written");
    }

    [Fact]
    public async Task RunAsync_ToolThatWasWrittenMeanwhile_Runs()
    {
        var (tool, run) = StartWhileWritten(Token);
        await tool.DisposeAsync();

        (await AdvanceAsync(run)).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task RunAsync_CancelledBetweenTwoTries_Ends()
    {
        using var cancellation = new CancellationTokenSource();
        var (tool, run) = StartWhileWritten(cancellation.Token);
        await using (tool)
        {
            await cancellation.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => run);
        }
    }

    /// <summary>The file is open for writing until it is disposed of.</summary>
    private (FileStream Tool, Task<ToolResult> Run) StartWhileWritten(CancellationToken cancellationToken)
    {
        var path = _tool.Write("tool", "exit 0");
        var tool = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        var run = new ToolRunner(_tool.Folder, PathTrust.Strict, _time, NullLogger<ToolRunner>.Instance)
            .RunAsync(new ToolCommand { Executable = path }, cancellationToken);
        run.IsCompleted.ShouldBeFalse("it is tried again");
        return (tool, run);
    }

    private async Task<ToolResult> AdvanceAsync(Task<ToolResult> run)
    {
        await Wait.UntilAsync(
            "the run ends",
            () =>
            {
                _time.Advance(ToolStart.RetryDelay);
                return run.IsCompleted;
            },
            TimeSpan.FromSeconds(20),
            Token);
        return await run;
    }
}
