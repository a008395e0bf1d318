using System.Net;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Plugins.Trivy.Versions;
using RegistryOperator.Trivy.Tests.Support;

namespace RegistryOperator.Trivy.Tests.Versions;

public sealed class TrivyVersionsTests
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
        await using var plugin = Plugin.Create(new FakeRunner((_, _) => throw new InvalidOperationException("Must not be run.")) { IsInstalled = false }, settings: ("Path", "/opt/trivvy"));

        (await plugin.Vulnerabilities.CheckReadinessAsync(Stop)).Reason.ShouldNotBeNull().ShouldStartWith("Plugins:Trivy:Path is '/opt/trivvy', and there is no executable.");
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

    [Theory]
    [InlineData(HttpStatusCode.OK, """{"Version":"0.68.2","VulnerabilityDB":{"UpdatedAt":"2026-11-24T06:33:51.46206689Z"}}""", null)]
    [InlineData(HttpStatusCode.OK, "<html>", "answers something else than a Trivy server's version")]
    [InlineData(HttpStatusCode.OK, "{}", "does not tell its version")]
    [InlineData(HttpStatusCode.NotFound, "", "answers 404 instead of its version")]
    public async Task Read_Server_TellsItsVersionsOrWhyNot(HttpStatusCode status, string content, string? reason)
    {
        using var server = new TrivyServer(new Uri("http://trivy:4954/"), TimeProvider.System, new Answer(status, content));

        var (version, why) = await server.ReadAsync(Stop);

        (version?.Version).ShouldBe(reason is null ? "0.68.2" : null);
        if (reason is null) version!.Database!.Version.ShouldBe("2026-11-24T06:33:51.4620668Z");
        else why.ShouldBe($"The Trivy server {reason}: http://trivy:4954/version is asked, from Plugins:Trivy:Server. Start `trivy server`, or correct the URL.");
    }

    [Fact]
    public async Task Read_ServerAskedOften_AsksAgainOnlyAfterSomeSeconds()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var answer = new Answer(HttpStatusCode.OK, """{"Version":"0.68.2"}""");
        using var server = new TrivyServer(new Uri("http://trivy:4954"), time, answer);

        await server.ReadAsync(Stop);
        await server.ReadAsync(Stop);
        var before = answer.Count;
        time.Advance(TimeSpan.FromSeconds(6));
        await server.ReadAsync(Stop);

        (before, answer.Count).ShouldBe((1, 2));
    }

    private sealed class Answer(HttpStatusCode status, string content) : HttpMessageHandler
    {
        public int Count { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Count++;
            return Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(content, System.Text.Encoding.UTF8, "application/json") });
        }
    }
}
