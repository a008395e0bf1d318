namespace RegistryOperator.Shared;

/// <summary>
/// How many of a bounded number of places a group (a namespace) may hold: one that holds some takes more only while it holds less than twice what is
/// free, and never the last. However many it asks for, and however long it holds them, a group that holds none then finds one free. Not safe for
/// concurrent use.
/// </summary>
/// <param name="places">How many there are.</param>
internal sealed class FairShares(long places)
{
    private readonly Dictionary<string, long> _held = new(StringComparer.Ordinal);

    /// <summary>The places that nobody holds.</summary>
    public long Free { get; private set; } = places;

    /// <summary>Takes places where the group may have them.</summary>
    public bool TryTake(string group, long count = 1)
    {
        var held = _held.GetValueOrDefault(group);
        if (count > Free || (held > 0 && (count == Free || held / 2 >= Free))) return false;
        _held[group] = held + count;
        Free -= count;
        return true;
    }

    /// <summary>Gives back what was taken.</summary>
    public void Return(string group, long count = 1)
    {
        Free += count;
        var held = _held[group] - count;
        if (held == 0) _held.Remove(group);
        else _held[group] = held;
    }
}
