using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Tests.Servers.Processes;
using RegistryOperator.Trivy.Tests.Support;

namespace RegistryOperator.Trivy.Tests.Runs;

public sealed class TrivyExecutableTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CheckReadiness_NotInstalled_SaysHowToInstall()
    {
        await using var plugin = Plugin.Create(new FakeRunner((_, _) => throw new InvalidOperationException("Must not be run.")) { IsInstalled = false });

        foreach (var scanner in new[] { plugin.Vulnerabilities, plugin.Sboms })
        {
            var readiness = await scanner.CheckReadinessAsync(Stop);
            var error = await Should.ThrowAsync<ScanException>(() => scanner.ScanAsync(Requests.Create(), Stop));

            readiness.Reason.ShouldBe("Trivy is not installed: put `trivy` on the PATH, or set Plugins:Trivy:Path. https://trivy.dev");
            error.Reason.ShouldBe(ScanReasons.ScannerUnavailable);
            error.Message.ShouldBe(readiness.Reason);
        }
    }

    [Fact]
    public async Task CheckReadiness_ConfiguredPathIsWrong_NamesIt()
    {
        await using var plugin = Plugin.Create(
            new FakeRunner((_, _) => throw new InvalidOperationException("Must not be run.")) { IsInstalled = false }, settings: ("Path", "/opt/trivvy"));

        (await plugin.Vulnerabilities.CheckReadinessAsync(Stop)).Reason.ShouldNotBeNull()
            .ShouldStartWith("Plugins:Trivy:Path is '/opt/trivvy', and there is no executable.");
    }

    [Theory]
    [InlineData(1, "")]
    [InlineData(0, "Version: 0.68.2")]
    [InlineData(0, "{}")]
    [InlineData(0, "")]
    public async Task CheckReadiness_NotTrivy_IsUnavailable(int exitCode, string output)
    {
        await using var plugin = Plugin.Create(new FakeRunner((_, _) => Task.FromResult((exitCode, output, ""))));

        (await plugin.Vulnerabilities.CheckReadinessAsync(Stop)).Reason.ShouldNotBeNull().ShouldStartWith("/opt/trivy is not a Trivy that works");
    }

    [Fact]
    public async Task CheckReadiness_AskedOften_StartsTrivyOnce()
    {
        await using var plugin = Plugin.Create(FakeRunner.Create(_ => default, "0.70.0"));

        for (var count = 0; count < 5; count++) (await plugin.Vulnerabilities.CheckReadinessAsync(Stop)).ToolVersion.ShouldBe("0.70.0");
        await plugin.Sboms.CheckReadinessAsync(Stop);

        plugin.Runner.Verbs.ShouldBe(["version"]);
    }

    [Fact]
    public async Task CheckReadiness_VersionCommand_AsksForJsonAlone()
    {
        await using var plugin = Plugin.Create(FakeRunner.Create(_ => default));
        await plugin.Sboms.CheckReadinessAsync(Stop);

        var command = plugin.Runner.Commands.Single();
        command.Arguments.ShouldBe(["version", "--format", "json"]);
        command.OutputFile.ShouldBeNull();
        command.Environment.ShouldNotContainKey("TMPDIR");
    }

    [Theory]
    [InlineData("size")]
    [InlineData("time")]
    [InlineData("link")]
    [InlineData("nothing")]
    public async Task CheckReadiness_ExecutableIsReplaced_IsAskedAgain(string change)
    {
        using var folder = new TemporaryFolder("trivy");
        var target = folder.Write("trivy-1", "1");
        var written = File.GetLastWriteTimeUtc(target);
        var path = folder.File("trivy");
        File.CreateSymbolicLink(path, target);
        await using var plugin = Plugin.Create(FakeRunner.Create(_ => default), settings: ("Path", path));
        await plugin.Sboms.CheckReadinessAsync(Stop);

        if (change == "size") await File.WriteAllTextAsync(target, "12", Stop);
        if (change == "link")
        {
            File.Delete(path);
            File.CreateSymbolicLink(path, folder.Write("trivy-2", "2"));
            File.SetLastWriteTimeUtc(folder.File("trivy-2"), written);
        }

        File.SetLastWriteTimeUtc(target, change == "time" ? written.AddSeconds(1) : written);
        await plugin.Sboms.CheckReadinessAsync(Stop);

        plugin.Runner.Commands.Count.ShouldBe(change == "nothing" ? 1 : 2);
    }

    [Fact]
    public async Task CheckReadiness_VersionFailed_IsAskedAgainNextTime()
    {
        var works = false;
        await using var plugin = Plugin.Create(new FakeRunner((_, _) => Task.FromResult(works ? (0, """{"Version":"0.68.2"}""", "") : (1, "", ""))));
        await plugin.Sboms.CheckReadinessAsync(Stop);
        works = true;

        (await plugin.Sboms.CheckReadinessAsync(Stop)).ToolVersion.ShouldBe("0.68.2");
    }

    [Fact]
    public async Task CheckReadiness_CannotBeStarted_IsUnavailableForThatReason()
    {
        await using var plugin = Plugin.Create(new FakeRunner((_, _) => throw new ScanException(ScanReasons.ScannerUnavailable, "It may not be executed.")));

        (await plugin.Vulnerabilities.CheckReadinessAsync(Stop)).Reason.ShouldBe("It may not be executed.");
    }

    [Fact]
    public async Task CheckReadiness_AskedByManyAtOnce_StartsTrivyOnce()
    {
        var release = new TaskCompletionSource();
        await using var plugin = Plugin.Create(new FakeRunner(async (_, token) =>
        {
            await release.Task.WaitAsync(token);
            return (0, """{"Version":"0.68.2"}""", "");
        }));

        var checks = Enumerable.Range(0, 5).Select(_ => plugin.Sboms.CheckReadinessAsync(Stop).AsTask()).ToArray();
        release.SetResult();
        await Task.WhenAll(checks);

        plugin.Runner.Verbs.ShouldBe(["version"]);
    }

    [Fact]
    public async Task CheckReadiness_Cancelled_IsNoReadiness()
    {
        await using var plugin = Plugin.Create(FakeRunner.Create(_ => default));
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => plugin.Vulnerabilities.CheckReadinessAsync(cancel.Token).AsTask());
        await Should.ThrowAsync<OperationCanceledException>(() => plugin.Sboms.CheckReadinessAsync(cancel.Token).AsTask());
        plugin.Runner.Commands.ShouldBeEmpty();
    }
}
