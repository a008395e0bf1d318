using Microsoft.Extensions.Logging;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Secrets;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Plugins.Guards;
using RegistryOperator.Host.Scans.Planning;
using RegistryOperator.Host.Tests.Cli;
using RegistryOperator.Host.Tests.Support;

namespace RegistryOperator.Host.Tests.Scans.Planning;

public class ScannerDirectoryTests
{
    private readonly SettableClock _time = new();
    private readonly MessageLog<ScannerDirectory> _log = new();
    private readonly FakeScanner _scanner = new() { Readiness = WithDatabase("1") };
    private readonly GuardedImageScanner _guarded;
    private readonly ScannerDirectory _directory;

    public ScannerDirectoryTests()
    {
        _guarded = _scanner.Guarded(_time);
        _directory = ScanParts.Directory(_time, _log, _guarded);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(5, false, "1")] // what other resources were just told
    [InlineData(19.9, false, "1")]
    [InlineData(20, false, "2")]
    [InlineData(60, false, "2")]
    [InlineData(5, true, "2")] // whoever asks after replacing it means the new one
    public async Task Bind_DatabaseReplaced_HasTheNewOneAfterAWhileOrWhereAUserAsks(double secondsAgo, bool isAsked, string expected)
    {
        await DatabaseAsync(notBefore: null);
        _scanner.Readiness = WithDatabase("2");
        _time.Advance(TimeSpan.FromSeconds(secondsAgo));

        (await DatabaseAsync(isAsked ? _time.GetUtcNow() : null)).ShouldBe(expected);
        _scanner.ReadinessCalls.ShouldBe(expected == "1" ? 1 : 2);
    }

    [Fact]
    public async Task Bind_UserAskedBeforeTheAnswer_TakesTheAnswer()
    {
        await DatabaseAsync(notBefore: null);
        _time.Advance(TimeSpan.FromSeconds(10));

        await DatabaseAsync(_time.GetUtcNow() - TimeSpan.FromSeconds(10));
        await DatabaseAsync(_time.GetUtcNow() - TimeSpan.FromSeconds(11));

        _scanner.ReadinessCalls.ShouldBe(1);
    }

    [Theory]
    [InlineData(-365)]
    [InlineData(365)]
    public async Task Bind_ClockIsSet_AnAnswerLivesTwentySecondsAllTheSame(int days)
    {
        await DatabaseAsync(notBefore: null);
        _scanner.Readiness = WithDatabase("2");
        _time.Set(TimeSpan.FromDays(days));
        (await DatabaseAsync(notBefore: null)).ShouldBe("1");
        _time.Advance(TimeSpan.FromSeconds(5));
        var askedBeforeTheAnswer = await DatabaseAsync(_time.GetUtcNow() - TimeSpan.FromSeconds(6));
        var askedAfterIt = await DatabaseAsync(_time.GetUtcNow() - TimeSpan.FromSeconds(4));

        (askedBeforeTheAnswer, askedAfterIt).ShouldBe(("1", "2"));
        _scanner.Readiness = WithDatabase("3");
        _time.Advance(TimeSpan.FromSeconds(20));
        (await DatabaseAsync(notBefore: null)).ShouldBe("3");
    }

    [Fact]
    public async Task Bind_ManyAtTheSameTime_AskOnceAndNoCallerEndsItForTheOthers()
    {
        var answer = new TaskCompletionSource<ScannerReadiness>(TaskCreationOptions.RunContinuationsAsynchronously);
        CancellationToken given = default;
        _scanner.OnReadiness = token =>
        {
            given = token;
            return answer.Task;
        };
        using var stop = new CancellationTokenSource();
        var leaver = _directory.BindAsync(ScanParts.Use(ScannerKind.Custom), ScanParts.Registry(), ScanParts.Secrets(), null, stop.Token);
        var use = ScanParts.Use(ScannerKind.Custom);
        var stayers = Enumerable.Range(0, 5)
            .Select(_ => _directory.BindAsync(use, ScanParts.Registry(), ScanParts.Secrets(), null, Cancel)).ToArray();
        await Waiting.UntilAsync(() => _scanner.ReadinessCalls == 1, "the scanner is asked");

        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(leaver.SoonAsync());
        given.IsCancellationRequested.ShouldBeFalse();
        answer.SetResult(ScannerReadiness.Ready("tool 2"));

        foreach (var stayer in stayers) (await stayer.SoonAsync()).Versions!.Tool.ShouldBe("tool 2");
        _scanner.ReadinessCalls.ShouldBe(1);
    }

