using Microsoft.Extensions.Time.Testing;
using NSubstitute;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Plugins.Guards;

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

    [Fact]
    public async Task Scan_ScannersOwnReason_ComesThrough()
    {
        _scanner.OnScan = _ => throw new ScanException(ScanReasons.TooLarge, "Too large.");

        (await Should.ThrowAsync<ScanException>(() => new GuardedImageScanner(_scanner, _time).ScanAsync(Request, Cancel)))
            .Reason.ShouldBe(ScanReasons.TooLarge);
    }

    [Fact]
    public async Task Scan_CancellationThatTheHostDidNotAskFor_BecomesAScanException()
    {
        _scanner.OnScan = _ => throw new OperationCanceledException();

        await Should.ThrowAsync<ScanException>(() => new GuardedImageScanner(_scanner, _time).ScanAsync(Request, Cancel));
        await Should.ThrowAsync<OperationCanceledException>(() => new GuardedImageScanner(_scanner, _time).ScanAsync(Request, new CancellationToken(canceled: true)));
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
