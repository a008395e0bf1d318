using Microsoft.Extensions.Time.Testing;
using NSubstitute;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Scans;
using RegistryOperator.Host.Scans.Execution;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Host.Scans.Planning;
using RegistryOperator.Host.Tests.Support;
using RegistryOperator.Reports;
using RegistryOperator.Tests.ReportStores;

namespace RegistryOperator.Host.Tests.Scans;

/// <summary>Rounds of scans as a resource has them, with the real store.</summary>
public sealed class ImageScanningTests : IAsyncLifetime
{
    private static readonly RegistrySpec Both = new()
    {
        Url = "https://registry.example.com",
        Repository = "team/app",
        VulnerabilityScanning = new VulnerabilityScanningSpec { Enabled = true },
        SbomGeneration = new SbomGenerationSpec { Enabled = true },
    };

    private readonly ReportSandbox _reports = new();
    private readonly List<string> _order = [];
    private readonly FakeScanner _syft;
    private readonly FakeScanner _trivy;
    private Func<ImageScanRequest, CancellationToken, Task<ImageScanResult>> _makeSbom =
        (_, _) => Task.FromResult(new ImageScanResult { Result = "Made", Documents = [ScanParts.Sbom] });
    private Func<ImageScanRequest, CancellationToken, Task<ImageScanResult>> _find = (_, _) => Task.FromResult<ImageScanResult>(new VulnerabilityScanResult
    {
        Result = "Found",
        Vulnerabilities = [ScanParts.Vulnerability("CVE-1") with { PackageUrl = "pkg:deb/debian/openssl@1" }],
    });

    private IReportStore _store = null!;
    private ScanExecutor _executor = null!;
    private ImageScanning _scanning = null!;

