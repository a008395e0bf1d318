using System.Collections.Concurrent;
using RegistryOperator.Host.Decisions;
using RegistryOperator.Host.Plugins.Guards;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Scans.Execution;

/// <summary>
/// The places of the process for scans, and a lane for each scanner: whatever it scans, one image or all of a resource. Namespaces share them: one
/// place more than is set is for a namespace that has none, so that scans of another, which may take minutes each, never fill all.
/// </summary>
internal sealed class ScanLanes(ScanSettings settings, TimeProvider time)
{
    /// <summary>How long a stopping process waits for scanners to end, and for their tools' files to be removed.</summary>
    public static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<GuardedScanner, ScannerLane> _lanes = new();
    private readonly FairGate _places = new(settings.Concurrency + ScannerLane.Reserve);

    /// <summary>Runs a scan of a scanner within its limits and those of the process.</summary>
    /// <param name="scanner">The scanner.</param>
    /// <param name="whose">The namespace and the registry that the scan is for.</param>
    /// <param name="scan">Scans.</param>
    /// <param name="cancellationToken">Ends the wait and the scan.</param>
    public Task<T> RunAsync<T>(GuardedScanner scanner, ScanOwner whose, Func<CancellationToken, Task<T>> scan, CancellationToken cancellationToken) =>
        _lanes.GetOrAdd(scanner, added => new ScannerLane(added, settings, time)).RunAsync(whose, scan, _places, cancellationToken);

    /// <summary>Does other work that is as heavy as a scan, within the limits of the process.</summary>
    public async Task<T> RunAsync<T>(ScanOwner whose, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var place = await _places.EnterAsync(whose.Namespace, cancellationToken);
        return await work(cancellationToken);
    }

    /// <inheritdoc cref="ScannerLane.ExplainCircuit"/>
    public Decision ExplainCircuit(GuardedScanner scanner, ScanOwner whose) =>
        _lanes.TryGetValue(scanner, out var lane) ? lane.ExplainCircuit(whose) : ScannerLane.CircuitClosed;
}

/// <summary>Whose scan it is.</summary>
/// <param name="Namespace">The namespace of the resource, with which it shares the places.</param>
/// <param name="Registry">The host of the registry: what fails at one alone may be that one's doing.</param>
internal sealed record ScanOwner(string Namespace, string Registry)
{
    public static ScanOwner Of(BoundScanner scanner) => new(scanner.Namespace, scanner.Registry.Client.Repository.Registry.Authority);
}
