using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Trivy.Tests.Support;

namespace RegistryOperator.Trivy.Tests.Versions;

public sealed class TrivyVersionsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

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

        (readiness.IsReady, readiness.ToolVersion, readiness.DatabaseVersion, readiness.DatabaseUpdated)
            .ShouldBe((true, "0.68.2", "2026-11-24T06:33:51Z", made));
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
}
