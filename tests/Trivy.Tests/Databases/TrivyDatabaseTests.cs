using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Tools;
using RegistryOperator.Plugins.Trivy.Databases;
using RegistryOperator.Tests.Servers.Processes;
using RegistryOperator.Trivy.Tests.Support;

namespace RegistryOperator.Trivy.Tests.Databases;

/// <summary>When the database is downloaded, and what happens where it can't be.</summary>
public sealed class TrivyDatabaseTests
{
    private const string JavaFolder = "java-db";
    private const string JavaFile = "trivy-java.db";
    private const string EmptyReport = """{"SchemaVersion":2}""";
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 6, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly FakeTimeProvider _time = new(Start);
    private int _downloads;
    private int _javaDownloads;
    private bool _isReachable = true;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Scan_CurrentDatabase_DownloadsNothing()
    {
        await using var plugin = Create();
        await Metadata.WriteAsync(plugin.Cache, Start, Start.AddHours(6));

        await ScanAsync(plugin);

        _downloads.ShouldBe(0);
    }

    [Fact]
    public async Task Scan_NewerOneExpected_DownloadsItOnceInTheBackground()
    {
        await using var plugin = Create();
        await Metadata.WriteAsync(plugin.Cache, Start, Start.AddHours(6));
        _time.Advance(TimeSpan.FromHours(7));

        await ScanAsync(plugin);
        await ScanAsync(plugin);

        await Wait.UntilAsync("the newer database is there", async _ => await UpdatedAsync(plugin) == _time.GetUtcNow(), Deadline, Stop);
        await ScanAsync(plugin);
        _downloads.ShouldBe(1);
    }

    [Fact]
    public async Task Scan_NewerOneTakesLong_IsDoneWithTheOneThereIs()
    {
        var release = new TaskCompletionSource();
        var started = new TaskCompletionSource();
        await using var plugin = CreateHeld(release.Task, started);
        await Metadata.WriteAsync(plugin.Cache, Start, Start.AddHours(6));
        _time.Advance(TimeSpan.FromHours(7));

        await ScanAsync(plugin).WaitAsync(Deadline, TimeProvider.System, Stop);

        await started.Task.WaitAsync(Deadline, TimeProvider.System, Stop);
        (await UpdatedAsync(plugin)).ShouldBe(Start, "the download is not done yet");
        release.SetResult();
        await Wait.UntilAsync("the newer database is there", async _ => await UpdatedAsync(plugin) == _time.GetUtcNow(), Deadline, Stop);
        _downloads.ShouldBe(1);
    }

    [Fact]
    public async Task Scan_NewerOneCanNotBeHad_GoesOnWithTheOneThereIs()
    {
        await using var plugin = Create();
        await Metadata.WriteAsync(plugin.Cache, Start, Start.AddHours(6));
        _time.Advance(TimeSpan.FromHours(7));
        _isReachable = false;

        await ScanAsync(plugin);
        await ScanAsync(plugin);

        // Without a database a scan waits for the download, or is told how the last one ended.
        File.Delete(Path.Combine(plugin.Cache, "db", "trivy.db"));
        await Should.ThrowAsync<ScanException>(() => ScanAsync(plugin));
        _downloads.ShouldBe(1, "a failed download is not tried again at once");
    }

    [Fact]
    public async Task Scan_NoneCanBeHad_IsScannerUnavailableAndTriedAgainAfterAWhile()
    {
        await using var plugin = Create();
        _isReachable = false;

        var first = await Should.ThrowAsync<ScanException>(() => ScanAsync(plugin));
        var second = await Should.ThrowAsync<ScanException>(() => ScanAsync(plugin));
        var tried = _downloads;
        _isReachable = true;
        _time.Advance(TimeSpan.FromMinutes(3));
        await ScanAsync(plugin);

        first.Reason.ShouldBe(ScanReasons.ScannerUnavailable);
        second.Message.ShouldBe(first.Message);
        tried.ShouldBe(1);
        _downloads.ShouldBe(2);
    }

