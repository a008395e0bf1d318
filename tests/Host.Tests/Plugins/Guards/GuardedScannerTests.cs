using Microsoft.Extensions.Time.Testing;
using NSubstitute;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Secrets;
using RegistryOperator.Host.Plugins.Guards;
using RegistryOperator.Host.Tests.Support;

namespace RegistryOperator.Host.Tests.Plugins.Guards;

public sealed class GuardedScannerTests
{
    private static readonly ImageScanRequest Request = new()
    {
        Repository = new RepositoryReference(new Uri("https://registry.example"), "app"),
        Digest = Digest.Compute("{}"u8),
        Platform = Platform.Parse("linux/amd64"),
        Client = Substitute.For<IRegistryClient>(),
    };

    private readonly StubScanner _scanner = new();
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CheckReadiness_ScannerThatNeverAnswers_IsUnavailableAtTheDeadline()
    {
        var asked = new TaskCompletionSource<CancellationToken>(TaskCreationOptions.RunContinuationsAsynchronously);
        _scanner.OnCheckReadiness = token =>
        {
            asked.SetResult(token);
            return new TaskCompletionSource<ScannerReadiness>().Task;
        };

        var check = new GuardedImageScanner(_scanner, _time).CheckReadinessAsync(Cancel).AsTask();
        var token = await asked.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Cancel);
        while (!check.IsCompleted)
        {
            _time.Advance(GuardedScanner.ReadinessDeadline);
            await Task.Yield();
        }

