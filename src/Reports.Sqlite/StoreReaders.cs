using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace RegistryOperator.Reports.Sqlite;

/// <summary>The connections that read; none of them waits for the one that writes.</summary>
internal sealed class StoreReaders(string path, TimeSpan lockTimeout) : IAsyncDisposable
{
    private const int MaximumConnections = 4;
    private const int CacheKibibytes = 1024;

    private readonly SemaphoreSlim _gate = new(MaximumConnections);
    private readonly ConcurrentBag<StoreConnection> _idle = [];

    /// <summary>Reads on a thread of the pool, in one view of the file.</summary>
    public async Task<T> ReadAsync<T>(Func<StoreConnection, T> read, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => Read(read, cancellationToken), cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Waits for those that are reading.</summary>
    public async ValueTask DisposeAsync()
    {
        for (var i = 0; i < MaximumConnections; i++) await _gate.WaitAsync();
        while (_idle.TryTake(out var connection)) connection.Dispose();
        _gate.Dispose();
    }

    private T Read<T>(Func<StoreConnection, T> read, CancellationToken cancellationToken)
    {
        StoreConnection? connection = null;
        try
        {
            if (!_idle.TryTake(out connection)) connection = new StoreConnection(path, SqliteOpenMode.ReadOnly, lockTimeout, CacheKibibytes);
            T result;
            using (cancellationToken.Register(connection.Interrupt))
            {
                connection.Execute("BEGIN");
                result = read(connection);
                connection.Execute("COMMIT");
            }

            _idle.Add(connection);
            connection = null;
            return result;
        }
        catch (SqliteException error)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw StoreErrors.Translate(error, path);
        }
        finally
        {
            // One that failed is not used again.
            connection?.Dispose();
        }
    }
}
