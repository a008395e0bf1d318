using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Tests.Support;
using RegistryOperator.Host.Tools;

namespace RegistryOperator.Host.Tests.Tools;

/// <summary>What a tool is given, and what is taken from it.</summary>
public sealed class ToolRunnerTests : IDisposable
{
    private readonly ScriptedTool _tool = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _tool.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(127)]
    public async Task RunAsync_AnyExitCode_IsReturnedAndNotThrown(int code)
    {
        (await _tool.RunAsync($"exit {code}")).ExitCode.ShouldBe(code);
    }

    [Fact]
    public async Task RunAsync_Arguments_ArriveAsTheyAreWithoutAShell()
    {
        string[] arguments = ["two words", "$HOME", "; rm -rf /", "\"", "", "a\nb", "*"];
        (await _tool.RunAsync("for argument; do printf '[%s]' \"$argument\"; done", arguments)).Output
            .ShouldBe(string.Concat(arguments.Select(argument => $"[{argument}]")));
    }

    [Fact]
    public async Task RunAsync_StandardInput_IsEmpty()
    {
        (await _tool.RunAsync("cat; echo end")).Output.ShouldBe("end\n");
    }

    [Theory]
    [InlineData("wc -c", "1000000\n", 0)]
    [InlineData("head -c 200000 /dev/zero | tr '\\0' 'x' >&2; wc -c", "1000000\n", 0)] // more written than a pipe holds, before anything is read
    [InlineData("head -c 3", "abc", 0)] // reads a part
    [InlineData("exit 3", "", 3)] // reads nothing
    [InlineData("exec <&-; sleep 0.2; echo closed", "closed\n", 0)]
    public async Task RunAsync_Input_IsWhatTheToolReads(string script, string output, int exitCode)
    {
        var content = new byte[1_000_000];
        "abc"u8.CopyTo(content);

        var result = await _tool.Runner.RunAsync(_tool.Command(script) with { Input = content }, Cancellation);

        (result.Output, result.ExitCode).ShouldBe((output, exitCode));
    }

    [Fact]
    public async Task RunAsync_CancelledWhileTheToolReadsNothing_EndsIt()
    {
        using var stop = new CancellationTokenSource();
        var started = _tool.File("started");
        var run = _tool.Runner.RunAsync(_tool.Command($"touch {started}; sleep 600") with { Input = new byte[1_000_000] }, stop.Token);
        await Waiting.UntilAsync(() => File.Exists(started), "the tool runs");

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(run.SoonAsync());
    }

    [Fact]
    public async Task RunAsync_WithoutOutputFile_KeepsTheOutput()
    {
        var result = await _tool.RunAsync("printf 'größe\\n'; echo progress >&2");
        result.Output.ShouldBe("größe\n");
        result.ErrorTail.ShouldBe("progress");
        result.Duration.ShouldBeGreaterThan(TimeSpan.Zero);
    }

    [Fact]
    public async Task RunAsync_WithOutputFile_WritesItForTheOwnerAlone()
    {
        var file = _tool.File("out.json");
        var result = await _tool.Runner.RunAsync(_tool.Command("printf '{}'") with { OutputFile = file }, Cancellation);
        result.Output.ShouldBe("");
        File.ReadAllText(file).ShouldBe("{}");
        if (!OperatingSystem.IsWindows()) File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task RunAsync_OutputFileThatExists_IsRefusedAndLeftAlone()
    {
        var file = _tool.File("out.json");
        File.WriteAllText(file, "earlier");
        var error = await Should.ThrowAsync<ScanException>(_tool.Runner.RunAsync(_tool.Command("echo later") with { OutputFile = file }, Cancellation));
        error.Reason.ShouldBe(ScanReasons.Failed);
        File.ReadAllText(file).ShouldBe("earlier");
    }

    [Theory]
    [InlineData(10, true)]
    [InlineData(9, false)]
    public async Task RunAsync_OutputAgainstTheLimit_IsAcceptedUpToAndIncludingIt(long limit, bool isAccepted)
    {
        var run = _tool.Runner.RunAsync(_tool.Command("printf 0123456789") with { MaximumOutput = limit }, Cancellation);
        if (isAccepted) (await run).Output.ShouldBe("0123456789");
        else (await Should.ThrowAsync<ScanException>(run)).Reason.ShouldBe(ScanReasons.TooLarge);
    }

    [Fact]
    public async Task RunAsync_GibibyteOfOutput_EndsTheToolEarlyAndNamesToolAndLimit()
    {
        var file = _tool.File("out");
        var command = _tool.Command("head -c 1073741824 /dev/zero; echo finished > \"$0.finished\"") with { OutputFile = file, MaximumOutput = 1_000_000 };
        var error = await Should.ThrowAsync<ScanException>(_tool.Runner.RunAsync(command, Cancellation));
        error.Reason.ShouldBe(ScanReasons.TooLarge);
        error.Message.ShouldContain("tool wrote more than the 1000000 bytes");
        new FileInfo(file).Length.ShouldBeLessThanOrEqualTo(1_000_000);
        File.Exists(command.Executable + ".finished").ShouldBeFalse();
    }

    [Fact]
    public async Task RunAsync_OutputFileThatCannotBeMade_SaysWhichAndWhatToDo()
    {
        var error = await Should.ThrowAsync<ScanException>(
            _tool.Runner.RunAsync(_tool.Command("echo x") with { OutputFile = _tool.File("missing/out") }, Cancellation));
        error.Reason.ShouldBe(ScanReasons.Failed);
        error.Message.ShouldContain("missing/out");
    }

    [Fact]
    public async Task RunAsync_MuchOnStandardError_KeepsWholeLinesOfTheEnd()
    {
        var result = await _tool.RunAsync("i=0; while [ $i -lt 3000 ]; do echo \"line $i of many\" >&2; i=$((i+1)); done; exit 3");
        result.ExitCode.ShouldBe(3);
        result.ErrorTail.Length.ShouldBeInRange(ErrorTail.Size - 100, ErrorTail.Size);
        result.ErrorTail.ShouldStartWith("line ");
        result.ErrorTail.ShouldEndWith("line 2999 of many");
    }

    [Fact]
    public async Task RunAsync_RunLongEnoughToMeasure_TellsPeakMemory()
    {
        (await _tool.RunAsync("sleep 0.3")).PeakMemory.ShouldNotBeNull().ShouldBeInRange(100_000, 100_000_000);
    }

    [Fact]
    public async Task RunAsync_ManyAtOnce_KeepTheirOutputApart()
    {
        var command = _tool.Command("echo \"$1\"; echo \"$1\" >&2");
        var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => _tool.Runner.RunAsync(command with { Arguments = [$"run {i}"] }, Cancellation)));
        results.Select(result => (result.Output, result.ErrorTail)).ShouldBe(Enumerable.Range(0, 16).Select(i => ($"run {i}\n", $"run {i}")));
    }

    [Fact]
    public async Task RunAsync_MissingExecutable_SaysWhatToDo()
    {
        var error = await Should.ThrowAsync<ScanException>(_tool.Runner.RunAsync(new() { Executable = _tool.File("absent") }, Cancellation));
        error.Reason.ShouldBe(ScanReasons.ScannerUnavailable);
        error.Message.ShouldContain("does not exist. Install the tool, or correct its path");
    }

    [Fact]
    public async Task RunAsync_FileThatMayNotBeExecuted_SaysWhatToDo()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Permissions are Linux's.");
        var path = _tool.File("plain");
        File.WriteAllText(path, "#!/bin/sh\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead);
        var error = await Should.ThrowAsync<ScanException>(_tool.Runner.RunAsync(new() { Executable = path }, Cancellation));
        error.Reason.ShouldBe(ScanReasons.ScannerUnavailable);
        error.Message.ShouldContain("execute permission");
    }

    [Fact]
    public async Task RunAsync_ProgramForAnotherSystem_SaysWhatToDo()
    {
        var path = _tool.Write("other", "");
        File.WriteAllBytes(path, [0x7f, .. "ELF"u8, 9, 9, 9, 9]);
        var error = await Should.ThrowAsync<ScanException>(_tool.Runner.RunAsync(new() { Executable = path }, Cancellation));
        error.Reason.ShouldBe(ScanReasons.ScannerUnavailable);
        error.Message.ShouldContain("not a program for this system");
    }

    [Fact]
    public async Task RunAsync_ScriptWithoutItsInterpreter_SaysThatItIsMissing()
    {
        var path = _tool.Write("script", "");
        File.WriteAllText(path, "#!/absent/interpreter\n");
        var error = await Should.ThrowAsync<ScanException>(_tool.Runner.RunAsync(new() { Executable = path }, Cancellation));
        error.Message.ShouldContain("interpreter or loader");
    }
}
