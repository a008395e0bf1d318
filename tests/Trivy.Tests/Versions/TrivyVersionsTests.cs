using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Plugins.Trivy.Versions;
using RegistryOperator.Tests.Servers.Processes;
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
        var time = new FakeTimeProvider();
        var answer = new Answer(HttpStatusCode.OK, """{"Version":"0.68.2"}""");
        using var server = new TrivyServer(new Uri("http://trivy:4954"), time, answer);

        await server.ReadAsync(Stop);
        await server.ReadAsync(Stop);
        var before = answer.Count;
        time.Advance(TimeSpan.FromSeconds(6));
        await server.ReadAsync(Stop);

        (before, answer.Count).ShouldBe((1, 2));
    }

    [Theory]
    [InlineData(4.9, 1)]
    [InlineData(5, 2)]
    public async Task Read_Server_AnAnswerIsUsedForFiveSeconds(double seconds, int asked)
    {
        var time = new FakeTimeProvider();
        var answer = new Answer(HttpStatusCode.InternalServerError, "");
        using var server = new TrivyServer(new Uri("http://trivy:4954"), time, answer);

        var first = await server.ReadAsync(Stop);
        time.Advance(TimeSpan.FromSeconds(seconds));
        var second = await server.ReadAsync(Stop);

        answer.Count.ShouldBe(asked);
        second.ShouldBe(first);
    }

    [Theory]
    [InlineData("http://trivy:4954", "http://trivy:4954/version")]
    [InlineData("http://trivy:4954/", "http://trivy:4954/version")]
    [InlineData("https://host.example/trivy/?token=x#y", "https://host.example/trivy/version")]
    public async Task Read_Server_IsAskedBelowItsPathWithoutQuery(string url, string asked)
    {
        var answer = new Answer(HttpStatusCode.OK, "{}");
        using var server = new TrivyServer(new Uri(url), TimeProvider.System, answer);

        await server.ReadAsync(Stop);

        answer.Last!.RequestUri!.AbsoluteUri.ShouldBe(asked);
        answer.Last.Method.ShouldBe(HttpMethod.Get);
        answer.Last.Headers.ShouldBeEmpty("it tells its version to everyone");
    }

    [Fact]
    public async Task Read_ServerThatIsSilent_IsGivenUpAfterFiveSeconds()
    {
        var time = new FakeTimeProvider();
        using var handler = new Hanging();
        using var server = new TrivyServer(new Uri("http://trivy:4954"), time, handler);

        var reading = server.ReadAsync(Stop);
        await handler.Asked.Task;
        time.Advance(TimeSpan.FromSeconds(4.9));
        reading.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(0.1));

        (await reading.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Stop)).Reason.ShouldNotBeNull().ShouldStartWith("The Trivy server does not answer within 5 seconds: http://trivy:4954/version is asked");
    }

    public static TheoryData<Exception> WhatCancelledRequestsThrow => [new OperationCanceledException(), new HttpRequestException("aborted"), new IOException("aborted")];

    [Theory]
    [MemberData(nameof(WhatCancelledRequestsThrow))]
    public async Task Read_Cancelled_IsACancellationWhateverIsThrownAndNotRemembered(Exception thrown)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var handler = new Failing(() =>
        {
            cancel.Cancel();
            return thrown;
        });
        using var server = new TrivyServer(new Uri("http://trivy:4954"), new FakeTimeProvider(), handler);

        await Should.ThrowAsync<OperationCanceledException>(() => server.ReadAsync(cancel.Token));
        handler.Throws = false;

        (await server.ReadAsync(Stop)).Version!.Version.ShouldBe("0.68.2");
    }

    [Theory]
    [MemberData(nameof(WhatCancelledRequestsThrow))]
    public async Task Read_ServerFailsByItself_IsAReason(Exception thrown)
    {
        using var handler = new Failing(() => thrown);
        using var server = new TrivyServer(new Uri("http://trivy:4954"), new FakeTimeProvider(), handler);

        var reason = (await server.ReadAsync(Stop)).Reason.ShouldNotBeNull();

        reason.ShouldNotContain("5 seconds");
        if (thrown is HttpRequestException) reason.ShouldStartWith("The Trivy server cannot be reached (aborted): ");
    }

    [Fact]
    public async Task Read_ServerAnswersWithoutEnd_IsNotReadToItsEnd()
    {
        using var server = new TrivyServer(new Uri("http://trivy:4954"), TimeProvider.System, new Answer(HttpStatusCode.OK, """{"Version":"0.68.2","a":" """ + new string(' ', 70_000) + "\"}"));

        (await server.ReadAsync(Stop)).Version.ShouldBeNull();
    }

    [Theory]
    [InlineData("""{"Version":"0.68.2","VulnerabilityDB":{"UpdatedAt":"2026-11-24T06:33:51Z"}}""", "0.68.2", "2026-11-24T06:33:51Z")]
    [InlineData("""{"Version":"0.70.0","VulnerabilityDB":{"UpdatedAt":"2026-11-24T06:33:51Z"}}""", "0.68.2 (server 0.70.0)", "2026-11-24T06:33:51Z")]
    [InlineData("""{"Version":""}""", "0.68.2", null)]
    public async Task CheckReadiness_Server_HasTheVersionsOfBothAndTheServersDatabase(string answer, string tool, string? database)
    {
        await using var server = await StartServerAsync(answer);
        await using var plugin = Plugin.Create(FakeRunner.Create(_ => default), settings: [("Server", server.Urls.Single()), ("SkipDbUpdate", "true")]);
        await Metadata.WriteFreshAsync(plugin.Cache);

        var readiness = await plugin.Vulnerabilities.CheckReadinessAsync(Stop);

        readiness.IsReady.ShouldBeTrue();
        (readiness.ToolVersion, readiness.DatabaseVersion).ShouldBe((tool, database));
        readiness.DatabaseUpdated.ShouldBe(database is null ? null : DateTimeOffset.Parse(database, System.Globalization.CultureInfo.InvariantCulture));
        (await plugin.Sboms.CheckReadinessAsync(Stop)).ToolVersion.ShouldBe("0.68.2");
    }

    [Fact]
    public async Task CheckReadiness_ServerIsNotThere_IsUnavailableForVulnerabilitiesOnly()
    {
        await using var plugin = Plugin.Create(FakeRunner.Create(_ => default), settings: [("Server", "http://127.0.0.1:1")]);

        (await plugin.Vulnerabilities.CheckReadinessAsync(Stop)).Reason.ShouldNotBeNull().ShouldStartWith("The Trivy server cannot be reached");
        (await plugin.Sboms.CheckReadinessAsync(Stop)).IsReady.ShouldBeTrue();
    }

    [Fact]
    public async Task CheckReadiness_Database_IsTheOneInTheCache()
    {
        var made = new DateTimeOffset(2026, 11, 24, 6, 33, 51, TimeSpan.Zero);
        await using var plugin = Plugin.Create(FakeRunner.Create(_ => default), new FakeTimeProvider(made.AddHours(1)));
        await Metadata.WriteAsync(plugin.Cache, made, made.AddHours(6));

        var readiness = await plugin.Vulnerabilities.CheckReadinessAsync(Stop);

        (readiness.IsReady, readiness.ToolVersion, readiness.DatabaseVersion, readiness.DatabaseUpdated).ShouldBe((true, "0.68.2", "2026-11-24T06:33:51Z", made));
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

    private static async Task<WebApplication> StartServerAsync(string answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var server = builder.Build();
        server.Urls.Add("http://127.0.0.1:0");
        server.MapGet("/version", () => Results.Content(answer, "application/json"));
        await server.StartAsync(Stop);
        return server;
    }

    private sealed class Answer(HttpStatusCode status, string content) : HttpMessageHandler
    {
        public int Count { get; private set; }

        public HttpRequestMessage? Last { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Count++;
            Last = request;
            return Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(content, System.Text.Encoding.UTF8, "application/json") });
        }
    }

    private sealed class Hanging : HttpMessageHandler
    {
        public TaskCompletionSource Asked { get; } = new();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            throw new InvalidOperationException("It never comes to this.");
        }
    }

    private sealed class Failing(Func<Exception> exception) : HttpMessageHandler
    {
        public bool Throws { get; set; } = true;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Throws ? throw exception() : Task.FromResult(new HttpResponseMessage { Content = new StringContent("""{"Version":"0.68.2"}""") });
    }
}