    [Theory]
    [InlineData("tool 1", null, "tool 1", "db 2", "tool 1", "db 2")] // a first database
    [InlineData("tool 1", null, "tool 2", "db 2", "tool 1", null)] // replaced meanwhile: the result is the old tool's, and due again
    [InlineData("tool 1", null, null, null, "tool 1", null)] // gone meanwhile
    [InlineData("tool 1", "db 1", "tool 2", "db 2", "tool 1", "db 1")]
    public async Task VersionsOfResult_ChangeDuringTheScan_AreThoseThatMadeIt(
        string tool, string? database, string? toolAfter, string? databaseAfter, string expectedTool, string? expectedDatabase)
    {
        _scanner.OnReadiness = _ => Task.FromResult(ScannerReadiness.Ready(tool) with { DatabaseVersion = database });
        var bound = await _directory.BindAsync(ScanParts.Use(ScannerKind.Custom), ScanParts.Registry(), ScanParts.Secrets(), null, Cancel);
        _scanner.OnReadiness = _ => Task.FromResult(
            toolAfter is null ? ScannerReadiness.Unavailable("gone") : ScannerReadiness.Ready(toolAfter) with { DatabaseVersion = databaseAfter });

        var versions = await _directory.VersionsOfResultAsync(bound, Cancel);

        (versions.Tool, versions.Database).ShouldBe((expectedTool, expectedDatabase));
    }

    [Fact]
    public async Task Bind_AllStopWaiting_TheScannerIsTold()
    {
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _scanner.OnReadiness = async token =>
        {
            await using var registration = token.Register(told.SetResult);
            await told.Task;
            return ScannerReadiness.Ready("tool 2");
        };
        using var stop = new CancellationTokenSource();
        var leaver = _directory.BindAsync(ScanParts.Use(ScannerKind.Custom), ScanParts.Registry(), ScanParts.Secrets(), null, stop.Token);
        await Waiting.UntilAsync(() => _scanner.ReadinessCalls == 1, "the scanner is asked");

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(leaver.SoonAsync());
        await told.Task.SoonAsync();
        _scanner.OnReadiness = null;
        (await DatabaseAsync(notBefore: null)).ShouldBe("1");
    }

    [Fact]
    public async Task Refresh_WhileAnEarlierCheckIsUnderWay_DoesNotTakeItsAnswer()
    {
        var earlier = new TaskCompletionSource<ScannerReadiness>(TaskCreationOptions.RunContinuationsAsynchronously);
        _scanner.OnReadiness = _ => earlier.Task;
        var asked = DatabaseAsync(notBefore: null);
        await Waiting.UntilAsync(() => _scanner.ReadinessCalls == 1, "the scanner is asked");
        _scanner.OnReadiness = null;
        _scanner.Readiness = WithDatabase("2");

        (await _directory.RefreshAsync(_guarded, Cancel).SoonAsync()).Database.ShouldBe("2");

        earlier.SetResult(WithDatabase("1"));
        (await asked.SoonAsync()).ShouldBe("1");
        (await DatabaseAsync(notBefore: null)).ShouldBe("2");
    }

    [Fact]
    public async Task Refresh_AfterAScan_AsksAnewForAllWhoComeThen()
    {
        await DatabaseAsync(notBefore: null);
        _scanner.Readiness = WithDatabase("2");

        (await _directory.RefreshAsync(_guarded, Cancel)).ShouldBe(new("1.0.0", "tool 1", "2"));
        (await DatabaseAsync(notBefore: null)).ShouldBe("2");
        _scanner.ReadinessCalls.ShouldBe(2);
    }

    [Fact]
    public async Task Bind_ReadyScanner_HasItsVersions()
    {
        var bound = await _directory.BindAsync(ScanParts.Use(ScannerKind.Custom), ScanParts.Registry(), ScanParts.Secrets(), null, Cancel);

        bound.Versions.ShouldBe(new("1.0.0", "tool 1", "1"));
        (bound.Problem, bound.Scanner).ShouldBe((null, _guarded));
    }

