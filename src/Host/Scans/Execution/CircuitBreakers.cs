using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Scans.Execution;

/// <summary>
/// The circuit breakers of one scanner. Who can make a scanner fail, by an image that is made for it or by a slow registry, can make it fail for
/// himself alone: what one namespace meets is counted for that namespace, and what may be one registry's doing for that registry.
/// </summary>
internal sealed class CircuitBreakers(TimeProvider time)
{
    /// <summary>A crash at one registry may be by its images; at two, it is taken for the scanner's.</summary>
    private const int RegistriesOfACrash = 2;

    /// <summary>More than an installation has; what was not met for longest is forgotten, at the price of more tries.</summary>
    private const int Capacity = 10_000;

    /// <summary>Of scans that did not start or did not end: five cost five deadlines.</summary>
    private readonly BoundedCache<ScanOwner, CircuitBreaker> _unavailable = new(Capacity);

    /// <summary>Of scans that ended with a failure, by namespace.</summary>
    private readonly BoundedCache<string, CircuitBreaker> _crashes = new(Capacity, comparer: StringComparer.Ordinal);

    /// <summary>How long the scanner is still not to be used; null where it may be.</summary>
    public TimeSpan? OpenFor(ScanOwner whose) => new[] { _unavailable.Find(whose)?.OpenFor, _crashes.Find(whose.Namespace)?.OpenFor }.Max();

    /// <summary>The scanner worked, even where the image has no result.</summary>
    public void Worked(ScanOwner whose)
    {
        _unavailable.Find(whose)?.Worked();
        _crashes.Find(whose.Namespace)?.Worked();
    }

    /// <summary>The scan has a problem, which may be the scanner's.</summary>
    public void Failed(ScanOwner whose, ScanProblem problem)
    {
        if (!problem.IsScannersFault) Worked(whose);
        else if (problem.Reason is ScanReasons.Failed) FindOrAdd(_crashes, whose.Namespace, RegistriesOfACrash).Failed(whose.Registry);
        else TimedOut(whose);
    }

    /// <summary>The scan did not end by its deadline.</summary>
    public void TimedOut(ScanOwner whose) => FindOrAdd(_unavailable, whose, registries: 1).Failed(whose.Registry);

    private CircuitBreaker FindOrAdd<TKey>(BoundedCache<TKey, CircuitBreaker> breakers, TKey key, int registries)
        where TKey : notnull
    {
        lock (breakers)
        {
            if (breakers.Find(key) is { } known) return known;
            var added = new CircuitBreaker(registries, time);
            breakers.Set(key, added);
            return added;
        }
    }
}
