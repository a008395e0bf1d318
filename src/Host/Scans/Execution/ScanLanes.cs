using System.Collections.Concurrent;
using RegistryOperator.Host.Decisions;
using RegistryOperator.Host.Plugins.Guards;
using RegistryOperator.Host.Scans.Model;

namespace RegistryOperator.Host.Scans.Execution;

/// <summary>The places of the process for scans, and a lane for each scanner: whatever it scans, one image or all of a resource.</summary>
internal sealed class ScanLanes(ScanSettings settings, TimeProvider time) : IDisposable
{
    /// <summary>How long a stopping process waits for scanners to end, and for their tools' files to be removed.</summary>
    public static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<GuardedScanner, ScannerLane> _lanes = new();
    private readonly SemaphoreSlim _places = new(settings.Concurrency);

    /// <summary>Runs a scan of a scanner within its limits and those of the process.</summary>
    public Task<T> RunAsync<T>(GuardedScanner scanner, Func<CancellationToken, Task<T>> scan, CancellationToken cancellationToken) =>
        _lanes.GetOrAdd(scanner, added => new ScannerLane(added, settings, time)).RunAsync(scan, _places, cancellationToken);

    /// <summary>Does other work that is as heavy as a scan, within the limits of the process.</summary>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        try
        {
            return await work(cancellationToken);
        }
        finally
        {
            _places.Release();
        }
    }

    /// <inheritdoc cref="ScannerLane.ExplainCircuit"/>
    public Decision ExplainCircuit(GuardedScanner scanner) => _lanes.TryGetValue(scanner, out var lane) ? lane.ExplainCircuit() : ScannerLane.CircuitClosed;

    public void Dispose()
    {
        foreach (var lane in _lanes.Values) lane.Dispose();
        _places.Dispose();
    }
}
