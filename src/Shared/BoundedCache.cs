namespace RegistryOperator.Shared;

/// <summary>
/// A cache with a limit on the total weight of its values: what was not used for longest goes first. No entry expires: where values do, their owner
/// decides it.
/// </summary>
/// <param name="limit">The largest total weight; without a scale, the largest number of values.</param>
/// <param name="weigh">The weight of a value, which must stay the same; null where each weighs one.</param>
/// <param name="comparer">Compares keys; null for their own equality.</param>
internal sealed class BoundedCache<TKey, TValue>(long limit, Func<TValue, long>? weigh = null, IEqualityComparer<TKey>? comparer = null)
    where TKey : notnull
    where TValue : class
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, LinkedListNode<KeyValuePair<TKey, TValue>>> _entries = new(comparer);
    private readonly LinkedList<KeyValuePair<TKey, TValue>> _byUse = new();
    private long _weight;

    /// <summary>How many values there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _entries.Count;
        }
    }

    /// <summary>The value, which counts as a use; null for none.</summary>
    public TValue? Find(TKey key)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out var entry)) return null;
            _byUse.Remove(entry);
            _byUse.AddFirst(entry);
            return entry.Value.Value;
        }
    }

    /// <summary>Keeps a value in the place of an older one, and makes room for it. One that alone is over the limit is not kept.</summary>
    public void Set(TKey key, TValue value)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out var old)) Remove(old);
            if (WeightOf(value) > limit) return;
            Add(key, value);
            while (_weight > limit) Remove(_byUse.Last!);
        }
    }

    /// <summary>Keeps a value only where there is none yet and room for it, so that reading more than fits over and over still finds some.</summary>
    /// <returns>True where it is kept.</returns>
    public bool TryAdd(TKey key, TValue value)
    {
        lock (_lock)
        {
            if (_entries.ContainsKey(key) || WeightOf(value) > limit - _weight) return false;
            Add(key, value);
            return true;
        }
    }

    /// <summary>Forgets a value.</summary>
    public void Remove(TKey key)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out var entry)) Remove(entry);
        }
    }

    /// <summary>Forgets a value unless another has taken its place.</summary>
    public void Remove(TKey key, TValue value)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out var entry) && ReferenceEquals(entry.Value.Value, value)) Remove(entry);
        }
    }

    private void Add(TKey key, TValue value)
    {
        _entries.Add(key, _byUse.AddFirst(KeyValuePair.Create(key, value)));
        _weight += WeightOf(value);
    }

    private void Remove(LinkedListNode<KeyValuePair<TKey, TValue>> entry)
    {
        _byUse.Remove(entry);
        _entries.Remove(entry.Value.Key);
        _weight -= WeightOf(entry.Value.Value);
    }

    private long WeightOf(TValue value) => weigh?.Invoke(value) ?? 1;
}