    public ImageScanningTests()
    {
        _syft = new FakeScanner((request, token) => RunAsync("syft", _makeSbom, request, token))
        {
            Descriptor = new ScannerDescriptor("syft", ScannerKind.Sbom, "1.0.0"),
        };
        _trivy = new FakeScanner((request, token) => RunAsync("trivy", _find, request, token))
        {
            Descriptor = new ScannerDescriptor("trivy", ScannerKind.Vulnerability, "1.0.0"),
        };
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private FakeTimeProvider Time => _reports.Time;

    public async ValueTask InitializeAsync()
    {
        _store = await _reports.OpenAsync();
        await UseAsync(new ScanSettings(), _trivy, _syft);
    }

    public async ValueTask DisposeAsync()
    {
        // A scan that a failed test has left would be waited for by the fake clock.
        var disposing = _executor.DisposeAsync().AsTask();
        Time.Advance(TimeSpan.FromMinutes(1));
        await disposing.SoonAsync();
        await _reports.DisposeAsync();
    }

    [Fact]
    public async Task Run_NothingAskedFor_KeepsNoSectionAndHasNoCondition()
    {
        var result = await RunAsync(
            new RegistrySpec(), Images("1.0"), [new ImageStatus { Tag = "1.0", Vulnerabilities = new VulnerabilitiesStatus { High = 1 } }]);

        result.Condition.ShouldBeNull();
        result.Images.Single().Vulnerabilities.ShouldBeNull();
        _order.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_BothKinds_HaveTheirSectionsAndKnowOfEachOther()
    {
        var result = await RunAsync(Both, Images("1.0"));

        var image = result.Images.ShouldHaveSingleItem();
        (image.Vulnerabilities!.High, image.Vulnerabilities.LastScanTime, image.Vulnerabilities.Reason).ShouldBe((1, Time.GetUtcNow(), null));
        (image.Sbom!.TotalPackages, image.Sbom.Reason, image.Sbom.Packages[0].VulnerabilityCount).ShouldBe((1, null, 1));
        result.Condition.ShouldBe(new ScannersCondition(true, "Ready", "syft tool 1, trivy tool 1"));
    }

    [Fact]
    public async Task Run_NotDueAgain_ShowsWhatIsStored()
    {
        await RunAsync(Both, Images("1.0"));
        var again = await RunAsync(Both, Images("1.0"));

        _order.Count.ShouldBe(2);
        (again.Images[0].Vulnerabilities!.High, again.Images[0].Sbom!.TotalPackages).ShouldBe((1, 1));
    }

    [Fact]
    public async Task Run_TagsOfOneDigest_AreScannedOnceAndAllHaveTheResult()
    {
        var images = Images("1.0", "latest");

        var result = await RunAsync(Both, [images[0], images[1] with { Digest = images[0].Digest, Details = images[0].Details }]);

        _order.Count.ShouldBe(2);
        result.Images.ShouldAllBe(image => image.Vulnerabilities!.High == 1 && image.Sbom!.TotalPackages == 1);
        result.Images.Select(image => image.Tag).ShouldBe(["1.0", "latest"]);
    }

    [Fact]
    public async Task Run_ScannerThatNeedsAnother_RunsAfterItWithItsResult()
    {
        int? packages = null;
        var licences = new FakeScanner(async (request, token) =>
        {
            lock (_order) _order.Add("licences");
            packages = (await request.Reports!.FindSbomAsync(token))?.Packages.Count;
            return ScanParts.Passed;
        })
        { Descriptor = new ScannerDescriptor("licences", ScannerKind.Custom, "1") { Needs = [ScannerKind.Sbom] } };
        await UseAsync(new ScanSettings { Concurrency = 1 }, licences, _trivy, _syft);

        var result = await RunAsync(Both with { Scanners = [new CustomScannerSpec { Name = "licences" }] }, Images("1.0", "1.1"));

        _order.ShouldBe(["syft", "trivy", "syft", "trivy", "licences", "licences"]);
        packages.ShouldBe(1);
        result.Images.ShouldAllBe(image => image.Scans["licences"].Result == "Passed");
    }

    [Theory]
    [InlineData(true, "licences needs the image's result of kind sbom, and there is none.")]
    [InlineData(false, "licences needs results of kind sbom: switch them on in the resource's spec.")]
    public async Task Run_NeededResultIsMissing_IsTheReason(bool isAskedFor, string message)
    {
        var licences = new FakeScanner { Descriptor = new ScannerDescriptor("licences", ScannerKind.Custom, "1") { Needs = [ScannerKind.Sbom] } };
        _makeSbom = (_, _) => throw new ScanException(ScanReasons.TooLarge, "too large");
        await UseAsync(new ScanSettings(), licences, _trivy, _syft);
        var spec = Both with { Scanners = [new CustomScannerSpec { Name = "licences" }] };

        var image = (await RunAsync(isAskedFor ? spec : spec with { SbomGeneration = null }, Images("1.0"))).Images[0];

        (image.Scans["licences"].Reason, image.Scans["licences"].Message).ShouldBe((ScanReasons.ScannerUnavailable, message));
        licences.Calls.ShouldBe(0);
        image.Vulnerabilities!.High.ShouldBe(1);
        image.Sbom?.Reason.ShouldBe(ScanReasons.TooLarge);
    }

    [Fact]
    public async Task Run_OneImageFails_KeepsItsLastResultWithTheReasonAndTheOthersGoOn()
    {
        await RunAsync(Both, Images("1.0"));
        Time.Advance(TimeSpan.FromHours(1));
        _find = (request, _) => request.Digest == Images("1.0")[0].Digest
            ? throw new ScanException(ScanReasons.NotFound, "gone")
            : Task.FromResult<ImageScanResult>(new VulnerabilityScanResult { Result = "Found", Vulnerabilities = [] });

        var result = await RunAsync(Both, Images("1.0", "1.1"));

        var (failed, other) = (result.Images[0].Vulnerabilities!, result.Images[1].Vulnerabilities!);
        (failed.High, failed.Reason, failed.Message, failed.LastScanTime).ShouldBe((1, ScanReasons.NotFound, "gone", Time.GetUtcNow().AddHours(-1)));
        (other.Total, other.Reason).ShouldBe((0, null));
    }

    [Theory]
    [InlineData(null, 2)]
    [InlineData(0.5, 4)]
    [InlineData(-0.5, 2)]
    public async Task Run_UserAsks_OlderResultsAreMadeAnew(double? minutesAfter, int scans)
    {
        await RunAsync(Both, Images("1.0"));
        Time.Advance(TimeSpan.FromMinutes(1));

        await RunAsync(Both, Images("1.0"), asked: minutesAfter is { } minutes ? Time.GetUtcNow().AddMinutes(minutes - 1) : null);

        _order.Count.ShouldBe(scans);
    }

    [Fact]
    public async Task Run_UserAsksForWhatIsHeld_IsTriedAtOnceAndWithANewReadiness()
    {
        _find = (_, _) => throw new ScanException(ScanReasons.NotFound, "gone");
        await RunAsync(Both, Images("1.0"));
        await RunAsync(Both, Images("1.0"));
        _order.Count(scan => scan == "trivy").ShouldBe(1);
        Time.Advance(TimeSpan.FromSeconds(1));
        var readiness = _trivy.ReadinessCalls;

        await RunAsync(Both, Images("1.0"), asked: Time.GetUtcNow());

        _order.Count(scan => scan == "trivy").ShouldBe(2);
        _trivy.ReadinessCalls.ShouldBeGreaterThan(readiness);
    }

    [Fact]
    public async Task Run_ImagesInUse_ComeFirst()
    {
        var images = Images("1.0", "1.1", "1.2");
        var scanned = new List<Digest>();
        _makeSbom = (request, _) =>
        {
            scanned.Add(request.Digest);
            return Task.FromResult(new ImageScanResult { Result = "Made", Documents = [ScanParts.Sbom] });
        };
        await UseAsync(new ScanSettings { Concurrency = 1 }, _syft);

        await RunAsync(Both with { VulnerabilityScanning = null }, images,
        [
            new ImageStatus { Tag = "1.0" },
            new ImageStatus { Tag = "1.1", Usage = new ImageUsageStatus { WorkloadCount = 1 } },
            new ImageStatus { Tag = "1.2", Usage = new ImageUsageStatus() },
        ]);

        scanned.ShouldBe([images[1].Digest!.Value, images[0].Digest!.Value, images[2].Digest!.Value]);
    }

    [Fact]
    public async Task Run_TwoResources_TakeTurns()
    {
        await UseAsync(new ScanSettings { Concurrency = 1, ScannerConcurrency = 1 }, _syft);
        var spec = Both with { VulnerabilityScanning = null };
        using var go = new SemaphoreSlim(0);
        var scanned = new List<Digest>();
        _makeSbom = async (request, token) =>
        {
            lock (scanned) scanned.Add(request.Digest);
            await go.WaitAsync(token);
            return new ImageScanResult { Result = "Made", Documents = [ScanParts.Sbom] };
        };
        var large = RunAsync(spec, Images([.. Enumerable.Range(0, 20).Select(number => $"1.{number}")]));
        await Waiting.UntilAsync(() => _syft.Calls == 1, "the large resource is scanned");
        var small = RunAsync(spec, Images("2.0"));

        // One scan after the other, so that the small resource is there long before the large one is done.
        for (var ended = 1; !small.IsCompleted; ended++)
        {
            go.Release();
            var others = ended;
            await Waiting.UntilAsync(() => _syft.Calls > others || small.IsCompleted || large.IsCompleted, "the next scan runs");
        }

        large.IsCompleted.ShouldBeFalse();
        go.Release(40);
        await large.SoonAsync();
        scanned.Count.ShouldBe(21);
    }

    [Fact]
    public async Task Run_ImageThatCouldNotBeRead_KeepsAllItHad()
    {
        var had = new ImageStatus
        {
            Tag = "1.0",
            Vulnerabilities = new VulnerabilitiesStatus { High = 7 },
            Sbom = new SbomStatus { TotalPackages = 3 },
            Reason = ScanReasons.NotFound,
        };

        var result = await RunAsync(Both, [new InspectedImage(VersionedTag.Read("1.0")) { Reason = ScanReasons.NotFound }], [had]);

        result.Images.ShouldBe([had]);
        _order.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_ScannerThatCantWork_IsTheConditionAndTheReasonOfEachImage()
    {
        _trivy.Readiness = ScannerReadiness.Unavailable("no database");

        var result = await RunAsync(Both, Images("1.0", "1.1"));

        result.Condition.ShouldBe(new ScannersCondition(false, ScanReasons.ScannerUnavailable, "no database"));
        result.Images.ShouldAllBe(image => image.Vulnerabilities!.Reason == ScanReasons.ScannerUnavailable && image.Sbom!.TotalPackages == 1);
        _trivy.Calls.ShouldBe(0);
    }

    [Fact]
    public async Task Run_ScansFindThatItCantWork_TheConditionSaysWhatItSaysAfterThem()
    {
        _find = (_, _) =>
        {
            _trivy.Readiness = ScannerReadiness.Unavailable("no database: the download failed");
            throw new ScanException(ScanReasons.ScannerUnavailable, "no database: the download failed");
        };

        var result = await RunAsync(Both, Images("1.0"));

        result.Condition.ShouldBe(new ScannersCondition(false, ScanReasons.ScannerUnavailable, "no database: the download failed"));
        result.Images.ShouldAllBe(image => image.Vulnerabilities!.Reason == ScanReasons.ScannerUnavailable && image.Sbom!.TotalPackages == 1);
    }

    [Fact]
    public async Task Run_StoreThatFails_ScansNothingKeepsAllAndSaysWhy()
    {
        var store = Substitute.For<IReportStore>();
        store.FindAsync(Arg.Any<IReadOnlyCollection<Digest>>(), Arg.Any<CancellationToken>())
            .Returns<IReadOnlyList<Report>>(_ => throw new ReportStoreException("The disk is full."));
        await UseAsync(new ScanSettings(), store, _trivy, _syft);

        var result = await RunAsync(Both, Images("1.0"), [new ImageStatus { Tag = "1.0", Vulnerabilities = new VulnerabilitiesStatus { High = 7 } }]);

        var found = result.Images[0].Vulnerabilities!;
        (found.High, found.Reason, found.Message).ShouldBe((7, ScanReasons.Failed, "The disk is full."));
        _order.ShouldBeEmpty();
        result.Condition!.IsReady.ShouldBeTrue();
    }

    [Fact]
    public async Task Run_ScannersNoLongerAskedFor_LoseTheirSections()
    {
        await RunAsync(Both, Images("1.0"));

        var status = new ImageStatus { Tag = "1.0", Sbom = new SbomStatus { TotalPackages = 1 } };
        var image = (await RunAsync(Both with { SbomGeneration = null }, Images("1.0"), [status])).Images[0];

        (image.Sbom, image.Vulnerabilities!.High).ShouldBe((null, 1));
    }

    [Theory]
    [InlineData(600, 20)] // 0.5 s, 30.5 s, … 570.5 s
    [InlineData(30, 1)]
    [InlineData(31, 2)]
    public async Task Run_ScanThatTakesLong_PublishesAtOnceAndEveryThirtySeconds(int seconds, int expected)
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _find = async (_, _) =>
        {
            await end.Task;
            return new VulnerabilityScanResult { Result = "Found", Vulnerabilities = [] };
        };
        await UseAsync(new ScanSettings { Timeout = TimeSpan.FromHours(1) }, _trivy);
        var published = new List<IReadOnlyList<ImageStatus>>();
        var running = RunAsync(Both with { SbomGeneration = null }, Images("1.0"), publish: statuses =>
        {
            lock (published) published.Add(statuses);
            return Task.CompletedTask;
        });
        await Waiting.UntilAsync(() => _trivy.Calls == 1, "the scan runs");

        // Half a second at a time; what is due must have happened before the clock moves on.
        for (var half = 1; half <= 2 * seconds; half++)
        {
            Time.Advance(TimeSpan.FromSeconds(0.5));
            if (half % 60 != 1) continue;
            var due = (half / 60) + 1;
            await Waiting.UntilAsync(() => published.Count >= due, $"publication {due}");
        }

        end.SetResult();
        await running.SoonAsync();
        published.Count.ShouldBe(expected);
        published.ShouldAllBe(statuses => statuses.Count == 1 && statuses[0].Tag == "1.0");
    }

    [Fact]
    public async Task Run_AllOverInAMoment_PublishesNothing()
    {
        var published = 0;

        await RunAsync(Both, Images("1.0"), publish: _ =>
        {
            published++;
            return Task.CompletedTask;
        });

        published.ShouldBe(0);
    }

    [Fact]
    public async Task Run_WhileScansRun_PublishesWhatIsKnownSoFar()
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _makeSbom = async (_, _) =>
        {
            await end.Task;
            return new ImageScanResult { Result = "Made", Documents = [ScanParts.Sbom] };
        };
        var published = new TaskCompletionSource<IReadOnlyList<ImageStatus>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var progress = new Progress();
        var running = RunAsync(Both, Images("1.0"), publish: statuses =>
        {
            published.TrySetResult(statuses);
            return Task.CompletedTask;
        }, progress: progress);
        await Waiting.UntilAsync(() => progress.Ended == 1, "the vulnerabilities are found");

        var soFar = await Time.AdvanceUntilAsync(TimeSpan.FromSeconds(0.5), published.Task);
        end.SetResult();
        var result = await running.SoonAsync();

        (soFar[0].Vulnerabilities!.High, soFar[0].Sbom).ShouldBe((1, null));
        result.Images[0].Sbom!.TotalPackages.ShouldBe(1);
        (progress.Planned, progress.Ended).ShouldBe((2, 2));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)] // as when scanners run between rounds
    public async Task Run_LongerThanTheTimeToLive_ShowsAndKeepsItsReports(bool publishes)
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _makeSbom = async (_, _) =>
        {
            await end.Task;
            return new ImageScanResult { Result = "Made", Documents = [ScanParts.Sbom] };
        };
        await UseAsync(new ScanSettings { Timeout = TimeSpan.FromDays(30) }, _trivy, _syft);
        var (name, digest) = (new ResourceName("", "app"), ScanParts.DigestOf("1.0"));
        var platform = new Dictionary<string, Digest> { ["linux/amd64"] = digest };
        await _store.SetImagesAsync(name, [new StoredImage("registry.example.com/team/app", "1.0", digest, platform)], Cancel);
        await _store.SetUsesAsync(name, ReportUses.None, Cancel);
        var progress = new Progress();
        var running = RunAsync(Both, Images("1.0"), publish: publishes ? _ => Task.CompletedTask : null, progress: progress);
        await Waiting.UntilAsync(() => progress.Ended == 1, "the vulnerabilities are found");

