using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace RegistryOperator.Reports.Sqlite;

/// <summary>
/// A connection that keeps its statements prepared. Parameters are <c>$1</c>, <c>$2</c>… Not for concurrent use; every call blocks.
/// Transactions are plain statements, for the library's own would have to be given to each command.
/// </summary>
internal sealed class StoreConnection : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);

    /// <summary>Opens the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mode">How.</param>
    /// <param name="lockTimeout">How long a lock of another process is waited for; whole seconds.</param>
    /// <param name="cacheKibibytes">How much of the file is kept in memory; the system's own cache has the rest.</param>
    public StoreConnection(string path, SqliteOpenMode mode, TimeSpan lockTimeout, int cacheKibibytes)
    {
        var settings = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            // The library's pool is process-wide and forgets prepared statements; the store has its own.
            Pooling = false,
            DefaultTimeout = Math.Max(1, (int)lockTimeout.TotalSeconds),
        };
        _connection = new SqliteConnection(settings.ConnectionString);
        try
        {
            _connection.Open();
            Run($"PRAGMA cache_size = -{cacheKibibytes}; PRAGMA mmap_size = 0;");
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    /// <summary>Runs statements once, without preparing them for later.</summary>
    public void Run(string sql)
    {
        using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Constants of the schema, and numbers.
        command.CommandText = sql;
#pragma warning restore CA2100
        // Some pragmas, such as incremental_vacuum, do a part of their work for each row that is read.
        using var reader = command.ExecuteReader();
        do
        {
            while (reader.Read())
            {
            }
        }
        while (reader.NextResult());
    }

    /// <summary>Runs a statement; gives how many rows it changed.</summary>
    public int Execute(string sql, params ReadOnlySpan<object?> values) => Prepare(sql, values).ExecuteNonQuery();

    /// <summary>The rows of a query; dispose them before the next call with the same text.</summary>
    public SqliteDataReader Query(string sql, params ReadOnlySpan<object?> values) => Prepare(sql, values).ExecuteReader();

    /// <summary>The first value of the first row; null where there is none.</summary>
    public object? Scalar(string sql, params ReadOnlySpan<object?> values) => Prepare(sql, values).ExecuteScalar() is { } value and not DBNull ? value : null;

    /// <summary>The first value of the first row, a number.</summary>
    /// <exception cref="InvalidOperationException">There is no row.</exception>
    public long Number(string sql, params ReadOnlySpan<object?> values) =>
        Scalar(sql, values) as long? ?? throw new InvalidOperationException($"The query gave no number: {sql}");

    /// <summary>The first column of a query, numbers of rows.</summary>
    public List<long> Ids(string sql, params ReadOnlySpan<object?> values)
    {
        var ids = new List<long>();
        using var rows = Query(sql, values);
        while (rows.Read()) ids.Add(rows.GetInt64(0));
        return ids;
    }

    /// <summary>Does all of <paramref name="work"/> or nothing of it.</summary>
    public void InTransaction(Action work)
    {
        Execute("BEGIN IMMEDIATE");
        try
        {
            work();
            Execute("COMMIT");
        }
        catch
        {
            // SQLite has already gone back by itself after some errors, e.g. a full disk.
            if (raw.sqlite3_get_autocommit(_connection.Handle!) == 0) Execute("ROLLBACK");
            throw;
        }
    }

    /// <summary>Ends a running query from another thread.</summary>
    public void Interrupt() => raw.sqlite3_interrupt(_connection.Handle!);

    public void Dispose()
    {
        foreach (var command in _commands.Values) command.Dispose();
        _connection.Dispose();
    }

    private SqliteCommand Prepare(string sql, ReadOnlySpan<object?> values)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = _connection.CreateCommand();
#pragma warning disable CA2100 // All statements are constants; values go in as parameters.
            command.CommandText = sql;
#pragma warning restore CA2100
            for (var i = 0; i < values.Length; i++) command.Parameters.Add(new SqliteParameter { ParameterName = $"${i + 1}" });
            _commands.Add(sql, command);
        }

        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command;
    }
}
