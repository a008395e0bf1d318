using Microsoft.Data.Sqlite;

namespace RegistryOperator.Reports.Sqlite;

/// <summary>The one connection that writes: SQLite takes one writer at a time anyway.</summary>
internal sealed class StoreWriter(StoreConnection connection, string path) : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1);

    /// <summary>Writes all or nothing, on a thread of the pool. Once begun it is finished.</summary>
    public Task WriteAsync(Action<StoreConnection> write, CancellationToken cancellationToken) => WriteAsync(
        writer =>
        {
            write(writer);
            return true;
        },
        cancellationToken);

    /// <summary>Writes all or nothing, on a thread of the pool. Once begun it is finished.</summary>
    public Task<T> WriteAsync<T>(Func<StoreConnection, T> write, CancellationToken cancellationToken) => RunAsync(
        writer =>
        {
            var result = default(T)!;
            writer.InTransaction(() => result = write(writer));
            return result;
        },
        cancellationToken);

    /// <summary>Does what can't be done in a transaction.</summary>
    public async Task<T> RunAsync<T>(Func<StoreConnection, T> work, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => work(connection), cancellationToken);
        }
        catch (SqliteException error)
        {
            throw StoreErrors.Translate(error, path);
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync();
        await Task.Run(connection.Dispose);
        _gate.Dispose();
    }
}