    [Theory]
    [InlineData("no database yet", "no database yet")]
    [InlineData(null, "fake can't work and gives no reason.")]
    public async Task Bind_ScannerThatCantWork_IsAProblemWithItsReason(string? reason, string expected)
    {
        _scanner.Readiness = new ScannerReadiness { IsReady = false, Reason = reason };

        var bound = await _directory.BindAsync(ScanParts.Use(ScannerKind.Custom), ScanParts.Registry(), ScanParts.Secrets(), null, Cancel);

        (bound.Problem!.Reason, bound.Problem.Message).ShouldBe((ScanReasons.ScannerUnavailable, expected));
        bound.Versions.ShouldBeNull();
        // Its earlier results are found all the same.
        bound.Scanner.ShouldBe(_guarded);
    }

    [Fact]
    public async Task Bind_ScannerFailsAndRecovers_IsLoggedOncePerChange()
    {
        for (var i = 0; i < 3; i++) await ReadAsync(ScannerReadiness.Ready());
        _log.Messages.ShouldBeEmpty();
        for (var i = 0; i < 3; i++) await ReadAsync(ScannerReadiness.Unavailable("no database"));
        for (var i = 0; i < 3; i++) await ReadAsync(ScannerReadiness.Unavailable("no tool"));
        for (var i = 0; i < 3; i++) await ReadAsync(ScannerReadiness.Ready());

        _log.Messages.ShouldBe([
            (LogLevel.Warning, "The custom scanner 'fake' can't work, and is skipped: no database"),
            (LogLevel.Warning, "The custom scanner 'fake' can't work, and is skipped: no tool"),
            (LogLevel.Information, "The custom scanner 'fake' can work again"),
        ]);

        async Task ReadAsync(ScannerReadiness readiness)
        {
            _scanner.Readiness = readiness;
            _time.Advance(TimeSpan.FromMinutes(1));
            await DatabaseAsync(notBefore: null);
        }
    }

    [Theory]
    [InlineData("sbom", "syft", "sbom", true)]
    [InlineData("sbom", "syft", "vulnerability", false)]
    [InlineData("custom", "syft", "custom", true)]
    [InlineData("licences", "syft", "custom", true)] // every kind without a section of its own
    [InlineData("sbom", "syft", "custom", false)]
    [InlineData("vulnerability", "syft", "custom", false)]
    [InlineData("provenance", "syft", "custom", false)]
    [InlineData("drift", "syft", "custom", false)]
    [InlineData("sbom", "Syft", "sbom", false)]
    public async Task Bind_KindAndName_FindTheScanner(string kind, string name, string wanted, bool found)
    {
        var scanner = new FakeScanner { Descriptor = new ScannerDescriptor(name, new ScannerKind(kind), "1") };

        var bound = await ScanParts.Directory(_time, _log, scanner.Guarded(_time))
            .BindAsync(ScanParts.Use(new ScannerKind(wanted), "syft"), ScanParts.Registry(), ScanParts.Secrets(), null, Cancel);

        (bound.Problem is null).ShouldBe(found);
        scanner.ReadinessCalls.ShouldBe(found ? 1 : 0);
    }

    [Theory]
    [InlineData("", "none")]
    [InlineData("trivy grype", "trivy, grype")]
    public async Task Bind_ScannerThatIsNotInstalled_SaysWhichAre(string installed, string expected)
    {
        var scanners = installed.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(name => new FakeScanner { Descriptor = new ScannerDescriptor(name, ScannerKind.Vulnerability, "1") }.Guarded(_time));

        var bound = await ScanParts.Directory(_time, _log, [.. scanners, _guarded])
            .BindAsync(ScanParts.Use(ScannerKind.Vulnerability, "snyk"), ScanParts.Registry(), ScanParts.Secrets(), null, Cancel);

        bound.Problem!.Reason.ShouldBe(ScanReasons.ScannerUnavailable);
        bound.Problem.Message.ShouldStartWith(
            $"spec.scanners[0]: no scanner 'snyk' of kind vulnerability is installed (installed: {expected}). Install its plugin");
    }

    [Fact]
    public async Task Bind_OptionsThatAreNotValid_AreAProblemAndNothingIsAsked()
    {
        var use = ScanParts.Use(ScannerKind.Custom) with { Options = System.Text.Json.JsonSerializer.SerializeToElement(new { limit = 1 }) };

        var bound = await _directory.BindAsync(use, ScanParts.Registry(), ScanParts.Secrets(), null, Cancel);

        (bound.Problem!.Reason, bound.Problem.Message).ShouldBe(("InvalidOptions", "spec.scanners[0].options: the scanner takes no options; remove them."));
        _scanner.ReadinessCalls.ShouldBe(0);
    }

