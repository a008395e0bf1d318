using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Tests.Text;
using RegistryOperator.Reports;
using RegistryOperator.Tests.ReportStores;
using static RegistryOperator.Tests.ReportStores.SampleReports;

namespace RegistryOperator.Host.Tests.Cli;

/// <summary>What <c>report</c> and <c>search</c> make of stores that hold more than one thing each.</summary>
public sealed class StoredReportsTests : IAsyncDisposable
{
    private readonly ReportSandbox _reports = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _reports.DisposeAsync();

    [Fact]
    public async Task Report_SeveralTagsAndPlatforms_SaysWhatElseTheyAreAndWhereReportsCameFrom()
    {
        var (amd64, arm64) = (Image("amd64"), Image("arm64"));
        await using (var store = await _reports.OpenAsync())
        {
            var platforms = new Dictionary<string, Digest> { ["linux/amd64"] = amd64, ["linux/arm64"] = arm64 };
            await store.SetImagesAsync(
                Shop,
                [new("r.example/web", "1.0", Image("index"), platforms), new("r.example/web", "latest", Image("index"), platforms)],
                Token);
            await SaveAsync(
                store,
                Changed(Vulnerabilities(amd64, Found("CVE-1", "bash", "5.0")), report => report with
                {
                    Method = ScanMethods.Sbom,
                    Versions = new ReportVersions("1.0.0", null, null),
                }));
            await SaveAsync(store, Sbom(arm64, Package("bash", "5.0")));
            await SaveAsync(store, Changed(New(arm64, ScannerKind.Custom, "licences"), report => report with { Method = "attached" }));
            await SaveAsync(store, Vulnerabilities(arm64));
        }

        (await RunAsync("report", "web:1.0")).ShouldMatch("report-several.txt", "/no-root");
        (await RunAsync("report", amd64.ToString())).ShouldContain("also r.example/web:latest");
    }

    [Fact]
    public async Task Search_SeveralPlatformsTagsAndWorkloads_AreARowForEachTagAndCountedOnce()
    {
        var platforms = new Dictionary<string, Digest> { ["linux/amd64"] = Image("amd64"), ["linux/arm64"] = Image("arm64") };
        await using (var store = await _reports.OpenAsync())
        {
            await store.SetImagesAsync(
                Shop,
                [
                    new("r.example/web", "1.0", Image("index"), platforms) { Workloads = ["Deployment/shop/web", "Job/shop/web"] },
                    new("r.example/web", "latest", Image("index"), platforms) { Workloads = ["Deployment/shop/web"] },
                    new("r.example/web", "0.9", Image("older"), new Dictionary<string, Digest> { ["linux/amd64"] = Image("older amd64") }),
                ],
                Token);
            foreach (var digest in (Digest[])[Image("amd64"), Image("arm64"), Image("older amd64")])
                await SaveAsync(store, Sbom(digest, Package("bash", "5.0")));
        }

        (await RunAsync("search", "bash")).ShouldMatch("search-several.txt", "/no-root");
    }

    [Fact]
    public async Task ReportAndSearch_StrangersWords_NeverReachTheTerminalRaw()
    {
        const string Hostile = "\u001b[2J\u009b1mname\u202E\u200B\u0007\n\tx[red]";
        await using (var store = await _reports.OpenAsync())
        {
            await store.SetImagesAsync(Shop, [Tagged("1.0", Image("a")) with { Workloads = [Hostile] }], Token);
            await store.SaveAsync(
                Vulnerabilities(Image("a"), Found("CVE-1", "pack" + Hostile, Hostile, Hostile) with { Title = Hostile, Status = Hostile }), Token);
            await store.SaveAsync(Sbom(Image("a"), Package("bash", Hostile, "type" + Hostile)), Token);
            await store.SaveAsync(
                Changed(New(Image("a"), ScannerKind.Custom, "own"), report => report with
                {
                    Result = Hostile,
                    Versions = new ReportVersions(Hostile, Hostile, Hostile),
                }),
                Token);
        }

        string[][] commands =
        [
            ["report", "1.0"], ["report", Hostile], ["report", "1.0", "--platform", Hostile], ["report", "1.0", "--scanner", Hostile],
            ["search", "CVE-1"], ["search", "bash"], ["search", Hostile], ["search", "bash", "-o", Hostile], [Hostile],
        ];
        foreach (var arguments in commands)
        {
            foreach (var width in (int?[])[null, 40, 300])
            {
                var run = await CommandRun.StartAsync(new CommandSetup { Width = width }, [.. arguments, "--data-dir", _reports.DataDirectory]);
                TerminalTextTests.ShouldBeHarmless(run.Output);
                TerminalTextTests.ShouldBeHarmless(run.Error);
            }
        }

        foreach (var query in (string[])["CVE-1", "bash"])
        {
            var json = (await CommandRun.StartAsync("search", query, "-o", "json", "--data-dir", _reports.DataDirectory)).Output;
            json.ShouldNotContain('\u001b');
            json.ShouldNotContain('\u009b');
            json.ShouldNotContain('\u0007');
        }
    }

    private static NewReport Changed(NewReport report, Func<Report, Report> change) => report with { Report = change(report.Report) };

    private async Task<string> RunAsync(params string[] arguments)
    {
        var run = await CommandRun.StartAsync([.. arguments, "--data-dir", _reports.DataDirectory]);
        (run.ExitCode, run.Error).ShouldBe((0, ""));
        return run.Output;
    }

    private static Task SaveAsync(IReportStore store, NewReport report) => store.SaveAsync(report.From("https://r.example"), Token);
}