        (await check).ShouldBe(ScannerReadiness.Unavailable("licences did not answer the readiness check within 5 seconds."));
        token.IsCancellationRequested.ShouldBeTrue();
    }

    [Fact]
    public async Task CheckReadiness_ScannerThatThrows_IsUnavailableWithTheReason()
    {
        _scanner.OnCheckReadiness = _ => throw new IOException("No\n  space left.");

        (await new GuardedImageScanner(_scanner, _time).CheckReadinessAsync(Cancel))
            .ShouldBe(ScannerReadiness.Unavailable("The readiness check of licences failed. IOException: No space left."));
    }

    [Fact]
    public async Task Scan_ScannerThatThrows_BecomesAScanException()
    {
        _scanner.OnScan = _ => throw new FormatException("Not a list.");

        var exception = await Should.ThrowAsync<ScanException>(() => new GuardedImageScanner(_scanner, _time).ScanAsync(Request, Cancel));

        (exception.Reason, exception.Message).ShouldBe((ScanReasons.Failed, "licences failed. FormatException: Not a list."));
    }

    [Theory]
    [InlineData(false, "FeedRefused", "The feed refuses '***'.")]
    [InlineData(true, ScanReasons.Failed, "licences failed (FormatException). What it says is left out, since it quotes a Secret.")]
    public async Task Scan_ErrorThatQuotesASecret_IsToldWithoutIt(bool isFault, string reason, string message)
    {
        var secrets = new ScanSecrets([new(new SecretKeyReference { Name = "feed", Key = "token" }, "hunter2-hunter2"u8.ToArray())]);
        const string quoting = "The feed refuses 'hunter2-hunter2'.";
        _scanner.OnScan = _ => throw (isFault ? new FormatException(quoting) : new ScanException("FeedRefused", quoting, new FormatException(quoting)));

        var request = Request with { Secrets = secrets };
        var exception = await Should.ThrowAsync<ScanException>(() => new GuardedImageScanner(_scanner, _time).ScanAsync(request, Cancel));

        (exception.Reason, exception.Message).ShouldBe((reason, message));
        exception.ToString().ShouldNotContain("hunter2");
    }

    [Theory]
    [InlineData("reason")]
    [InlineData("registry")]
    public async Task Scan_ReasonOrRegistryErrorThatQuotesASecret_IsToldWithoutIt(string where)
    {
        var secrets = new ScanSecrets([new(new SecretKeyReference { Name = "feed", Key = "token" }, "hunter2hunter2"u8.ToArray())]);
        _scanner.OnScan = _ => throw (where == "reason"
            ? new ScanException("Rhunter2hunter2", "refused")
            : new RegistryException(RegistryErrorKind.Unauthorized, "The feed refuses 'hunter2hunter2'."));

        var exception = await Should.ThrowAsync<ScanException>(
            () => new GuardedImageScanner(_scanner, _time).ScanAsync(Request with { Secrets = secrets }, Cancel));

        exception.Reason.ShouldBe(where == "reason" ? ScanReasons.Failed : ScanReasons.Unauthorized);
        exception.ToString().ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task Scan_ScannersOwnReason_ComesThrough()
    {
        _scanner.OnScan = _ => throw new ScanException(ScanReasons.TooLarge, "Too large.");

        (await Should.ThrowAsync<ScanException>(() => new GuardedImageScanner(_scanner, _time).ScanAsync(Request, Cancel)))
            .Reason.ShouldBe(ScanReasons.TooLarge);
    }

    [Fact]
    public async Task Scan_FailureOfTheRegistry_IsNoFaultOfTheScanner()
    {
        _scanner.OnScan = _ => throw new RegistryException(RegistryErrorKind.Unreachable, "No connection") { Advice = "Check the URL." };

        var exception = await Should.ThrowAsync<ScanException>(() => new GuardedImageScanner(_scanner, _time).ScanAsync(Request, Cancel));

        (exception.Reason, exception.Message).ShouldBe((ScanReasons.RegistryUnavailable, "No connection. Check the URL."));
    }

    [Fact]
    public async Task Scan_CancellationThatTheHostDidNotAskFor_BecomesAScanException()
    {
        _scanner.OnScan = _ => throw new OperationCanceledException();

        var guarded = new GuardedImageScanner(_scanner, _time);
        await Should.ThrowAsync<ScanException>(() => guarded.ScanAsync(Request, Cancel));
        await Should.ThrowAsync<OperationCanceledException>(() => guarded.ScanAsync(Request, new CancellationToken(canceled: true)));
    }

    [Theory]
    [InlineData(typeof(TimeoutException))]
    [InlineData(typeof(OperationCanceledException))]
    [InlineData(typeof(TaskCanceledException))]
    public async Task CheckReadiness_TimeoutOfItsOwn_IsUnavailableWithItsOwnReason(Type exception)
    {
        _scanner.OnCheckReadiness = _ => throw (Exception)Activator.CreateInstance(exception, "its server's")!;

        (await new GuardedImageScanner(_scanner, _time).CheckReadinessAsync(Cancel))
            .ShouldBe(ScannerReadiness.Unavailable($"The readiness check of licences failed. {exception.Name}: its server's"));
    }

    [Fact]
    public async Task CheckReadiness_NoAnswerYet_WaitsFiveSeconds()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = new TaskCompletionSource<ScannerReadiness>(TaskCreationOptions.RunContinuationsAsynchronously);
        _scanner.OnCheckReadiness = _ =>
        {
            asked.SetResult();
            return answer.Task;
        };

        var check = new GuardedImageScanner(_scanner, _time).CheckReadinessAsync(Cancel).AsTask();
        await asked.Task.SoonAsync();
        _time.Advance(TimeSpan.FromSeconds(4.9));
        answer.SetResult(ScannerReadiness.Ready("1"));

        (await check.SoonAsync()).IsReady.ShouldBeTrue();
    }

    [Fact]
    public async Task CheckReadiness_EarlierOneIsStillBlocked_IsNotAskedAgainUntilThatEnds()
    {
        using var unblock = new ManualResetEventSlim();
        var calls = 0;
        _scanner.OnCheckReadiness = _ =>
        {
            if (Interlocked.Increment(ref calls) == 1) unblock.Wait(CancellationToken.None);
            return Task.FromResult(ScannerReadiness.Ready());
        };
        var guarded = new GuardedImageScanner(_scanner, _time);
        var first = guarded.CheckReadinessAsync(Cancel).AsTask();
        await Waiting.UntilAsync(() => Volatile.Read(ref calls) == 1, "it is asked");
        (await _time.AdvanceUntilAsync(TimeSpan.FromSeconds(1), first)).IsReady.ShouldBeFalse();

        for (var i = 0; i < 100; i++) (await guarded.CheckReadinessAsync(Cancel)).Reason.ShouldNotBeNull().ShouldStartWith("licences still has not answered");

        calls.ShouldBe(1);
        unblock.Set();
        var isReady = false;
        while (!isReady) isReady = (await guarded.CheckReadinessAsync(Cancel)).IsReady;
        calls.ShouldBe(2);
    }

    [Fact]
    public async Task CheckReadiness_ScannerThatBlocksItsThread_IsAbandoned()
    {
        using var unblock = new ManualResetEventSlim();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _scanner.OnCheckReadiness = _ =>
        {
            asked.SetResult();
            unblock.Wait(CancellationToken.None);
            return Task.FromResult(ScannerReadiness.Ready());
        };

        var check = new GuardedImageScanner(_scanner, _time).CheckReadinessAsync(Cancel).AsTask();
        await asked.Task.SoonAsync();
        var readiness = await _time.AdvanceUntilAsync(TimeSpan.FromSeconds(1), check);
        unblock.Set();

        readiness.Reason.ShouldBe("licences did not answer the readiness check within 5 seconds.");
    }

    [Fact]
    public async Task CheckReadiness_NoAnswerAtAll_IsUnavailable()
    {
        _scanner.OnCheckReadiness = _ => Task.FromResult<ScannerReadiness>(null!);

        (await new GuardedImageScanner(_scanner, _time).CheckReadinessAsync(Cancel))
            .ShouldBe(ScannerReadiness.Unavailable("licences gave no answer to the readiness check."));
    }

    [Fact]
    public async Task CheckReadiness_Words_AreCleanAndBounded()
    {
        var readinessOfPlugin = ScannerReadiness.Unavailable("\u001b[31mno\n tool " + new string('x', 500)) with
        {
            ToolVersion = "1\n2",
            DatabaseVersion = new string('9', 200),
        };
        _scanner.OnCheckReadiness = _ => Task.FromResult(readinessOfPlugin);

        var readiness = await new GuardedImageScanner(_scanner, _time).CheckReadinessAsync(Cancel);

        readiness.Reason.ShouldStartWith("\uFFFD[31mno tool xxx");
        readiness.Reason!.Length.ShouldBe(400);
        readiness.ToolVersion.ShouldBe("1 2");
        readiness.DatabaseVersion!.Length.ShouldBe(100);
    }

    [Theory]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(OperationCanceledException))]
    [InlineData(typeof(ScanException))]
    public async Task AnyCall_CallerHasCancelled_IsACancellationWhateverIsThrown(Type exception)
    {
        using var stop = new CancellationTokenSource();
        Func<Exception> make = () =>
        {
            stop.Cancel();
            return exception == typeof(ScanException)
                ? new ScanException(ScanReasons.NotFound, "gone")
                : (Exception)Activator.CreateInstance(exception, "ended")!;
        };
        _scanner.OnScan = _ => throw make();
        _scanner.OnCheckReadiness = _ => throw make();
        var guard = new GuardedImageScanner(_scanner, _time);

        await Should.ThrowAsync<OperationCanceledException>(() => guard.ScanAsync(Request, stop.Token));
        await Should.ThrowAsync<OperationCanceledException>(guard.CheckReadinessAsync(stop.Token).AsTask());
    }

    [Fact]
    public async Task Scan_NoResult_BecomesAScanException()
    {
        _scanner.OnScan = _ => Task.FromResult<ImageScanResult>(null!);

        var exception = await Should.ThrowAsync<ScanException>(() => new GuardedImageScanner(_scanner, _time).ScanAsync(Request, Cancel));

        (exception.Reason, exception.Message).ShouldBe((ScanReasons.Failed, "licences gave no result."));
    }

    [Fact]
    public async Task Scan_Result_ComesThrough()
    {
        var result = new ImageScanResult { Result = "Passed" };
        _scanner.OnScan = _ => Task.FromResult(result);

        (await new GuardedImageScanner(_scanner, _time).ScanAsync(Request, Cancel)).ShouldBeSameAs(result);
    }

    [Fact]
    public async Task Scan_RegistryScannerThatThrows_BecomesAScanException()
    {
        var scanner = Substitute.For<IRegistryScanner>();
        scanner.Descriptor.Returns(new ScannerDescriptor("drift", ScannerKind.Drift, "1"));
        scanner.ScanAsync(Arg.Any<RegistryScanRequest>(), Arg.Any<CancellationToken>())
            .Returns<RegistryScanResult>(_ => throw new FormatException("Not a list."));

        var request = new RegistryScanRequest { Repository = Request.Repository, Images = [], Client = Request.Client };
        (await Should.ThrowAsync<ScanException>(() => new GuardedRegistryScanner(scanner, _time).ScanAsync(request, Cancel)))
            .Message.ShouldBe("drift failed. FormatException: Not a list.");
    }

    private sealed class StubScanner : IImageScanner
    {
        public Func<CancellationToken, Task<ScannerReadiness>> OnCheckReadiness { get; set; } = _ => Task.FromResult(ScannerReadiness.Ready());

        public Func<CancellationToken, Task<ImageScanResult>> OnScan { get; set; } = _ => Task.FromResult(new ImageScanResult { Result = "Passed" });

        public ScannerDescriptor Descriptor { get; } = new("licences", ScannerKind.Custom, "1.0.0");

        public async ValueTask<ScannerReadiness> CheckReadinessAsync(CancellationToken cancellationToken) => await OnCheckReadiness(cancellationToken);

        public Task<ImageScanResult> ScanAsync(ImageScanRequest request, CancellationToken cancellationToken) => OnScan(cancellationToken);
    }
}