    [Fact]
    public async Task Bind_WhatTheResultDependsOn_IsInTheKey()
    {
        var typed = new FakeScanner { Descriptor = new ScannerDescriptor("fake", ScannerKind.Custom, "1") { OptionsType = typeof(Options) } };
        var directory = ScanParts.Directory(_time, _log, typed.Guarded(_time));
        var use = ScanParts.Use(ScannerKind.Custom);
        ScannerUse[] uses =
        [
            use,
            use with { Options = System.Text.Json.JsonSerializer.SerializeToElement(new { limit = 2 }) },
            use with { Variant = SbomFormat.SpdxJson },
            use with { Variant = SbomFormat.SyftJson },
        ];

        var hashes = new List<string>();
        foreach (var one in uses) hashes.Add((await directory.BindAsync(one, ScanParts.Registry(), ScanParts.Secrets(), null, Cancel)).OptionsHash);

        hashes.ShouldBeUnique();
    }

    [Fact]
    public async Task Bind_Options_AreAnInstanceOfTheScannersType()
    {
        var typed = new FakeScanner { Descriptor = new ScannerDescriptor("fake", ScannerKind.Custom, "1") { OptionsType = typeof(Options) } };
        var use = ScanParts.Use(ScannerKind.Custom) with { Options = System.Text.Json.JsonSerializer.SerializeToElement(new { limit = 2 }) };

        var bound = await ScanParts.Directory(_time, _log, typed.Guarded(_time)).BindAsync(use, ScanParts.Registry(), ScanParts.Secrets(), null, Cancel);

        bound.Options.ShouldBe(new Options { Limit = 2 });
    }

    [Fact]
    public async Task Bind_SecretInTheOptions_IsHandedOnAndIsInTheKeyButInNoText()
    {
        var typed = new FakeScanner { Descriptor = new ScannerDescriptor("fake", ScannerKind.Custom, "1") { OptionsType = typeof(Options) } };
        var directory = ScanParts.Directory(_time, _log, typed.Guarded(_time));
        var use = ScanParts.Use(ScannerKind.Custom) with { Options = System.Text.Json.JsonElement.Parse("""{"token": {"name": "feed", "key": "token"}}""") };

        var bound = await directory.BindAsync(use, ScanParts.Registry(), ScanParts.Secrets(ScanParts.Secret("feed", ("token", "hunter2"))), null, Cancel);
        var rotated = await directory.BindAsync(use, ScanParts.Registry(), ScanParts.Secrets(ScanParts.Secret("feed", ("token", "hunter3"))), null, Cancel);
        var again = await directory.BindAsync(use, ScanParts.Registry(), ScanParts.Secrets(ScanParts.Secret("feed", ("token", "hunter2"))), null, Cancel);

        bound.Secrets.GetText(new SecretKeyReference { Name = "feed", Key = "token" }).ShouldBe("hunter2");
        (again.OptionsHash == bound.OptionsHash, rotated.OptionsHash == bound.OptionsHash).ShouldBe((true, false));
        bound.OptionsHash.ShouldMatch("^[0-9a-f]{16}$");
        bound.ToString().ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task Bind_SecretThatIsMissing_IsAProblemAndNothingIsAsked()
    {
        var typed = new FakeScanner { Descriptor = new ScannerDescriptor("fake", ScannerKind.Custom, "1") { OptionsType = typeof(Options) } };
        var use = ScanParts.Use(ScannerKind.Custom) with { Options = System.Text.Json.JsonElement.Parse("""{"token": {"name": "feed", "key": "token"}}""") };

        var bound = await ScanParts.Directory(_time, _log, typed.Guarded(_time)).BindAsync(use, ScanParts.Registry(), ScanParts.Secrets(), null, Cancel);

        bound.Problem.ShouldBe(new ScanProblem(
            "InvalidSecret", "spec.scanners[0].options.token: Secret 'feed' does not exist in namespace 'team'. Create it or correct the name."));
        typed.ReadinessCalls.ShouldBe(0);
    }

    private static ScannerReadiness WithDatabase(string version) => ScannerReadiness.Ready("tool 1") with { DatabaseVersion = version };

    private async Task<string?> DatabaseAsync(DateTimeOffset? notBefore) =>
        (await _directory.BindAsync(ScanParts.Use(ScannerKind.Custom), ScanParts.Registry(), ScanParts.Secrets(), notBefore, Cancel)).Versions?.Database;

    internal sealed record Options
    {
        public int Limit { get; init; } = 1;

        public SecretKeyReference? Token { get; init; }
    }
}
