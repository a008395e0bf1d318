using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Host.Tests.Support;
using RegistryOperator.Reports;
using RegistryOperator.Reports.Sqlite;

namespace RegistryOperator.Tests.ReportStores;

/// <summary>The embedded store in a temporary folder.</summary>
public sealed class ReportSandbox : IStoreSandbox
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("reports-");
    private readonly List<IReportStore> _stores = [];

    internal string DataDirectory => Path.Combine(_root.FullName, "data");

    internal string File => Path.Combine(DataDirectory, SqliteReportStore.FileName);

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.Parse("2026-01-02T03:04:05.678Z"));

    internal MessageLog<SqliteReportStore> Log { get; } = new();

    internal async Task<SqliteReportStore> OpenAsync(Func<SqliteReportStoreOptions, SqliteReportStoreOptions>? configure = null, TimeProvider? time = null)
    {
        var options = new SqliteReportStoreOptions { DataDirectory = DataDirectory, LockTimeout = TimeSpan.FromSeconds(1) };
        var store = await SqliteReportStore.OpenAsync(configure?.Invoke(options) ?? options, time ?? Time, Log, TestContext.Current.CancellationToken);
        _stores.Add(store);
        return store;
    }

    async Task<IReportStore> IStoreSandbox.OpenAsync(ReportLimits? limits, TimeProvider? time) =>
        await OpenAsync(options => options with { Limits = limits ?? options.Limits }, time);

    /// <summary>How many rows a table has, as another process sees it.</summary>
    internal async Task<long> CountAsync(string table)
    {
        var token = TestContext.Current.CancellationToken;
        await using var connection = new SqliteConnection($"Data Source={File};Pooling=False;Mode=ReadOnly");
        await connection.OpenAsync(token);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The tests' own names.
        command.CommandText = $"SELECT count(*) FROM {table}";
#pragma warning restore CA2100
        return (long)(await command.ExecuteScalarAsync(token))!;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _stores) await store.DisposeAsync();
        _root.Delete(recursive: true);
    }
}
