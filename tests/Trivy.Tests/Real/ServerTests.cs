using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Tests.Servers;
using RegistryOperator.Tests.Servers.Processes;
using RegistryOperator.Tests.Servers.Registries;
using RegistryOperator.Trivy.Tests.Support;

namespace RegistryOperator.Trivy.Tests.Real;

/// <summary>A real <c>trivy server</c> that does the matching.</summary>
public sealed class ServerTests
{
    private const string Secret = "tr1vy-server-secret";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Scan_ServerWithToken_FindsTheSameAndNeedsNoDatabaseHere()
    {
        await using var withDatabase = await Plugin.CreateWithDatabaseAsync();
        var (server, url) = await StartAsync(withDatabase);
        await using var _ = server;
        await using var plugin = Plugin.CreateReal(("Server", url), ("Token", Secret), ("SkipDbUpdate", "true"));
        await using var registry = await DockerRegistry.StartAsync(Stop);
        var image = Images.Debian();
        using var pusher = registry.CreatePusher();
        await pusher.PushAsync(Images.Repository, tag: null, image, Stop);
        var request = Requests.Create(registry.Url, image.Digest);

        var readiness = await plugin.Vulnerabilities.CheckReadinessAsync(Stop);
        var first = await plugin.Vulnerabilities.ScanAsync(request, Stop);
        var again = await plugin.Vulnerabilities.ScanAsync(request.After(first, readiness with { DatabaseVersion = "older" }), Stop);

        readiness.IsReady.ShouldBeTrue(readiness.Reason);
        readiness.DatabaseVersion.ShouldBe((await withDatabase.Vulnerabilities.CheckReadinessAsync(Stop)).DatabaseVersion);
        first.Pairs().ShouldBe(Images.DebianFindings);
        again.Method.ShouldBe(ScanMethods.Sbom);
        again.Pairs().ShouldBe(Images.DebianFindings);
        plugin.Runner.Commands.SelectMany(command => command.Arguments).ShouldAllBe(argument => !argument.Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Scan_WrongToken_FailsAndTheMessageNamesTheSetting()
    {
        await using var withDatabase = await Plugin.CreateWithDatabaseAsync();
        var (server, url) = await StartAsync(withDatabase);
        await using var _ = server;
        await using var plugin = Plugin.CreateReal(("Server", url), ("Token", "wrong-one"));
        await using var registry = await DockerRegistry.StartAsync(Stop);
        var image = Images.Debian();
        using var pusher = registry.CreatePusher();
        await pusher.PushAsync(Images.Repository, tag: null, image, Stop);

        var error = await Should.ThrowAsync<ScanException>(() => plugin.Vulnerabilities.ScanAsync(Requests.Create(registry.Url, image.Digest), Stop));

        error.Message.ShouldContain("Plugins:Trivy:Token");
        error.Message.ShouldNotContain("wrong-one");
    }

    [Fact]
    public async Task CheckReadiness_ServerDown_SaysSo()
    {
        await using var plugin = Plugin.CreateReal(("Server", $"http://127.0.0.1:{FreePort.Find()}"));

        var readiness = await plugin.Vulnerabilities.CheckReadinessAsync(Stop);

        readiness.IsReady.ShouldBeFalse();
        readiness.Reason.ShouldNotBeNull().ShouldStartWith("The Trivy server cannot be reached");
        readiness.Reason.ShouldContain("Plugins:Trivy:Server");
    }

    private static async Task<(ServerProcess Server, string Url)> StartAsync(Plugin withDatabase)
    {
        var port = FreePort.Find();
        var server = await ServerProcess.StartAsync(new ServerProcessOptions(
            ServerBinaries.Find("trivy"),
            ["server", "--listen", $"127.0.0.1:{port}", "--skip-db-update", "--cache-dir", withDatabase.Cache],
            Path.Combine(withDatabase.Cache, "server.log"))
        { Environment = new Dictionary<string, string> { ["TRIVY_TOKEN"] = Secret } });
        using var http = new HttpClient();
        await server.WaitUntilReadyAsync(
            async token =>
            {
                using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/healthz"), token);
                return answer.IsSuccessStatusCode;
            },
            TimeSpan.FromSeconds(20),
            Stop);
        return (server, $"http://127.0.0.1:{port}");
    }
}
