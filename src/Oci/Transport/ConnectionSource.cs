namespace RegistryOperator.Oci.Transport;

/// <summary>One client's way to its connection pool, which may have been closed since the client last asked.</summary>
internal sealed class ConnectionSource(ConnectionPools pools, ConnectionPoolKey key)
{
    private volatile ConnectionPool _pool = pools.Get(key);

    /// <summary>The pool, to be left after use.</summary>
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
