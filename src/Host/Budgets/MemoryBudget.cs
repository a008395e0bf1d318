using RegistryOperator.Shared;

namespace RegistryOperator.Host.Budgets;

/// <summary>A number of bytes that groups (namespaces) share by <see cref="FairShares"/>. Nobody waits for any: who gets none does with less.</summary>
internal sealed class MemoryBudget(long bytes)
{
    private readonly Lock _lock = new();
    private readonly FairShares _shares = new(bytes);

    public bool TryTake(string group, long count)
    {
        lock (_lock) return _shares.TryTake(group, count);
    }

    public void Return(string group, long count)
    {
        lock (_lock) _shares.Return(group, count);
    }
}

/// <summary>What one round holds of a <see cref="MemoryBudget"/>. Safe for concurrent use.</summary>
internal sealed class MemoryShare(MemoryBudget budget, string group) : IDisposable
{
    private readonly Lock _lock = new();
    private long _taken;
    private bool _isDisposed;

    /// <summary>Of a budget that nobody shares.</summary>
    public static MemoryShare Alone() => new(new MemoryBudget(ReadingBudget.DefaultBytes), "");

    /// <summary>
    /// Takes bytes, one at least; false where there are none for this group, which then does as it does beyond its own limit, and after the round: a plugin's
    /// client may ignore that it was cancelled.
    /// </summary>
    public bool TryTake(long bytes)
    {
        lock (_lock)
        {
            if (_isDisposed || !budget.TryTake(group, bytes)) return false;
            _taken += bytes;
            return true;
        }
    }

    /// <summary>Takes bytes for what is kept, and gives them back where it is not.</summary>
    /// <returns>True where it is kept.</returns>
    public bool TryKeep(long bytes, Func<bool> keep)
    {
        if (!TryTake(bytes)) return false;
        if (keep()) return true;
        lock (_lock)
        {
            if (_isDisposed) return false;
            _taken -= bytes;
            budget.Return(group, bytes);
            return false;
        }
    }

    /// <summary>Gives all back.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_isDisposed) return;
            _isDisposed = true;
            if (_taken > 0) budget.Return(group, _taken);
        }
    }
}
