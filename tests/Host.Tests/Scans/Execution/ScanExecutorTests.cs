using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Secrets;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Plugins.Guards;
using RegistryOperator.Host.Scans.Execution;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Host.Scans.Planning;
using RegistryOperator.Host.Tests.Support;
using RegistryOperator.Reports;
using RegistryOperator.Testing.Images;

namespace RegistryOperator.Host.Tests.Scans.Execution;

public sealed class ScanExecutorTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.Parse("2026-01-02T03:04:05Z"));
    private readonly IReportStore _store = Substitute.For<IReportStore>();
    private readonly MessageLog<ScanExecutor> _log = new();
    private readonly List<string> _scannedAt = [];
    private readonly FakeScanner _scanner;
    private readonly GuardedImageScanner _guarded;
    private readonly List<ImageScanRequest> _requests = [];
    private Func<ImageScanRequest, CancellationToken, Task<ImageScanResult>> _scan = (_, _) => Task.FromResult(ScanParts.Passed);
    private ScanExecutor _executor;

    public ScanExecutorTests()
    {
        _scanner = new FakeScanner((request, token) =>
        {
            lock (_scannedAt)
            {
                _scannedAt.Add(request.Repository.Name);
                _requests.Add(request);
            }

            return _scan(request, token);
        })
        { Readiness = ScannerReadiness.Ready("tool 2") with { DatabaseVersion = "db 2" } };
        _guarded = _scanner.Guarded(_time);
        _executor = Make(new ScanSettings());
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_Result_IsSavedAndTheOutcome()
    {
        var outcome = await RunAsync(ScanParts.Registry());

        (outcome.Problem, outcome.Report!.Result, outcome.Report.Created, outcome.Report.Versions)
            .ShouldBe((null, "Passed", _time.GetUtcNow(), ScanParts.Versions));
        outcome.Report.Key.ShouldBe(Work().Key);
        await _store.Received(1).SaveAsync(Arg.Is<NewReport>(report => report.Report == outcome.Report), Arg.Any<CancellationToken>());
    }

    [Fact]
    public async Task Run_Request_HasWhatTheResourceGives()
    {
        var registry = ScanParts.Registry(credential: new RegistryCredential.UsernamePassword("ada", "right"));
        var options = new object();
        var use = ScanParts.Use(ScannerKind.Sbom) with { Variant = SbomFormat.SpdxJson };
        var scanner = ScanParts.Bound(_guarded, registry) with { Options = options, Use = use };

        await _executor.RunAsync(ScanParts.Work(scanner, "image", "linux/arm64/v8"), isAsked: false, Cancel);
        await _executor.RunAsync(ScanParts.Work(ScanParts.Bound(_guarded, registry), "other"), isAsked: false, Cancel);

        var request = _requests[0];
        (request.Repository, request.Digest, request.Client, request.Credential, request.Security).ShouldBe(
            (registry.Client.Repository, ScanParts.DigestOf("image"), registry.Client, registry.Credential, registry.Security));
        (request.Platform.ToString(), request.Options, request.SbomFormat).ShouldBe(("linux/arm64/v8", options, SbomFormat.SpdxJson));
        _requests[1].SbomFormat.ShouldBe(SbomFormat.SyftJson);
        _store.FindAsync(Arg.Any<IReadOnlyCollection<Digest>>(), Arg.Any<CancellationToken>()).Returns([]);
        (await request.Reports!.FindAsync(ScannerKind.Custom, "fake", Cancel)).ShouldBeNull();
        await _store.Received(1)
            .FindAsync(Arg.Is<IReadOnlyCollection<Digest>>(digests => digests.Single() == ScanParts.DigestOf("image")), Arg.Any<CancellationToken>());
    }

    [Theory]
    [InlineData("db 1", "tool 1", "db 1", 0)]
    [InlineData(null, "tool 2", "db 2", 1)] // brought up to date by the scan
    public async Task Run_VersionsOfTheReport_AreAskedAnewWhereTheDatabaseWasNotKnown(string? database, string tool, string expected, int asked)
    {
        var scanner = ScanParts.Bound(_guarded) with { Versions = ScanParts.Versions with { Tool = tool, Database = database } };

        var outcome = await _executor.RunAsync(ScanParts.Work(scanner), isAsked: false, Cancel);

        outcome.Report!.Versions.ShouldBe(new ReportVersions("1.0.0", tool, expected));
        _scanner.ReadinessCalls.ShouldBe(asked);
    }

    [Fact]
    public async Task Run_ResultThatCantBeUsed_IsAProblemOfThisImageAlone()
    {
        var summary = new Dictionary<string, string>(StringComparer.Ordinal) { ["licences"] = null! };
        _scan = (_, _) => Task.FromResult(new ImageScanResult { Result = "Passed", Summary = summary });

        var outcome = await RunAsync(ScanParts.Registry());

        outcome.Report.ShouldBeNull();
        outcome.Problem!.Reason.ShouldBe(ScanReasons.Failed);
        outcome.Problem.Message.ShouldStartWith("The result of fake can't be used. NullReferenceException:");
        _log.Messages.ShouldHaveSingleItem().Level.ShouldBe(LogLevel.Error);
    }

    [Theory]
    [InlineData("linux/arm/v7/v7")] // an image that repeats its variant
    [InlineData("linux")]
    [InlineData("")]
    [InlineData("linux/ /x")]
    public async Task Run_PlatformThatIsNone_ScansTheImageAllTheSame(string platform)
    {
        (await _executor.RunAsync(Work(platform: platform), isAsked: false, Cancel)).Report.ShouldNotBeNull();
    }

    [Fact]
    public async Task Run_StoreThatFails_IsAProblemWithItsReason()
    {
        _store.SaveAsync(Arg.Any<NewReport>(), Arg.Any<CancellationToken>())
            .Returns(_ => throw new ReportTooLargeException("The SBOM is too large."), _ => throw new ReportStoreException("The disk is full."));

        var tooLarge = await RunAsync(ScanParts.Registry(), image: "a");
        var full = await RunAsync(ScanParts.Registry(), image: "b");

        (tooLarge.Report, tooLarge.Problem).ShouldBe((null, new ScanProblem(ScanReasons.TooLarge, "The SBOM is too large.")));
        (full.Report, full.Problem).ShouldBe((null, new ScanProblem(ScanReasons.Failed, "The disk is full.")));
        _log.Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_StoreCancelsByItself_IsAProblemOfThisImageAlone()
    {
        _store.SaveAsync(Arg.Any<NewReport>(), Arg.Any<CancellationToken>()).Returns(_ => throw new TaskCanceledException("its server's timeout"));

        var outcome = await RunAsync(ScanParts.Registry());

        outcome.Problem!.Reason.ShouldBe(ScanReasons.Failed);
        outcome.Problem.Message.ShouldContain("its server's timeout");
    }

    [Fact]
    public async Task Run_ScannerCancelsByItself_IsAFailureOfThisScanAndHeld()
    {
        _scan = (_, _) => throw new TaskCanceledException("The request was canceled due to the configured HttpClient.Timeout.");

        var outcome = await RunAsync(ScanParts.Registry());

        outcome.Problem!.Reason.ShouldBe(ScanReasons.Failed);
        outcome.Problem.Message.ShouldContain("HttpClient.Timeout");
        (await RunAsync(ScanParts.Registry())).Problem.ShouldBe(outcome.Problem);
        _scannedAt.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Run_FailsSucceedsAndFails_WaitsAsAfterTheFirstFailure()
    {
        _scan = (_, _) => throw new ScanException(ScanReasons.NotFound, "gone");
        for (var i = 0; i < 3; i++)
        {
            await RunAsync(ScanParts.Registry());
            _time.Advance(TimeSpan.FromHours(1));
        }

        _scan = (_, _) => Task.FromResult(ScanParts.Passed);
        (await RunAsync(ScanParts.Registry())).Report.ShouldNotBeNull();
        _scan = (_, _) => throw new ScanException(ScanReasons.NotFound, "gone again");
        await RunAsync(ScanParts.Registry());
        _scannedAt.Count.ShouldBe(5);

        _time.Advance(TimeSpan.FromSeconds(59));
        (await RunAsync(ScanParts.Registry())).Problem!.Message.ShouldBe("gone again");
        _scannedAt.Count.ShouldBe(5);
        _time.Advance(TimeSpan.FromSeconds(1));
        await RunAsync(ScanParts.Registry());
        _scannedAt.Count.ShouldBe(6);
    }

    [Fact]
    public async Task Run_FailsThirtyTimes_IsTriedAgainAfterSixHours()
    {
        _scan = (_, _) => throw new ScanException(ScanReasons.NotFound, "gone");
        for (var i = 0; i < 30; i++)
        {
            await RunAsync(ScanParts.Registry());
            _time.Advance(TimeSpan.FromHours(6));
        }

        _scannedAt.Count.ShouldBe(30);
    }

    [Theory]
    [InlineData(true, null, 2)] // a user asks
    [InlineData(false, "db 2", 2)] // another database may do it
    [InlineData(false, null, 1)]
    public async Task Run_FailedBefore_IsHeldUnlessAskedOrOtherVersions(bool isAsked, string? database, int scans)
    {
        _scan = (_, _) => throw new ScanException(ScanReasons.NotFound, "gone");
        await RunAsync(ScanParts.Registry());
        var scanner = ScanParts.Bound(_guarded);
        if (database is not null) scanner = scanner with { Versions = ScanParts.Versions with { Database = database } };

        var outcome = await _executor.RunAsync(ScanParts.Work(scanner), isAsked, Cancel);

        outcome.Problem.ShouldBe(new ScanProblem(ScanReasons.NotFound, "gone"));
        _scannedAt.Count.ShouldBe(scans);
    }

    [Fact]
    public async Task Run_FailedWithOneAccess_IsHeldForThatAndNoOther()
    {
        _scan = (request, _) => request.Repository.Repository == "good"
            ? Task.FromResult(ScanParts.Passed)
            : throw new ScanException(ScanReasons.Unauthorized, "refused");
        await RunAsync(Repository("bad"));

        var held = await RunAsync(Repository("bad"));
        var corrected = await RunAsync(ScanParts.Registry(credential: new RegistryCredential.UsernamePassword("ada", "right"), repository: "bad"));
        var other = await RunAsync(Repository("good"));

        held.Problem!.Message.ShouldBe("refused");
        corrected.Problem.ShouldNotBeNull();
        other.Report.ShouldNotBeNull();
        _scannedAt.ShouldBe(["registry.example.com/bad", "registry.example.com/bad", "registry.example.com/good"]);
    }

    [Theory]
    [InlineData(ScanReasons.Unauthorized, "good", 2)]
    [InlineData(ScanReasons.RegistryUnavailable, "good", 3)] // tried once more at the first, too
    [InlineData(ScanReasons.Failed, "good", 2)] // the scanner's fault, told in words that may be another's
    [InlineData(ScanReasons.Unauthorized, "bad", 1)] // the same access
    public async Task Run_JoinsAScanThatFails_TriesItsOwnWhereTheAccessWasToBlame(string reason, string repository, int scans)
    {
        var refuse = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _scan = async (request, _) =>
        {
            if (request.Repository.Repository == "good") return ScanParts.Passed;
            await refuse.Task;
            throw new ScanException(reason, "refused");
        };
        var first = RunAsync(Repository("bad"));
        await Waiting.UntilAsync(() => _scanner.Calls == 1, "the first scan runs");
        var second = RunAsync(Repository(repository));

        refuse.SetResult();

        (await _time.AdvanceUntilAsync(TimeSpan.FromSeconds(1), first)).Problem!.Message.ShouldBe("refused");
        ((await second.SoonAsync()).Report is not null).ShouldBe(scans > 1);
        _scannedAt.Count.ShouldBe(scans);
    }

    [Fact]
    public async Task Run_SeveralWithoutAccessAndOneWithIt_TheOneMeetsNoFailureOfTheOthers()
    {
        var refuse = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _executor = Make(new ScanSettings { Concurrency = 8, ScannerConcurrency = 8 });
        _scan = async (request, _) =>
        {
            if (request.Repository.Repository == "good") return ScanParts.Passed;
            await refuse.Task;
            throw new ScanException(ScanReasons.Unauthorized, $"refused to {request.Repository.Repository}");
        };
        var first = RunAsync(Repository("bad0"));
        await Waiting.UntilAsync(() => _scanner.Calls == 1, "the first scan runs");
        Task<WorkOutcome>[] others = [.. Enumerable.Range(1, 5).Select(number => RunAsync(Repository($"bad{number}"))), RunAsync(Repository("good"))];

        refuse.SetResult();

        (await first.SoonAsync()).Problem!.Message.ShouldBe("refused to bad0");
        for (var number = 1; number <= 5; number++) (await others[number - 1].SoonAsync()).Problem!.Message.ShouldBe($"refused to bad{number}");
        (await others[^1].SoonAsync()).Report.ShouldNotBeNull();
    }

    [Fact]
    public async Task Run_ResultWhosePartsThrowASecret_IsToldAndLoggedWithoutIt()
    {
        var secrets = new ScanSecrets([new(new SecretKeyReference { Name = "feed", Key = "token" }, "hunter2hunter2"u8.ToArray())]);
        var summary = Substitute.For<IReadOnlyDictionary<string, string>>();
        summary.GetEnumerator().Returns(_ => throw new FormatException("refused: hunter2hunter2"));
        _scan = (_, _) => Task.FromResult(ScanParts.Passed with { Summary = summary });

        var outcome = await _executor.RunAsync(ScanParts.Work(ScanParts.Bound(_guarded) with { Secrets = secrets }), isAsked: false, Cancel);

        outcome.Problem!.Message.ShouldBe("The result of fake can't be used (FormatException). What it says is left out, since it quotes a Secret.");
        string.Join('\n', _log.Entries).ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task Run_JoinsAScanThatSucceedsWithAnothersAccess_TakesTheResult()
    {
        var end = new TaskCompletionSource<ImageScanResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        _scan = (_, _) => end.Task;
        var scans = new[] { "a", "b", "c" }.Select(repository => RunAsync(Repository(repository))).ToArray();
        end.SetResult(ScanParts.Passed);

        foreach (var scan in scans) (await scan.SoonAsync()).Report.ShouldNotBeNull();
        _scannedAt.Count.ShouldBe(1);
        await _store.ReceivedWithAnyArgs(1).SaveAsync(default!, Cancel);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_JoinsAScanOfWhatItsOwnAccessCannotRead_GetsNeitherResultNorProblem(bool succeeds)
    {
        var end = new TaskCompletionSource<ImageScanResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        _scan = (_, _) => end.Task;
        var owner = RunAsync(Repository("a"));
        await Waiting.UntilAsync(() => _scanner.Calls == 1, "the scan runs");
        var stranger = Repository("b");
        stranger.Client.ResolveAsync(default!, Cancel).ReturnsForAnyArgs(
            Task.FromException<Descriptor>(new RegistryException(RegistryErrorKind.NotFound, "There is no such manifest.")));
        var joined = RunAsync(stranger);
        if (succeeds) end.SetResult(ScanParts.Passed);
        else end.SetException(new ScanException(ScanReasons.Failed, "Broke at /etc/private-of-a."));

        (await owner.SoonAsync()).Report.ShouldBe(succeeds ? (await owner).Report : null);
        var outcome = await joined.SoonAsync();
        (outcome.Report, outcome.Problem!.Reason, outcome.Problem.Message).ShouldBe((null, ScanReasons.NotFound, "There is no such manifest."));
        _scanner.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task Run_SameDigestInAnotherRegistry_IsScannedThereToo()
    {
        _scan = (_, _) => Task.FromResult(ScanParts.Passed);

        string[] registries = ["https://a.example.com", "https://b.example.com"];
        var reports = new List<Report>();
        foreach (var host in (string[])["a.example.com", "b.example.com"]) reports.Add((await RunAsync(ScanParts.Registry(host))).Report!);

        reports.Select(report => report.Key.Registry).ShouldBe(registries);
        _scanner.Calls.ShouldBe(2);
    }

    [Fact]
    public async Task Run_OneOfTwoCancels_TheOtherGetsTheResultAndNothingIsHeld()
    {
        var end = new TaskCompletionSource<ImageScanResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        _scan = (_, token) => end.Task.WaitAsync(token);
        using var stop = new CancellationTokenSource();
        var leaver = _executor.RunAsync(Work(), isAsked: false, stop.Token);
        var stayer = RunAsync(ScanParts.Registry());
        await Waiting.UntilAsync(() => _scanner.Calls == 1, "the scan runs");

        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(leaver.SoonAsync());
        end.SetResult(ScanParts.Passed);

        (await stayer.SoonAsync()).Report.ShouldNotBeNull();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // a scanner that puts its cancellation into a reason
    public async Task Run_AllCancel_TheScanIsCancelledItsPlacesAreFreeAndNothingIsHeld(bool hasReason)
    {
        _executor = Make(new ScanSettings { Concurrency = 1, ScannerConcurrency = 1 });
        var isCancelled = false;
        _scan = async (_, token) =>
        {
            try
            {
                await Task.Delay(Timeout.Infinite, token);
            }
            catch (OperationCanceledException) when (hasReason)
            {
                throw new ScanException(ScanReasons.Failed, "killed");
            }
            finally
            {
                isCancelled = true;
            }

            return ScanParts.Passed;
        };
        using var stop = new CancellationTokenSource();
        var scan = _executor.RunAsync(Work(), isAsked: false, stop.Token);
        await Waiting.UntilAsync(() => _scanner.Calls == 1, "the scan runs");
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(scan.SoonAsync());
        await Waiting.UntilAsync(() => isCancelled, "the scan is cancelled");

        _scan = (_, _) => Task.FromResult(ScanParts.Passed);
        (await RunAsync(ScanParts.Registry()).SoonAsync()).Report.ShouldNotBeNull();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Run_ManyScanners_ShareThePlacesOfTheProcess(int places)
    {
        _executor = Make(new ScanSettings { Concurrency = places, ScannerConcurrency = 10 });
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = 0;
        var most = 0;
        var scanners = Enumerable.Range(0, 4).Select(number => ScanParts.Bound(new FakeScanner(async (_, _) =>
        {
            var now = Interlocked.Increment(ref running);
            lock (_log) most = Math.Max(most, now);
            await end.Task;
            Interlocked.Decrement(ref running);
            return ScanParts.Passed;
        })
        { Descriptor = new ScannerDescriptor($"s{number}", ScannerKind.Custom, "1") }, _time)).ToArray();

        var works = scanners.SelectMany(scanner => Enumerable.Range(0, 3).Select(image => ScanParts.Work(scanner, $"{image}")));
        var scans = works.Select(work => _executor.RunAsync(work, isAsked: false, Cancel)).ToArray();
        await Waiting.UntilAsync(() => Volatile.Read(ref running) == places, "all places taken");
        end.SetResult();
        foreach (var scan in scans) (await scan.SoonAsync()).Report.ShouldNotBeNull();

        most.ShouldBe(places);
        _executor.Concurrency.ShouldBe(places);
    }

    [Fact]
    public async Task Run_CircuitIsOpen_TheImageIsDueAsSoonAsItIsUsedAgain()
    {
        _scan = (_, _) => throw new ScanException(ScanReasons.Failed, "broken");
        for (var i = 0; i < CircuitBreaker.Limit; i++) await RunAsync(ScanParts.Registry($"r{i}.example.com"));
        var refused = await RunAsync(Repository("a"));
        _scan = (_, _) => Task.FromResult(ScanParts.Passed);
        _time.Advance(CircuitBreaker.Break);

        var again = await RunAsync(Repository("a"));

        refused.Problem!.Reason.ShouldBe(ScanReasons.ScannerUnavailable);
        refused.Problem.Message.ShouldNotContain("broken");
        again.Report.ShouldNotBeNull();
    }

    [Theory]
    [InlineData(RegistryErrorKind.Denied, ScanReasons.Unauthorized)]
    [InlineData(RegistryErrorKind.ServerError, ScanReasons.RegistryUnavailable)]
    [InlineData(RegistryErrorKind.NotFound, ScanReasons.NotFound)]
    public async Task Run_AttachedCantBeLookedFor_IsTheRegistrysReasonAndNothingIsMade(RegistryErrorKind kind, string reason)
    {
        var outcome = await RunAttachedAsync(_ => throw new RegistryException(kind, "no"));

        outcome.Problem.ShouldBe(new ScanProblem(reason, "Attached SBOMs could not be looked for: no"));
        _scanner.Calls.ShouldBe(0);
    }

    [Fact]
    public async Task Run_AttachedFailsInOtherWays_HasAReasonEach()
    {
        (await RunAttachedAsync(_ => throw new JsonException("no JSON"), "a")).Problem
            .ShouldBe(new ScanProblem(ScanReasons.InvalidContent, "A referrer's manifest can't be read: no JSON"));
        (await RunAttachedAsync(_ => throw new TaskCanceledException("a timeout"), "b")).Problem
            .ShouldBe(new ScanProblem(ScanReasons.TimedOut, "Attached SBOMs could not be looked for: the registry's client gave up waiting."));
        _scanner.Calls.ShouldBe(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_AttachedIsNotReadByTheDeadline_IsTimedOutAndThePlaceIsFree(bool throwsAnother)
    {
        _executor = Make(new ScanSettings { Concurrency = 1, Timeout = TimeSpan.FromSeconds(30) });
        var isAsked = false;
        var scan = RunAttachedAsync(async token =>
        {
            isAsked = true;
            var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var registration = token.Register(ended.SetResult);
            await ended.Task;
            throw throwsAnother ? new RegistryException(RegistryErrorKind.Unreachable, "aborted") : new OperationCanceledException(token);
        });
        await Waiting.UntilAsync(() => isAsked, "referrers are asked for");
        _time.Advance(TimeSpan.FromSeconds(29.9));
        scan.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(0.1));

        var outcome = await scan.SoonAsync();
        outcome.Problem!.Reason.ShouldBe(ScanReasons.TimedOut);
        outcome.Problem.Message.ShouldStartWith("Attached SBOMs were not read within 30 s.");
        (await RunAsync(ScanParts.Registry()).SoonAsync()).Report.ShouldNotBeNull();
    }

    [Fact]
    public async Task Run_AttachedSbomThatCantBeRead_IsLoggedAndOneIsMade()
    {
        _scan = (_, _) => Task.FromResult(ScanParts.Passed with { Documents = [ScanParts.Sbom] });
        var registry = ScanParts.Registry();
        var artifact = new ArtifactBuilder().WithFile(SbomMediaTypes.SpdxJson, "{}").Build();
        registry.Client.ListReferrersAsync(Arg.Any<Digest>(), Arg.Any<string?>(), Arg.Any<CancellationToken>())
            .Returns(_ => new[] { artifact.Descriptor }.ToAsyncEnumerable());
        registry.Client.GetManifestAsync(artifact.Digest.ToString(), Arg.Any<CancellationToken>()).Returns(artifact.ToManifest());
        registry.Client.ReadBlobAsync(Arg.Any<Descriptor>(), Arg.Any<long>(), Arg.Any<CancellationToken>()).Returns("{}"u8.ToArray());
        var scanner = ScanParts.Bound(_guarded) with { Use = ScanParts.Use(ScannerKind.Sbom) with { TakesAttached = true }, Registry = registry };

        var outcome = await _executor.RunAsync(Attached(ScanParts.Work(scanner), registry), isAsked: false, Cancel);

        outcome.Report!.Method.ShouldBe(ScanMethods.Image);
        var (level, message) = _log.Messages.ShouldHaveSingleItem();
        level.ShouldBe(LogLevel.Warning);
        message.ShouldStartWith($"{registry.Client.Repository}@{ScanParts.DigestOf("image")}: the attached SBOM ");
    }

    [Fact]
    public async Task Run_AttachedSearchIsCancelled_ThePlaceIsFree()
    {
        _executor = Make(new ScanSettings { Concurrency = 1 });
        var isAsked = false;
        using var stop = new CancellationTokenSource();
        var scan = RunAttachedAsync(async token =>
        {
            isAsked = true;
            await Task.Delay(Timeout.Infinite, token);
        }, cancellationToken: stop.Token);
        await Waiting.UntilAsync(() => isAsked, "referrers are asked for");
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(scan.SoonAsync());

        (await RunAsync(ScanParts.Registry()).SoonAsync()).Report.ShouldNotBeNull();
    }

    [Theory]
    [InlineData(ScanScope.Repository, true)]
    [InlineData(ScanScope.Registry, false)]
    public async Task Run_ScannerOfAScope_IsHandedAttachmentsWhereItsResultIsTheRepositorysOwn(ScanScope scope, bool isHanded)
    {
        ImageScanRequest? seen = null;
        var scanner = new FakeScanner((request, _) =>
        {
            seen = request;
            return Task.FromResult(ScanParts.Passed);
        })
        { Descriptor = new ScannerDescriptor("fake", ScannerKind.Custom, "1.0.0") { Scope = scope } };
        var registry = ScanParts.Registry();

        await _executor.RunAsync(Attached(ScanParts.Work(ScanParts.Bound(scanner.Guarded(), registry)), registry), isAsked: false, Cancel);

        (seen!.Attachments is not null).ShouldBe(isHanded);
        registry.Client.DidNotReceiveWithAnyArgs().ListReferrersAsync(default, default, Cancel);
    }

    [Fact]
    public async Task Run_NothingAttached_IsScannedAndWithoutTheOptionNothingIsLookedFor()
    {
        _scan = (_, _) => Task.FromResult(ScanParts.Passed with { Documents = [ScanParts.Sbom] });
        (await RunAttachedAsync(_ => Task.CompletedTask)).Report!.Method.ShouldBe(ScanMethods.Image);
        var registry = ScanParts.Registry();
        await RunAsync(registry, image: "other");

        _scanner.Calls.ShouldBe(2);
        registry.Client.DidNotReceiveWithAnyArgs().ListReferrersAsync(default, default, Cancel);
    }

    [Fact]
    public async Task Dispose_WhileAScanIsCleaningUp_WaitsForItFiveSeconds()
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var cleanUp = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _scan = async (_, token) =>
        {
            started.SetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, token);
                return null!;
            }
            finally
            {
                await cleanUp.Task;
            }
        };
        using var stop = new CancellationTokenSource();
        var scan = _executor.RunAsync(Work(), isAsked: false, stop.Token);
        await started.Task.SoonAsync();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(scan);

        var disposing = _executor.DisposeAsync().AsTask();
        _time.Advance(TimeSpan.FromSeconds(4.9));
        disposing.IsCompleted.ShouldBeFalse();
        cleanUp.SetResult();
        await disposing.SoonAsync();
        _log.Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task Dispose_ScanThatNeverEnds_GivesUpAndSaysSo()
    {
        var end = new TaskCompletionSource<ImageScanResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        _scan = (_, _) => end.Task;
        _ = RunAsync(ScanParts.Registry());
        await Waiting.UntilAsync(() => _scanner.Calls == 1, "the scan runs");

        var disposing = _executor.DisposeAsync().AsTask();
        _time.Advance(TimeSpan.FromSeconds(5));
        await disposing.SoonAsync();

        _log.Messages.ShouldBe([(LogLevel.Warning, "Scans had not ended 5 s after they were cancelled; their processes may go on")]);
        end.SetResult(ScanParts.Passed);
    }

    public async ValueTask DisposeAsync()
    {
        var disposing = _executor.DisposeAsync().AsTask();
        _time.Advance(TimeSpan.FromMinutes(1));
        await disposing.SoonAsync();
    }

    private ScanExecutor Make(ScanSettings settings) =>
        ScanParts.Executor(ScanParts.Directory(_time, new MessageLog<ScannerDirectory>(), _guarded), _store, _time, _log, settings);

    private Task<WorkOutcome> RunAsync(OpenedRegistry registry, string image = "image") =>
        _executor.RunAsync(ScanParts.Work(ScanParts.Bound(_guarded, registry), image), isAsked: false, Cancel);

    /// <summary>One of the repositories of a registry, which share what is found in a digest, but not who may read them.</summary>
    private static OpenedRegistry Repository(string repository) => ScanParts.Registry(repository: repository);

    private Task<WorkOutcome> RunAttachedAsync(Func<CancellationToken, Task> list, string image = "attached", CancellationToken? cancellationToken = null)
    {
        var registry = ScanParts.Registry();
        registry.Client.ListReferrersAsync(Arg.Any<Digest>(), Arg.Any<string?>(), Arg.Any<CancellationToken>())
            .Returns(call => ListAsync(call.Arg<CancellationToken>()));
        var scanner = ScanParts.Bound(_guarded) with { Use = ScanParts.Use(ScannerKind.Sbom) with { TakesAttached = true }, Registry = registry };
        return _executor.RunAsync(Attached(ScanParts.Work(scanner, image), registry), isAsked: false, cancellationToken ?? Cancel);

        async IAsyncEnumerable<Descriptor> ListAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
        {
            await list(token);
            yield break;
        }
    }

    private static ScanWork Attached(ScanWork work, OpenedRegistry registry) =>
        work with { Attachments = ScanParts.Attachments(registry.Client, work.Key.Digest) };

    private ScanWork Work(string image = "image", string platform = "linux/amd64") => ScanParts.Work(ScanParts.Bound(_guarded), image, platform);
}