    [Fact]
    public async Task Scan_UpdatesNotAllowed_NeverDownloads()
    {
        await using var plugin = Create(("SkipDbUpdate", "true"));
        await Metadata.WriteAsync(plugin.Cache, Start, Start.AddHours(6));
        _time.Advance(TimeSpan.FromDays(30));

        await ScanAsync(plugin);
        await plugin.Vulnerabilities.CheckReadinessAsync(Stop);

        _downloads.ShouldBe(0);
    }

    [Fact]
    public async Task CheckReadiness_NewerOneExpected_StartsTheDownloadSinceNoScanWouldBeDueWithoutIt()
    {
        await using var plugin = Create();
        await Metadata.WriteAsync(plugin.Cache, Start, Start.AddHours(6));
        _time.Advance(TimeSpan.FromHours(7));

        var before = await plugin.Vulnerabilities.CheckReadinessAsync(Stop);

        before.DatabaseUpdated.ShouldBe(Start);
        await Wait.UntilAsync(
            "the version changes",
            async token => (await plugin.Vulnerabilities.CheckReadinessAsync(token)).DatabaseUpdated == _time.GetUtcNow(),
            Deadline,
            Stop);
        _downloads.ShouldBe(1);
    }

    [Fact]
    public async Task CheckReadiness_NoDatabaseYet_IsReadyAndDownloadsNothing()
    {
        await using var plugin = Create();

        var readiness = await plugin.Vulnerabilities.CheckReadinessAsync(Stop);

        readiness.IsReady.ShouldBeTrue();
        readiness.DatabaseVersion.ShouldBeNull();
        _downloads.ShouldBe(0);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("")]
    public async Task CheckReadiness_MetadataDamaged_CountsAsNoDatabase(string metadata)
    {
        await using var plugin = Create();
        await Metadata.WriteAsync(plugin.Cache, Start, Start.AddHours(6));
        await File.WriteAllTextAsync(Path.Combine(plugin.Cache, "db", "metadata.json"), metadata, Stop);

        (await plugin.Vulnerabilities.CheckReadinessAsync(Stop)).DatabaseVersion.ShouldBeNull();
        await ScanAsync(plugin);

        _downloads.ShouldBe(1);
    }

    [Fact]
    public async Task Scan_CancelledWhileItWaits_LeavesTheDownloadToTheOthers()
    {
        var release = new TaskCompletionSource();
        var started = new TaskCompletionSource();
        await using var plugin = CreateHeld(release.Task, started);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Stop);

