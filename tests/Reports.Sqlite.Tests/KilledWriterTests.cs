using System.Diagnostics;
using System.Globalization;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Tests.ReportStores;
using static RegistryOperator.Tests.ReportStores.SampleReports;

namespace RegistryOperator.Reports.Sqlite.Tests;

/// <summary>A process that dies while it saves leaves whole reports only.</summary>
public sealed class KilledWriterTests : IAsyncDisposable
{
    private const string FolderVariable = "REPORT_WRITER_FOLDER";
    private const string RoundVariable = "REPORT_WRITER_ROUND";
    private const int Rounds = 2;
    private const int LeastReportsPerRound = 20;
    private const int PackagesPerReport = 200;
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    private readonly ReportSandbox _sandbox = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Fact]
    public async Task SaveAsync_ProcessKilledWhileItSaves_LeavesWholeReports()
    {
        for (var round = 0; round < Rounds; round++) await KillWhileWritingAsync(round);

        var store = await _sandbox.OpenAsync();
        _sandbox.Log.Messages.ShouldBeEmpty("the file is not damaged");
        var digests = Enumerable.Range(0, Rounds).SelectMany(round => Enumerable.Range(0, 10_000).Select(number => Image(Name(round, number))));
        var reports = await store.FindAsync([.. digests], Token);
        reports.Count.ShouldBeGreaterThanOrEqualTo(Rounds * LeastReportsPerRound);
        foreach (var report in reports)
        {
            (await store.ReadDocumentsAsync(report.Key, Token)).Count.ShouldBe(2);
            (await store.ReadVulnerabilitiesAsync(report.Key, Token)).Count.ShouldBe(1);
            (await store.CountPackagesAsync(report.Key, Token))["deb"].ShouldBe(PackagesPerReport + 1);
        }
    }

    /// <summary>No test: the process that is killed.</summary>
    [Fact(Explicit = true)]
    public async Task WriteUntilKilled()
    {
        var folder = Environment.GetEnvironmentVariable(FolderVariable);
        Assert.SkipUnless(folder is { Length: > 0 }, "Started by the other test only.");
        await using var store = await _sandbox.OpenAsync(options => options with { DataDirectory = folder });
        var round = int.Parse(Environment.GetEnvironmentVariable(RoundVariable)!, CultureInfo.InvariantCulture);
        for (var number = 0; ; number++)
        {
            var text = Name(round, number);
            var packages = Enumerable.Range(0, PackagesPerReport).Select(index => Package($"package{index}", text)).ToArray();
            await store.SaveAsync(
                New(Image(text), ScannerKind.Vulnerability, "trivy") with
                {
                    Documents = [Document("one " + text), Document("two " + text)],
                    Vulnerabilities = [Found("CVE-1", "bash", text)],
                    Packages = packages,
                },
                Token);
        }
    }

    private static string Name(int round, int number) => $"report {number} of round {round}";

    private async Task KillWhileWritingAsync(int round)
    {
        var least = await CountReportsAsync() + LeastReportsPerRound;
        var start = new ProcessStartInfo(
            Path.ChangeExtension(typeof(KilledWriterTests).Assembly.Location, null),
            ["-noColor", "-explicit", "only", "-method", $"{typeof(KilledWriterTests).FullName}.{nameof(WriteUntilKilled)}"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { [FolderVariable] = _sandbox.DataDirectory, [RoundVariable] = round.ToString(CultureInfo.InvariantCulture) },
        };
        using var writer = Process.Start(start)!;
        writer.OutputDataReceived += (_, _) => { };
        writer.ErrorDataReceived += (_, _) => { };
        writer.BeginOutputReadLine();
        writer.BeginErrorReadLine();
        try
        {
            await RegistryOperator.Tests.Servers.Processes.Wait.UntilAsync(
                $"{least} reports are saved", async _ => await CountReportsAsync() >= least || writer.HasExited, Deadline, Token);
            writer.HasExited.ShouldBeFalse();
        }
        finally
        {
            writer.Kill();
            await writer.WaitForExitAsync(Token);
        }
    }

    /// <summary>None while the writer still makes the file.</summary>
    private async Task<long> CountReportsAsync() =>
        File.Exists(_sandbox.File) && await _sandbox.CountAsync("sqlite_schema WHERE name = 'reports'") > 0 ? await _sandbox.CountAsync("reports") : 0;
}
