namespace RegistryOperator.Oci.Transport;

/// <summary>Gives one client its connection pool, and a new one where that has been closed meanwhile.</summary>
internal sealed class ConnectionSource(ConnectionPools pools, ConnectionPoolKey key)
{
    private volatile ConnectionPool _pool = pools.Get(key);

    /// <summary>The pool; the caller leaves it after use.</summary>
    public ConnectionPool Enter()
    {
        var pool = _pool;
        while (!pool.TryEnter())
        {
            pool = pools.Get(key);
            _pool = pool;
        }

        return pool;
    }
}
