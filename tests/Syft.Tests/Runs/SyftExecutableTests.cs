using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Plugins.Syft.Options;
using RegistryOperator.Plugins.Syft.Runs;
using RegistryOperator.Syft.Tests.Support;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Syft.Tests.Runs;

public sealed class SyftExecutableTests : IDisposable
{
    private readonly RecordingRunner _tools = new();
    private readonly SyftExecutable _executable;

    public SyftExecutableTests() => _executable = new SyftExecutable(new SyftOptions(), _tools);

    public void Dispose() => _tools.Dispose();

    [Fact]
    public async Task CheckAsync_Syft_IsReadyWithItsVersion()
    {
        var readiness = await CheckAsync();
        readiness.IsReady.ShouldBeTrue();
        readiness.ToolVersion.ShouldBe("1.18.1");
        var command = _tools.Commands.ShouldHaveSingleItem();
        command.Arguments.ShouldBe(["version", "-o", "json"]);
        command.Environment["SYFT_CHECK_FOR_APP_UPDATE"].ShouldBe("false");
    }

    [Fact]
    public async Task CheckAsync_SameFile_IsAskedOnce()
    {
        for (var i = 0; i < 3; i++) (await CheckAsync()).ToolVersion.ShouldBe("1.18.1");
        _tools.Commands.Count.ShouldBe(1);
    }

    [Fact]
    public async Task CheckAsync_ReplacedFile_IsAskedAgain()
    {
        await CheckAsync();
        File.SetLastWriteTimeUtc(_tools.Executable!, File.GetLastWriteTimeUtc(_tools.Executable!).AddMinutes(1));
        _tools.Answer = _ => (0, RecordingRunner.VersionAnswer.Replace("1.18.1", "2.0.0", StringComparison.Ordinal), "");
        (await CheckAsync()).ToolVersion.ShouldBe("2.0.0");
    }

    [Fact]
    public async Task CheckAsync_NotInstalled_SaysWhatToDo()
    {
        _tools.Executable = null;
        var readiness = await CheckAsync();
        readiness.IsReady.ShouldBeFalse();
        readiness.Reason.ShouldBe("Syft is not installed: put `syft` on the PATH or into the plugin's folder, or set Plugins:Syft:Path to it.");
    }

    [Fact]
    public async Task CheckAsync_ConfiguredAndMissing_NamesThePath()
    {
        _tools.Executable = null;
        var readiness = await new SyftExecutable(new SyftOptions { Path = "/opt/syft" }, _tools).CheckAsync(TestContext.Current.CancellationToken);
        _tools.Configured.ShouldBe("/opt/syft");
        readiness.Reason.ShouldNotBeNull().ShouldStartWith("Syft is not at /opt/syft");
    }

    [Theory]
    [InlineData(0, "", "does not tell a version")]
    [InlineData(0, "syft 0.9", "does not tell a version")]
    [InlineData(0, "[]", "does not tell a version")]
    [InlineData(0, """{"application":"grype","version":"1.0"}""", "does not tell a version")]
    [InlineData(0, """{"application":"syft","version":1}""", "does not tell a version")]
    [InlineData(2, "", "exit code 2: unknown flag")]
    public async Task CheckAsync_NotSyft_IsUnavailableAndAskedAgain(int exitCode, string output, string reason)
    {
        _tools.Answer = _ => (exitCode, output, "ERROR unknown flag");
        var readiness = await CheckAsync();
        readiness.IsReady.ShouldBeFalse();
        readiness.Reason.ShouldNotBeNull().ShouldContain(reason);
        _tools.Answer = _ => (0, RecordingRunner.VersionAnswer, "");
        (await CheckAsync()).IsReady.ShouldBeTrue();
    }

    [Fact]
    public async Task CheckAsync_CannotBeStarted_IsUnavailableForThatReason()
    {
        _tools.Answer = _ => throw new ScanException(ScanReasons.ScannerUnavailable, "It may not be executed.");
        (await CheckAsync()).Reason.ShouldBe("It may not be executed.");
    }

    [Theory]
    [InlineData("size")]
    [InlineData("time")]
    [InlineData("link")]
    [InlineData("nothing")]
    public async Task CheckAsync_FileBehindALinkIsReplaced_IsAskedAgain(string change)
    {
        using var folder = new TemporaryFolder("syft");
        var target = folder.Write("syft-1", "1");
        var written = File.GetLastWriteTimeUtc(target);
        _tools.Executable = folder.File("syft");
        File.CreateSymbolicLink(_tools.Executable, target);
        await CheckAsync();

        if (change == "size") await File.WriteAllTextAsync(target, "12", TestContext.Current.CancellationToken);
        if (change == "link")
        {
            File.Delete(_tools.Executable);
            File.CreateSymbolicLink(_tools.Executable, folder.Write("syft-2", "2"));
            File.SetLastWriteTimeUtc(folder.File("syft-2"), written);
        }

        File.SetLastWriteTimeUtc(target, change == "time" ? written.AddSeconds(1) : written);
        await CheckAsync();

        _tools.Commands.Count.ShouldBe(change == "nothing" ? 1 : 2);
    }

    [Fact]
    public async Task CheckAsync_FileIsGoneInBetween_IsNoFault()
    {
        File.Delete(_tools.Executable!);

        (await CheckAsync()).ToolVersion.ShouldBe("1.18.1");
    }

    [Fact]
    public async Task CheckAsync_VersionCommand_MayWriteLittle()
    {
        await CheckAsync();

        var command = _tools.Commands.ShouldHaveSingleItem();
        command.MaximumOutput.ShouldBe(65_536);
        command.OutputFile.ShouldBeNull();
        command.InheritedPrefix.ShouldBeNull();
        command.Environment.ShouldBe([KeyValuePair.Create("SYFT_CHECK_FOR_APP_UPDATE", "false")]);
    }

    [Fact]
    public async Task CheckAsync_FailsWithManyWords_IsASentenceOfBoundedLength()
    {
        _tools.Answer = _ => (2, "", "\u001b[31mERROR " + new string('x', 9000));

        var reason = (await CheckAsync()).Reason.ShouldNotBeNull();

        reason.Length.ShouldBeLessThan(700);
        reason.ShouldStartWith($"`{_tools.Executable} version` ended with exit code 2: xxx");
        reason.ShouldEndWith("…. Install Syft 1.0 or later.");
        reason.ShouldAllBe(character => !char.IsControl(character));
    }

    [Theory]
    [InlineData("""{"application":"syft","version":""}""")]
    [InlineData("""{"application":"Syft","version":"1"}""")]
    [InlineData("""{"version":"1"}""")]
    [InlineData("""{"application":"syft"}""")]
    [InlineData("""{"application":1,"version":"1"}""")]
    [InlineData("null")]
    public async Task CheckAsync_AnswerWithoutNameAndVersion_IsNotSyft(string output)
    {
        _tools.Answer = _ => (0, output, "");

        (await CheckAsync()).Reason.ShouldBe($"`{_tools.Executable} version -o json` does not tell a version: it may not be Syft. Install Syft 1.0 or later.");
    }

    private Task<ScannerReadiness> CheckAsync() => _executable.CheckAsync(TestContext.Current.CancellationToken);
}