        await Time.AdvanceUntilAsync(TimeSpan.FromSeconds(0.5), UsedAsync());
        Time.Advance(new ReportLimits().TimeToLive + TimeSpan.FromDays(1));
        var deleted = await _store.CollectGarbageAsync(Cancel);
        var shown = await _store.FindUsedAsync([digest], Cancel);
        end.SetResult();
        await running.SoonAsync();

        deleted.ShouldBe(0);
        shown.ShouldHaveSingleItem().Resources.ShouldBe([name]);
        (await _store.FindUsesAsync(name, Cancel)).Count.ShouldBe(2);

        async Task<bool> UsedAsync()
        {
            while ((await _store.FindUsesAsync(name, Cancel)).Count == 0) await Task.Yield();
            return true;
        }
    }

    [Fact]
    public async Task Run_ReportOfATagThatTheSectionDoesNotCover_IsNotAskedForAtTheRegistry()
    {
        await RunAsync(Both, Images("1.0", "1.1"));
        var registry = ScanParts.Registry();
        var covered = Both with { VulnerabilityScanning = Both.VulnerabilityScanning! with { Tags = ["1.1"] }, SbomGeneration = null };

        await RunAsync(covered, Images("1.0", "1.1"), registry: registry);

        await registry.Client.Received(1).ResolveAsync(ScanParts.DigestOf("1.1").ToString(), Arg.Any<CancellationToken>());
        await registry.Client.DidNotReceive().ResolveAsync(ScanParts.DigestOf("1.0").ToString(), Arg.Any<CancellationToken>());
    }

    [Fact]
    public async Task Run_PublishingFails_EndsTheRoundAndItsScans()
    {
        var isCancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _find = async (_, token) =>
        {
            await using var registration = token.Register(isCancelled.SetResult);
            await Task.Delay(Timeout.Infinite, token);
            return ScanParts.Passed;
        };
        await UseAsync(new ScanSettings { Timeout = TimeSpan.FromHours(1) }, _trivy);

        var running = RunAsync(Both with { SbomGeneration = null }, Images("1.0"), publish: _ => throw new InvalidOperationException("no API server"));
        await Waiting.UntilAsync(() => _trivy.Calls == 1, "the scan runs");

        (await Should.ThrowAsync<InvalidOperationException>(Time.AdvanceUntilAsync(TimeSpan.FromSeconds(0.5), running))).Message.ShouldBe("no API server");
        await isCancelled.Task.SoonAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_Cancelled_EndsAtOnceAndCancelsTheScan(bool publishes)
    {
        var isCancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _find = async (_, token) =>
        {
            await using var registration = token.Register(isCancelled.SetResult);
            await Task.Delay(Timeout.Infinite, token);
            return ScanParts.Passed;
        };
        using var stop = new CancellationTokenSource();
        var running = RunAsync(Both, Images("1.0"), publish: publishes ? _ => Task.CompletedTask : null, cancellationToken: stop.Token);
        await Waiting.UntilAsync(() => _trivy.Calls == 1, "the scan runs");

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(running.SoonAsync());
        await isCancelled.Task.SoonAsync();
    }

    [Fact]
    public async Task Run_ScannerCancelsByItself_TheRoundGoesOn()
    {
        _find = (_, _) => throw new TaskCanceledException("its own timeout");

        var result = await RunAsync(Both, Images("1.0", "1.1"));

        result.Images.ShouldAllBe(image => image.Vulnerabilities!.Reason == ScanReasons.Failed && image.Sbom!.TotalPackages == 1);
    }

    private static InspectedImage[] Images(params string[] tags) => [.. tags.Select(tag => new InspectedImage(VersionedTag.Read(tag))
    {
        Digest = ScanParts.DigestOf(tag),
        Details = new ImageDetails { MediaType = MediaTypes.OciManifest, Platforms = ["linux/amd64"] },
    })];

    private Task UseAsync(ScanSettings settings, params FakeScanner[] scanners) => UseAsync(settings, _store, scanners);

    private async Task UseAsync(ScanSettings settings, IReportStore store, params FakeScanner[] scanners)
    {
        if (_executor is not null) await _executor.DisposeAsync();
        var directory = ScanParts.Directory(Time, new MessageLog<ScannerDirectory>(), scanners.Select(scanner => scanner.Guarded(Time)));
        _executor = ScanParts.Executor(directory, store, Time, new MessageLog<ScanExecutor>(), settings);
        _scanning = ScanParts.Scanning(directory, _executor, store, Time);
    }

    private Task<RoundScanResults> RunAsync(
        RegistrySpec spec, InspectedImage[] images, ImageStatus[]? statuses = null, DateTimeOffset? asked = null,
        Func<IReadOnlyList<ImageStatus>, Task>? publish = null, IRoundProgress? progress = null, CancellationToken? cancellationToken = null,
        OpenedRegistry? registry = null) =>
        _scanning.RunAsync(new RoundScans
        {
            Resource = new RegistryResource { Spec = spec },
            Name = new ResourceName("", "app"),
            Registry = registry ?? ScanParts.Registry(),
            Secrets = ScanParts.Secrets(),
            Images = images,
            Statuses = statuses ?? [.. images.Select(image => new ImageStatus { Tag = image.Tag.Tag, Digest = image.Digest.ToString() })],
            Asked = asked,
            Publish = publish,
            Progress = progress,
        }, cancellationToken ?? Cancel);

    private Task<ImageScanResult> RunAsync(
        string name, Func<ImageScanRequest, CancellationToken, Task<ImageScanResult>> scan, ImageScanRequest request, CancellationToken token)
    {
        lock (_order) _order.Add(name);
        return scan(request, token);
    }

    private sealed class Progress : IRoundProgress
    {
        private int _planned;
        private int _ended;

        public int Planned => _planned;

        public int Ended => _ended;

        public void TagsListed(int candidates)
        {
        }

        public void ImageRead()
        {
        }

        public void ScansPlanned(int scans) => Interlocked.Add(ref _planned, scans);

        public void ScanEnded() => Interlocked.Increment(ref _ended);
    }
}