        var impatient = plugin.Vulnerabilities.ScanAsync(Requests.Create(), cancel.Token);
        var patient = ScanAsync(plugin);
        await started.Task;
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => impatient);
        release.SetResult();
        await patient;

        _downloads.ShouldBe(1);
    }

    [Fact]
    public async Task Dispose_WhileADownloadRuns_EndsIt()
    {
        var started = new TaskCompletionSource();
        var ended = false;
        var plugin = Plugin.Create(new FakeRunner(async (_, token) =>
        {
            started.TrySetResult();
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            }
            finally
            {
                ended = true;
            }

            return default;
        }), _time);
        var scan = plugin.Vulnerabilities.ScanAsync(Requests.Create(), Stop);
        await started.Task;

        await plugin.DisposeAsync();

        ended.ShouldBeTrue();
        await Should.ThrowAsync<ScanException>(() => scan);
    }

    [Fact]
    public async Task Scan_JavaArchives_DownloadsTheirIndexAndTriesAgain()
    {
        var indexes = 0;
        await using var plugin = Plugin.Create(FakeRunner.Create(command =>
        {
            if (IsJavaDownload(command))
            {
                indexes++;
                Metadata.WriteAsync(CacheOf(command), Start, Start.AddDays(3), JavaFolder, JavaFile).GetAwaiter().GetResult();
                return (0, "", "");
            }

            return command.Arguments[0] == "image" && indexes == 0 ? (1, "half a rep", "x\tERROR\t[javadb] The first run cannot skip downloading Java DB") : (0, EmptyReport, "");
        }), _time);
        await Metadata.WriteAsync(plugin.Cache, Start, Start.AddHours(6));

        await ScanAsync(plugin);

        indexes.ShouldBe(1);
        File.Exists(Path.Combine(plugin.Cache, JavaFolder, JavaFile)).ShouldBeTrue();
        Directory.GetDirectories(plugin.Cache).Select(Path.GetFileName).ShouldBe(["db", JavaFolder], ignoreOrder: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Scan_NewerIndexOfJavaArchivesExpected_DownloadsItInTheBackground(bool forSbom)
    {
        await using var plugin = Create();
        await Metadata.WriteAsync(plugin.Cache, Start, Start.AddDays(30));
        await Metadata.WriteAsync(plugin.Cache, Start, Start.AddDays(3), JavaFolder, JavaFile);
        _time.Advance(TimeSpan.FromDays(4));

        await (forSbom ? plugin.Sboms : plugin.Vulnerabilities).ScanAsync(Requests.Create(), Stop);

        await Wait.UntilAsync(
            "the newer index is there",
            async token => (await DatabaseMetadata.FindAsync(plugin.Cache, DatabaseKind.Java, token))?.UpdatedAt == _time.GetUtcNow(),
            Deadline,
            Stop);
        _javaDownloads.ShouldBe(1);
        _downloads.ShouldBe(0);
    }

    [Theory]
    [InlineData(null, false, "it is never downloaded unasked")]
    [InlineData(30, false, "it is not due")]
    [InlineData(3, true, "it may not be downloaded")]
    public async Task Scan_IndexOfJavaArchivesAbsentCurrentOrNotAllowed_DownloadsNone(int? days, bool skip, string because)
    {
        var plugin = Create(("SkipJavaDbUpdate", skip ? "true" : "false"));
        await Metadata.WriteAsync(plugin.Cache, Start, Start.AddDays(30));
        if (days is { } next) await Metadata.WriteAsync(plugin.Cache, Start, Start.AddDays(next), JavaFolder, JavaFile);
        _time.Advance(TimeSpan.FromDays(4));

        await ScanAsync(plugin);

        // Ends a download that has begun.
        await plugin.DisposeAsync();
        plugin.Runner.Commands.ShouldNotContain(command => IsJavaDownload(command), because);
    }

    private static Task ScanAsync(Plugin plugin) => plugin.Vulnerabilities.ScanAsync(Requests.Create(), Stop);

    private static async Task<DateTimeOffset?> UpdatedAsync(Plugin plugin) => (await plugin.Vulnerabilities.CheckReadinessAsync(Stop)).DatabaseUpdated;

    private static bool IsDownload(ToolCommand command) => command.Arguments.Contains("--download-db-only");

    private static bool IsJavaDownload(ToolCommand command) => command.Arguments.Contains("--download-java-db-only");

    private static string CacheOf(ToolCommand command) => command.Arguments[command.Arguments.ToList().IndexOf("--cache-dir") + 1];

    private Plugin Create(params (string, string)[] settings) => Plugin.Create(
        new FakeRunner(async (command, _) => IsDownload(command) || IsJavaDownload(command)
            ? await DownloadAsync(command)
            : (0, command.Arguments[0] == "version" ? """{"Version":"0.68.2"}""" : EmptyReport, "")),
        _time,
        settings);

    // Downloads begin, and wait.
    private Plugin CreateHeld(Task release, TaskCompletionSource started) => Plugin.Create(
        new FakeRunner(async (command, token) =>
        {
            if (!IsDownload(command)) return (0, command.Arguments[0] == "version" ? """{"Version":"0.68.2"}""" : EmptyReport, "");
            started.TrySetResult();
            await release.WaitAsync(token);
            return await DownloadAsync(command);
        }),
        _time);

    private async Task<(int, string, string)> DownloadAsync(ToolCommand command)
    {
        Interlocked.Increment(ref IsDownload(command) ? ref _downloads : ref _javaDownloads);
        if (!_isReachable) return (1, "", "x\tFATAL\tFatal error\tconnection refused");
        var now = _time.GetUtcNow();
        await (IsDownload(command)
            ? Metadata.WriteAsync(CacheOf(command), now, now.AddHours(6))
            : Metadata.WriteAsync(CacheOf(command), now, now.AddDays(3), JavaFolder, JavaFile));
        return (0, "", "");
    }
}
