using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Plugins.Guards;

namespace RegistryOperator.Host.Scanning.Execution;

/// <summary>
/// All scans of one scanner pass here: a few at a time, each with a deadline, tried once more where that may help. A scanner that fails again
/// and again is left alone for a while, so that a broken tool does not cost a deadline for each image.
/// </summary>
internal sealed class ScannerLane : IDisposable
{
    /// <summary>So many scans have to fail, and none succeed, before the scanner is left alone.</summary>
    private const int FailuresThatBreak = 5;

    private static readonly TimeSpan FailuresWithin = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan Break = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>A scanner that ignores its deadline is abandoned after this much more.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _places;
    private readonly GuardedImageScanner _scanner;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline _pipeline;
    private volatile ScanProblem? _lastFault;

    public ScannerLane(GuardedImageScanner scanner, ScanSettings settings, TimeProvider time)
    {
        _scanner = scanner;
        _timeout = settings.Timeout;
        _time = time;
        _places = new SemaphoreSlim(settings.ScannerConcurrency);
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<ScanException>(failure => ScanProblem.From(failure).IsScannersFault),
                FailureRatio = 1,
                MinimumThroughput = FailuresThatBreak,
                SamplingDuration = FailuresWithin,
                BreakDuration = Break,
            })
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<ScanException>(failure => ScanProblem.From(failure).IsTransient),
                MaxRetryAttempts = 1,
                Delay = RetryDelay,
                UseJitter = true,
            })
            .Build();
    }

    /// <summary>Scans when there is a place, here and among those that all scanners share.</summary>
    /// <exception cref="ScanException">There is no result, and why.</exception>
    public async Task<ImageScanResult> ScanAsync(ImageScanRequest request, SemaphoreSlim shared, CancellationToken cancellationToken)
    {
        // Its own place first: a scanner that is full must not hold places that another could use.
        await _places.WaitAsync(cancellationToken);
        try
        {
            await shared.WaitAsync(cancellationToken);
        }
        catch
        {
            _places.Release();
            throw;
        }

        try
        {
            return await _pipeline.ExecuteAsync(async token => await ScanOnceAsync(request, token), cancellationToken);
        }
        catch (BrokenCircuitException)
        {
            throw new ScanException(ScanReasons.ScannerUnavailable,
                $"{_scanner.Descriptor.Name} failed {FailuresThatBreak} times in a row and is left alone for {Break.TotalMinutes:0} minutes. Last: {_lastFault?.Message}");
        }
        catch (ScanException failure) when (ScanProblem.From(failure) is { IsScannersFault: true } fault)
        {
            _lastFault = fault;
            throw;
        }
        finally
        {
            shared.Release();
            _places.Release();
        }
    }

    public void Dispose() => _places.Dispose();

    private async Task<ImageScanResult> ScanOnceAsync(ImageScanRequest request, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(_timeout, _time);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var scan = _scanner.ScanAsync(request, ends.Token);
        try
        {
            return await scan.WaitAsync(_timeout + Grace, _time, CancellationToken.None);
        }
        catch (Exception late) when (late is TimeoutException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new ScanException(ScanReasons.TimedOut, $"{_scanner.Descriptor.Name} had no result after {_timeout.TotalSeconds:0} s and was ended. Raise Scanning:TimeoutSeconds if images need longer.", late);
        }
    }
}
