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

    [Fact]
    public async Task CheckReadiness_FirstDownloadFailed_SaysSoUntilItMayBeTriedAgain()
    {
        await using var plugin = Create();
        _isReachable = false;
        var failure = await Should.ThrowAsync<ScanException>(() => ScanAsync(plugin));

        var after = await plugin.Vulnerabilities.CheckReadinessAsync(Stop);
        _time.Advance(TimeSpan.FromMinutes(3));
        var later = await plugin.Vulnerabilities.CheckReadinessAsync(Stop);

        (after.IsReady, after.Reason).ShouldBe((false, failure.Message));
        later.IsReady.ShouldBeTrue("the next scan waits for the next try");
        _downloads.ShouldBe(1);
    }

    [Fact]
    public async Task CheckReadiness_UpdateFailed_IsReadyWithTheDatabaseThereIs()
    {
        await using var plugin = Create();
        await Metadata.WriteAsync(plugin.Cache, Start, Start.AddHours(6));
        _time.Advance(TimeSpan.FromHours(7));
        _isReachable = false;
        await ScanAsync(plugin);

        (await plugin.Vulnerabilities.CheckReadinessAsync(Stop)).IsReady.ShouldBeTrue();
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
        await Should.ThrowAsync<OperationCanceledException>(() => impatient.WaitAsync(Deadline, TimeProvider.System, Stop));
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
        (await Should.ThrowAsync<ScanException>(() => scan)).Message.ShouldBe("Trivy's vulnerability database was not downloaded, since the operator stops.");
    }

    [Fact]
    public async Task Dispose_DownloadTakesAWhileToEnd_IsWaitedForSoThatItsProcessIsGone()
    {
        var started = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var plugin = Plugin.Create(new FakeRunner(async (_, token) =>
        {
            await using var registration = token.Register(() => cancelled.TrySetResult());
            started.TrySetResult();
            await release.Task;
            throw new OperationCanceledException(token);
        }), _time);
        var scan = ScanAsync(plugin);
        await started.Task;

        var ending = plugin.EndAsync().AsTask();
        await cancelled.Task.WaitAsync(Deadline, TimeProvider.System, Stop);
        for (var turn = 0; turn < 1000; turn++) await Task.Yield();
        ending.IsCompleted.ShouldBeFalse("the download has not ended yet");
        release.SetResult();

        await ending.WaitAsync(Deadline, TimeProvider.System, Stop);
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

            return command.Arguments[0] == "image" && indexes == 0
                ? (1, "half a rep", "x\tERROR\t[javadb] The first run cannot skip downloading Java DB")
                : (0, EmptyReport, "");
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

    [Fact]
    public async Task Scan_NextIsExpectedButThisOneCameTenMinutesAgo_DownloadsNone()
    {
        await using var plugin = Create();
        _time.Advance(TimeSpan.FromHours(7));
        await Metadata.WriteAsync(plugin.Cache, Start, Start.AddHours(6), downloaded: _time.GetUtcNow().AddMinutes(-10));

        for (var count = 0; count < 3; count++) await ScanAsync(plugin);
        await plugin.Vulnerabilities.CheckReadinessAsync(Stop);

        // Ends, and so shows, a download that has begun.
        await plugin.DisposeAsync();
        plugin.Runner.Commands.ShouldNotContain(command => IsDownload(command));
    }

    [Theory]
    [InlineData(1, 0, 7)]
    [InlineData(0, 1, 7)]
    [InlineData(-400, -400, 4000)]
    public async Task Scan_TimesThatCanNotBeTrue_AreNotBelievedAndTheDatabaseIsDownloadedOnce(int made, int came, int next)
    {
        await using var plugin = Create();
        _time.Advance(TimeSpan.FromHours(2));
        var now = _time.GetUtcNow();
        await Metadata.WriteAsync(plugin.Cache, now.AddHours(made), now.AddHours(next), downloaded: came == 0 ? now.AddHours(-3) : now.AddHours(came));

        await ScanAsync(plugin);
        await Wait.UntilAsync("it was downloaded", async _ => Volatile.Read(ref _downloads) > 0 && await UpdatedAsync(plugin) == now, Deadline, Stop);
        for (var count = 0; count < 3; count++) await ScanAsync(plugin);

        await plugin.DisposeAsync();
        _downloads.ShouldBe(1);
    }

    [Theory]
    [InlineData(119, 1)]
    [InlineData(120, 2)]
    public async Task Scan_DownloadFailed_IsTriedAgainAfterTwoMinutes(int seconds, int downloads)
    {
        await using var plugin = Create();
        _isReachable = false;
        await Should.ThrowAsync<ScanException>(() => ScanAsync(plugin));

        _time.Advance(TimeSpan.FromSeconds(seconds));
        await Should.ThrowAsync<ScanException>(() => ScanAsync(plugin));

        _downloads.ShouldBe(downloads);
    }

    [Fact]
    public async Task Scan_ClockIsPutBackAfterAFailure_IsTriedAgainAfterTwoMinutesAllTheSame()
    {
        var clock = new JumpingTimeProvider(_time);
        await using var plugin = Plugin.Create(Downloading(), clock);
        _isReachable = false;
        await Should.ThrowAsync<ScanException>(() => ScanAsync(plugin));

        clock.Jump = TimeSpan.FromDays(-400);
        _time.Advance(TimeSpan.FromMinutes(2));
        await Should.ThrowAsync<ScanException>(() => ScanAsync(plugin));

        _downloads.ShouldBe(2);
    }

    [Fact]
    public async Task Scan_DownloadSucceedsAfterAFailure_IsForgivenAtOnce()
    {
        await using var plugin = Create();
        _isReachable = false;
        await Should.ThrowAsync<ScanException>(() => ScanAsync(plugin));
        _isReachable = true;
        _time.Advance(TimeSpan.FromMinutes(3));
        await ScanAsync(plugin);

        // Gone again: no failure stands in the way of the next download.
        Directory.Delete(Path.Combine(plugin.Cache, "db"), recursive: true);
        await ScanAsync(plugin);

        _downloads.ShouldBe(3);
    }

    [Fact]
    public async Task Scan_DownloadHangs_EndsAfterHalfAnHourAndSaysSo()
    {
        var started = new TaskCompletionSource();
        await using var plugin = CreateHeld(new TaskCompletionSource().Task, started);
        var scan = ScanAsync(plugin);
        await started.Task.WaitAsync(Deadline, TimeProvider.System, Stop);

        _time.Advance(TimeSpan.FromMinutes(30) - TimeSpan.FromSeconds(1));
        scan.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(1));

        var error = await Should.ThrowAsync<ScanException>(() => scan.WaitAsync(Deadline, TimeProvider.System, Stop));
        error.Reason.ShouldBe(ScanReasons.ScannerUnavailable);
        error.Message.ShouldBe("Trivy's vulnerability database was not downloaded within 30 minutes.");
        Directory.GetDirectories(plugin.Cache, "update-*").ShouldBeEmpty();
    }

    public static TheoryData<Exception> ExceptionsOfAnEnd => [new OperationCanceledException(), new IOException("pipe"), new InvalidOperationException("gone")];

    [Theory]
    [MemberData(nameof(ExceptionsOfAnEnd))]
    public async Task Scan_DownloadIsEndedByTheLimit_IsTheLimitWhateverIsThrown(Exception thrown)
    {
        var started = new TaskCompletionSource();
        await using var plugin = Plugin.Create(
            new FakeRunner(async (_, token) =>
            {
                var ended = new TaskCompletionSource();
                await using var registration = token.Register(ended.SetResult);
                started.SetResult();
                await ended.Task;
                throw thrown;
            }),
            _time);
        var scan = ScanAsync(plugin);
        await started.Task.WaitAsync(Deadline, TimeProvider.System, Stop);

        _time.Advance(TimeSpan.FromMinutes(31));

        (await Should.ThrowAsync<ScanException>(() => scan.WaitAsync(Deadline, TimeProvider.System, Stop))).Message
            .ShouldContain("not downloaded within 30 minutes");
    }

    [Theory]
    [MemberData(nameof(ExceptionsOfAnEnd))]
    public async Task Scan_DownloadBreaksOffByItself_IsNoTimeout(Exception thrown)
    {
        await using var plugin = Plugin.Create(new FakeRunner((_, _) => throw thrown), _time);

        var error = await Should.ThrowAsync<ScanException>(() => ScanAsync(plugin));
        var second = await Should.ThrowAsync<ScanException>(() => ScanAsync(plugin));

        error.Reason.ShouldBe(ScanReasons.ScannerUnavailable);
        error.Message.ShouldStartWith("Trivy's vulnerability database c");
        error.Message.ShouldContain(thrown.Message);
        error.Message.ShouldNotContain("30 minutes");
        second.Message.ShouldBe(error.Message);
        plugin.Runner.Commands.Count.ShouldBe(1, "a failed download is not tried again at once");
    }

    [Fact]
    public async Task Scan_CacheCanNotBeWritten_NamesFolderAndSetting()
    {
        using var folder = new TemporaryFolder("cache");
        var file = folder.Write("file", "");
        await using var plugin = Plugin.Create(Downloading(), _time, ("CacheDirectory", Path.Combine(file, "trivy")));

        var error = await Should.ThrowAsync<ScanException>(() => ScanAsync(plugin));

        error.Reason.ShouldBe(ScanReasons.ScannerUnavailable);
        error.Message.ShouldStartWith($"Trivy's vulnerability database cannot be written to {file}");
        error.Message.ShouldEndWith(": make it writable, or set Plugins:Trivy:CacheDirectory.");
    }

    [Theory]
    [InlineData(0, "", "Trivy ended with exit code 0 and says nothing about why.")]
    [InlineData(1, "2026-11-24T06:36:16Z\tFATAL\tFatal error\toci artifact error", "Trivy ended with exit code 1: Fatal error oci artifact error.")]
    public async Task Scan_DownloadBringsNoDatabase_SaysFromWhereAndWhatToDo(int exitCode, string words, string end)
    {
        await using var plugin = Plugin.Create(
            FakeRunner.Create(_ => (exitCode, "", words)), _time, ("DbRepositories:0", "a.example/db:2"), ("DbRepositories:1", "b.example/db:2"));

        (await Should.ThrowAsync<ScanException>(() => ScanAsync(plugin))).Message.ShouldBe(
            "Trivy's vulnerability database cannot be downloaded from a.example/db:2, b.example/db:2: " +
            "allow the connection, or name a mirror in Plugins:Trivy:DbRepositories. " + end);
    }

    [Fact]
    public async Task Download_FailsThoughItLeavesADatabase_IsNotPutInPlace()
    {
        await using var plugin = Plugin.Create(
            new FakeRunner(async (command, _) =>
            {
                await DownloadAsync(command);
                return (1, "", "x\tFATAL\tFatal error\tit broke off");
            }),
            _time);

        (await Should.ThrowAsync<ScanException>(() => ScanAsync(plugin))).Message.ShouldEndWith("Fatal error it broke off.");

        File.Exists(Path.Combine(plugin.Cache, "db", "trivy.db")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("JavaDbRepositories", "SkipDbUpdate", "index of Java archives")]
    [InlineData("DbRepositories", "SkipJavaDbUpdate", "vulnerability database")]
    public async Task Scan_EachDatabase_HasItsOwnRepositoriesAndSettings(string repositories, string otherSkip, string name)
    {
        await using var plugin = Plugin.Create(
            FakeRunner.Create(command => IsDownload(command) || IsJavaDownload(command)
                ? (1, "", "")
                : (1, "", "x\tERROR\t[javadb] The first run cannot skip downloading Java DB")),
            _time,
            (otherSkip, "true"));
        if (repositories == "JavaDbRepositories") await Metadata.WriteAsync(plugin.Cache, Start, Start.AddHours(6));

        (await Should.ThrowAsync<ScanException>(() => ScanAsync(plugin))).Message
            .ShouldStartWith(
                $"Trivy's {name} cannot be downloaded from Trivy's own repositories: allow the connection, or name a mirror in Plugins:Trivy:{repositories}.");
    }

    [Fact]
    public async Task Download_Command_NamesTheRepositoriesInOrderAndHasNoLimitOfTrivysOwn()
    {
        await using var plugin = Create(("DbRepositories:0", "a.example/db:2"), ("DbRepositories:1", "b.example/db:2"), ("Timeout", "5m"));
        await ScanAsync(plugin);

        var command = plugin.Runner.Commands.Single(IsDownload);
        var folder = CacheOf(command);
        command.Arguments.ShouldBe(
        [
            "image", "--download-db-only", "--no-progress", "--db-repository", "a.example/db:2", "--db-repository", "b.example/db:2", "--timeout", "86400s",
            "--cache-dir", folder,
        ]);
        Path.GetDirectoryName(folder).ShouldBe(plugin.Cache, "only within one file system a move is atomic");
        Path.GetFileName(folder).ShouldStartWith("update-");
        Directory.Exists(folder).ShouldBeFalse();
    }

    [Fact]
    public async Task Download_JavaCommand_NamesItsRepositories()
    {
        await using var plugin = Create(("JavaDbRepositories:0", "a.example/java:1"), ("DbRepositories:0", "a.example/db:2"));
        await Metadata.WriteAsync(plugin.Cache, Start, Start.AddDays(30));
        await Metadata.WriteAsync(plugin.Cache, Start, Start.AddDays(3), JavaFolder, JavaFile);
        _time.Advance(TimeSpan.FromDays(4));
        await ScanAsync(plugin);

        await Wait.UntilAsync("the download runs", () => plugin.Runner.Commands.Any(IsJavaDownload), Deadline, Stop);
        plugin.Runner.Commands.First(IsJavaDownload).Arguments.Take(5)
            .ShouldBe(["image", "--download-java-db-only", "--no-progress", "--java-db-repository", "a.example/java:1"]);
    }

    [Fact]
    public async Task Download_FoldersLeftBehind_AreRemovedUnlessAnotherOperatorMayBeAtWork()
    {
        await using var plugin = Create();
        var now = _time.GetUtcNow();
        foreach (var (name, age) in new[] { ("update-old", 25), ("update-new", 23), ("update-future", -25), ("update-skewed", -23), ("other-old", 500) })
            Directory.SetLastWriteTimeUtc(Directory.CreateDirectory(Path.Combine(plugin.Cache, name)).FullName, now.AddHours(-age).UtcDateTime);

        await ScanAsync(plugin);

        Directory.GetDirectories(plugin.Cache).Select(Path.GetFileName).ShouldBe(["db", "other-old", "update-new", "update-skewed"], ignoreOrder: true);
    }

    [Fact]
    public async Task Download_DatabaseCanNotBePutInPlace_LeavesNoMetadataThatSpeakOfIt()
    {
        await using var plugin = Create();
        Directory.CreateDirectory(Path.Combine(plugin.Cache, "db", "trivy.db"));

        await Should.ThrowAsync<ScanException>(() => ScanAsync(plugin));

        File.Exists(Path.Combine(plugin.Cache, "db", "metadata.json")).ShouldBeFalse();
    }

    [Fact]
    public async Task Download_Fails_LeavesTheDatabaseThatIsThereAndNoFolder()
    {
        await using var plugin = Create();
        await Metadata.WriteAsync(plugin.Cache, Start, Start.AddHours(6));
        _time.Advance(TimeSpan.FromHours(7));
        _isReachable = false;

        await ScanAsync(plugin);
        await Wait.UntilAsync("the download was tried", () => _downloads == 1, Deadline, Stop);
        await plugin.EndAsync();

        Directory.GetFileSystemEntries(plugin.Cache, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(plugin.Cache, path))
            .ShouldBe(["db", Path.Combine("db", "metadata.json"), Path.Combine("db", "trivy.db")], ignoreOrder: true);
    }

    [Theory]
    [InlineData(false, "vulnerability database", "SkipDbUpdate", "--download-db-only")]
    [InlineData(true, "index of Java archives", "SkipJavaDbUpdate", "--download-java-db-only")]
    public async Task Scan_NoneAndNotAllowedToDownload_SaysHowToBringOne(bool java, string name, string setting, string flag)
    {
        await using var plugin = Plugin.Create(
            FakeRunner.Create(_ => (1, "", "x\tERROR\t[javadb] The first run cannot skip downloading Java DB")),
            _time, ("SkipDbUpdate", "true"), ("SkipJavaDbUpdate", "true"));
        if (java) await Metadata.WriteAsync(plugin.Cache, Start, Start.AddHours(6));

        var readiness = await plugin.Vulnerabilities.CheckReadinessAsync(Stop);
        var error = await Should.ThrowAsync<ScanException>(() => ScanAsync(plugin));

        error.Reason.ShouldBe(ScanReasons.ScannerUnavailable);
        error.Message.ShouldBe(
            $"Trivy has no {name} in {plugin.Cache} and may not download it (Plugins:Trivy:{setting}): " +
            $"run `trivy image {flag} --cache-dir {plugin.Cache}` where the network allows it.");
        readiness.Reason.ShouldBe(java ? null : error.Message);
    }

    [Fact]
    public async Task Scan_ServerDoesTheMatching_NeedsNoDatabaseHere()
    {
        await using var plugin = Create(("Server", "http://127.0.0.1:1"));

        await ScanAsync(plugin);

        _downloads.ShouldBe(0);
    }

    [Fact]
    public async Task CheckReadiness_OfSboms_NeedsNoDatabase()
    {
        await using var plugin = Create(("SkipDbUpdate", "true"));

        (await plugin.Sboms.CheckReadinessAsync(Stop)).IsReady.ShouldBeTrue();
        await plugin.Sboms.ScanAsync(Requests.Create(), Stop);

        _downloads.ShouldBe(0);
    }

    [Fact]
    public async Task Scan_AfterTheEnd_BeginsNoDownload()
    {
        var plugin = Create();
        var scanner = plugin.Vulnerabilities;
        await plugin.EndAsync();

        (await Should.ThrowAsync<ScanException>(() => scanner.ScanAsync(Requests.Create(), Stop))).Message.ShouldContain("the operator stops");

        await plugin.DisposeAsync();
        _downloads.ShouldBe(0);
    }

    private static Task ScanAsync(Plugin plugin) => plugin.Vulnerabilities.ScanAsync(Requests.Create(), Stop);

    private static async Task<DateTimeOffset?> UpdatedAsync(Plugin plugin) => (await plugin.Vulnerabilities.CheckReadinessAsync(Stop)).DatabaseUpdated;

    private static bool IsDownload(ToolCommand command) => command.Arguments.Contains("--download-db-only");

    private static bool IsJavaDownload(ToolCommand command) => command.Arguments.Contains("--download-java-db-only");

    private static string CacheOf(ToolCommand command) => command.Arguments[command.Arguments.ToList().IndexOf("--cache-dir") + 1];

    private Plugin Create(params (string, string)[] settings) => Plugin.Create(Downloading(), _time, settings);

    private FakeRunner Downloading() => new(async (command, _) => IsDownload(command) || IsJavaDownload(command)
        ? await DownloadAsync(command)
        : (0, command.Arguments[0] == "version" ? """{"Version":"0.68.2"}""" : EmptyReport, ""));

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

    /// <summary>A clock whose time of day is put back or forth while time goes on as ever.</summary>
    private sealed class JumpingTimeProvider(TimeProvider inner) : TimeProvider
    {
        public TimeSpan Jump { get; set; }

        public override long TimestampFrequency => inner.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + Jump;

        public override long GetTimestamp() => inner.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            inner.CreateTimer(callback, state, dueTime, period);
    }
}
