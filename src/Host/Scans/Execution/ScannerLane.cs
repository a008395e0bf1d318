using Polly;
using Polly.Retry;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Decisions;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Plugins.Guards;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Host.Scans.Planning;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Scans.Execution;

/// <summary>
/// All scans of one scanner pass here: with bounded concurrency, a deadline each, retried once where that may help. A circuit
/// breaker keeps one that fails again and again from costing a deadline for each image.
/// </summary>
internal sealed class ScannerLane
{
    /// <summary>Places beyond those that are set, for namespaces that hold none.</summary>
    public const int Reserve = 1;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>A scanner that ignores its deadline is abandoned after this much more.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly FairGate _places;
    private readonly GuardedScanner _scanner;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline _retry;
    private readonly CircuitBreakers _breakers;

    public ScannerLane(GuardedScanner scanner, ScanSettings settings, TimeProvider time)
    {
        _scanner = scanner;
        _timeout = settings.Timeout;
        _time = time;
        _places = new FairGate(settings.ScannerConcurrency + Reserve);
        _breakers = new CircuitBreakers(time);
        _retry = new ResiliencePipelineBuilder { TimeProvider = time }
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
    /// <param name="whose">The namespace and the registry that the scan is for.</param>
    /// <param name="scan">Calls the scanner, of one image or of all.</param>
    /// <param name="shared">The places that all scanners share.</param>
    /// <param name="cancellationToken">Ends the wait and the scan.</param>
    /// <exception cref="ScanException">There is no result, and why.</exception>
    /// <exception cref="CircuitOpenException">It was not tried.</exception>
    public async Task<T> RunAsync<T>(ScanOwner whose, Func<CancellationToken, Task<T>> scan, FairGate shared, CancellationToken cancellationToken)
    {
        ThrowIfOpen(whose);
        // Its own place first: a scanner at its limit must not occupy shared places that another could use.
        using var own = await _places.EnterAsync(whose.Namespace, cancellationToken);
        using var place = await shared.EnterAsync(whose.Namespace, cancellationToken);
        try
        {
            // The circuit may have opened while this scan waited for a place.
            ThrowIfOpen(whose);
            var result = await _retry.ExecuteAsync(async token => await ScanOnceAsync(scan, token), cancellationToken);
            _breakers.Worked(whose);
            return result;
        }
        catch (DeadlineException late)
        {
            var problem = new ScanProblem(
                ScanReasons.TimedOut,
                $"{_scanner.Descriptor.Name} had no result after {_timeout.TotalSeconds:0} s and was ended. " +
                "Raise Scanning:TimeoutSeconds if images need longer.");
            _breakers.TimedOut(whose);
            throw new ScanException(problem.Reason, problem.Message, late);
        }
        catch (ScanException failure)
        {
            _breakers.Failed(whose, ScanProblem.From(failure));
            throw;
        }
    }

    /// <summary>Says whether the circuit breaker keeps the scanner from being used for a namespace and a registry, and until when.</summary>
    public Decision ExplainCircuit(ScanOwner whose) => _breakers.OpenFor(whose) is { } left
        ? Decision.Wait(
                "CircuitOpen", $"{CircuitBreaker.Limit} scans in a row failed; the scanner is not used until {DueRules.Time(_time.GetUtcNow() + left)}.")
            .By("failures in a row", $"{CircuitBreaker.Limit}")
        : CircuitClosed;

    /// <summary>What is said of a scanner that is used.</summary>
    public static Decision CircuitClosed { get; } = Decision.Pass("CircuitClosed", $"Fewer than {CircuitBreaker.Limit} scans in a row failed.");

    /// <summary>Quotes nothing of what failed: that may be another resource's image.</summary>
    private void ThrowIfOpen(ScanOwner whose)
    {
        if (_breakers.OpenFor(whose) is null) return;
        throw new CircuitOpenException(new ScanProblem(
            ScanReasons.ScannerUnavailable,
            $"{_scanner.Descriptor.Name} failed {CircuitBreaker.Limit} times in a row for this namespace " +
            $"and is not used for {CircuitBreaker.Break.TotalMinutes:0} minutes: the images that were tried have their reasons."));
    }

    private async Task<T> ScanOnceAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(_timeout, _time);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        // On a thread pool thread: a scanner that blocks instead of returning a task can then be abandoned, too.
        var scan = Task.Run(() => call(ends.Token), CancellationToken.None);
        try
        {
            return await scan.WaitAsync(_timeout + Grace, _time, CancellationToken.None);
        }
        catch (Exception late) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // Whatever the exception: the scanner's process was killed, or its connection closed.
            throw new DeadlineException(late);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    /// <summary>The lane's own deadline has passed. What a scanner calls a timeout may be its registry's.</summary>
    private sealed class DeadlineException(Exception late) : Exception(late.Message, late);
}
