using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Plugins.Guards;
using RegistryOperator.Host.Reconciliation;
using RegistryOperator.Host.Reports;
using RegistryOperator.Host.Scanning;
using RegistryOperator.Host.Scanning.Execution;
using RegistryOperator.Host.Scanning.Planning;

namespace RegistryOperator.Host.Tests.Scanning.Execution;

public sealed class ScanExecutorTests : IAsyncDisposable
{
    private static readonly Digest Image = Digest.Compute("image"u8);
    private readonly FakeTimeProvider _time = new();
    private readonly IReportStore _store = Substitute.For<IReportStore>();
    private readonly List<string> _scannedAt = [];
    private Func<ImageScanRequest, CancellationToken, Task<ImageScanResult>> _scan = (_, _) => Task.FromResult(new ImageScanResult { Result = "Passed" });
    private readonly GuardedImageScanner _scanner;
    private readonly ScanExecutor _executor;

    public ScanExecutorTests()
    {
        _scanner = new FakeScanner((request, token) =>
        {
            lock (_scannedAt) _scannedAt.Add(request.Repository.Name);
            return _scan(request, token);
        }).Guarded();
        var directory = new ScannerDirectory([_scanner], _time, NullLogger<ScannerDirectory>.Instance);
        _executor = new ScanExecutor(directory, _store, new ScanSettings(), _time, NullLogger<ScanExecutor>.Instance);
    }

    [Fact]
    public async Task Run_ResultThatCantBeUsed_IsAProblemOfThisImageAlone()
    {
        _scan = (_, _) => Task.FromResult(new ImageScanResult { Result = "Passed", Summary = new Dictionary<string, string>(StringComparer.Ordinal) { ["licences"] = null! } });

        var outcome = await RunAsync(Registry("a.example.com"));

        outcome.Report.ShouldBeNull();
        outcome.Problem!.Reason.ShouldBe(ScanReasons.Failed);
        outcome.Problem.Message.ShouldContain("fake");
    }

    [Theory]
    [InlineData("linux/arm/v7/v7")] // an image that repeats its variant
    [InlineData("linux")]
    [InlineData("")]
    [InlineData("linux/ /x")]
    public async Task Run_PlatformThatIsNone_ScansTheImageAllTheSame(string platform)
    {
        (await RunAsync(Registry("a.example.com"), platform)).Report.ShouldNotBeNull();
    }

    [Fact]
    public async Task Run_FailedWithOneAccess_IsHeldForThatAndNoOther()
    {
        _scan = (request, _) => request.Repository.Registry.Host == "good.example.com"
            ? Task.FromResult(new ImageScanResult { Result = "Passed" })
            : throw new ScanException(ScanReasons.Unauthorized, "refused");
        await RunAsync(Registry("bad.example.com"));

        var held = await RunAsync(Registry("bad.example.com"));
        var corrected = await RunAsync(Registry("bad.example.com", new RegistryCredential.UsernamePassword("ada", "right")));
        var other = await RunAsync(Registry("good.example.com"));

        held.Problem!.Message.ShouldBe("refused");
        corrected.Problem.ShouldNotBeNull();
        other.Report.ShouldNotBeNull();
        _scannedAt.ShouldBe(["bad.example.com/team/app", "bad.example.com/team/app", "good.example.com/team/app"]);
    }

    [Fact]
    public async Task Run_JoinsAScanWhoseRegistryRefuses_TriesItsOwn()
    {
        var refuse = new TaskCompletionSource<ImageScanResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        _scan = (request, _) => request.Repository.Registry.Host == "good.example.com" ? Task.FromResult(new ImageScanResult { Result = "Passed" }) : refuse.Task;
        var bad = RunAsync(Registry("bad.example.com"));
        var good = RunAsync(Registry("good.example.com"));

        refuse.SetException(new ScanException(ScanReasons.Unauthorized, "refused"));

        (await bad).Problem!.Message.ShouldBe("refused");
        (await good).Report.ShouldNotBeNull();
    }

    [Fact]
    public async Task Run_ScannerLeftAlone_TheImageIsDueAsSoonAsItIsUsedAgain()
    {
        _scan = (_, _) => throw new ScanException(ScanReasons.Failed, "broken");
        for (var i = 0; i < FaultsInARow.Limit; i++) await RunAsync(Registry($"r{i}.example.com"));
        var leftAlone = await RunAsync(Registry("a.example.com"));
        _scan = (_, _) => Task.FromResult(new ImageScanResult { Result = "Passed" });
        _time.Advance(FaultsInARow.Break);

        var again = await RunAsync(Registry("a.example.com"));

        leftAlone.Problem!.Reason.ShouldBe(ScanReasons.ScannerUnavailable);
        leftAlone.Problem.Message.ShouldContain("broken");
        again.Report.ShouldNotBeNull();
    }

    [Fact]
    public async Task Dispose_WhileAScanIsCleaningUp_WaitsForIt()
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
        var scan = _executor.RunAsync(Work("linux/amd64"), Registry("a.example.com"), isAsked: false, stop.Token);
        await started.Task;
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(scan);

        var disposing = _executor.DisposeAsync().AsTask();
        disposing.IsCompleted.ShouldBeFalse();
        cleanUp.SetResult();
        await disposing;
    }

    public ValueTask DisposeAsync() => _executor.DisposeAsync();

    private Task<WorkOutcome> RunAsync(OpenedRegistry registry, string platform = "linux/amd64") =>
        _executor.RunAsync(Work(platform), registry, isAsked: false, TestContext.Current.CancellationToken);

    private ScanWork Work(string platform)
    {
        var scanner = new BoundScanner(new ScannerUse(ScannerKind.Custom, "fake", TimeSpan.FromHours(1), "spec.scanners[0]")) { Scanner = _scanner, Versions = new ReportVersions("1.0.0", "tool 1", "db 1") };
        var chosen = new ChosenPlatform(platform, Image);
        return new ScanWork(scanner.KeyOf(chosen), chosen, scanner);
    }

    private static OpenedRegistry Registry(string host, RegistryCredential? credential = null)
    {
        var client = Substitute.For<IRegistryClient>();
        client.Repository.Returns(new RepositoryReference(new Uri($"https://{host}"), "team/app"));
        return new OpenedRegistry(client, credential ?? RegistryCredential.Anonymous, TransportSecurity.Default);
    }
}
