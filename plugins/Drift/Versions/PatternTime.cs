using RegistryOperator.Shared;

namespace RegistryOperator.Plugins.Drift.Versions;

/// <summary>
/// The time that patterns and ranges take in one check. Workloads of other namespaces bring their own: each namespace has one limit for all of its, and all
/// together may not take the check's deadline.
/// </summary>
/// <param name="tags">How many tags there are.</param>
/// <param name="time">Measures how long the patterns take.</param>
internal sealed class PatternTime(int tags, TimeProvider time)
{
    /// <summary>All namespaces together have as many limits of one.</summary>
    private const int Shares = 10;

    private readonly TimeSpan _limit = PatternWatch.LimitOf(tags);
    private readonly Dictionary<string, TimeSpan> _used = new(StringComparer.Ordinal);
    private TimeSpan _total;

    /// <summary>Matches tags on the account of a namespace.</summary>
    /// <param name="namespace">The namespace of the workload that is compared.</param>
    /// <param name="text">The pattern or range, for the error.</param>
    /// <param name="match">Does nothing but match.</param>
    /// <exception cref="SlowPatternException">The time of the namespace, or of the check, is over.</exception>
    public T Run<T>(string @namespace, string text, Func<PatternWatch, T> match)
    {
        var own = _used.GetValueOrDefault(@namespace);
        var beyond = _total - (_limit * (Shares - 1));
        var used = own > beyond ? own : beyond;
        var watch = new PatternWatch($"'{text}'", tags, time, used);
        try
        {
            return match(watch);
        }
        finally
        {
            var taken = watch.Elapsed - used;
            _used[@namespace] = own + taken;
            _total += taken;
        }
    }
}
