using RegistryOperator.Abstractions.Registries;

namespace RegistryOperator.Oci.Transport;

/// <summary>All connection pools of a provider: shared, limited in number, and closed when idle for long.</summary>
internal sealed class ConnectionPools(OciClientOptions options, RegistryMeter meter, TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ConnectionPoolKey, ConnectionPool> _pools = [];
    private bool _disposed;

    /// <summary>The pool for <paramref name="key"/>.</summary>
    /// <exception cref="RegistryException">The certificate authorities are unusable.</exception>
    public ConnectionPool Get(ConnectionPoolKey key)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_pools.TryGetValue(key, out var pool)) return pool;
            CloseIdle();
            pool = new ConnectionPool(key, options, meter, time);
            _pools.Add(key, pool);
            return pool;
        }
    }

    public int Count
    {
        get
        {
            lock (_lock) return _pools.Count;
        }
    }

    // Runs when a pool is added, which is rare and the only time at which their number grows.
    private void CloseIdle()
    {
        foreach (var (key, pool) in _pools.OrderByDescending(entry => entry.Value.IdleTime()).ToList())
        {
            var idle = pool.IdleTime();
            var surplus = _pools.Count >= options.MaximumConnectionPools;
            if (idle == TimeSpan.Zero || (idle < options.ConnectionPoolIdleTime && !surplus)) return;
            if (pool.TryClose()) _pools.Remove(key);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            foreach (var pool in _pools.Values) pool.Dispose();
            _pools.Clear();
        }
    }
}
