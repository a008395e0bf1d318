using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RegistryOperator.Reports;
using RegistryOperator.Reports.Sqlite;

namespace RegistryOperator.Host.Hosting;

/// <summary>Chooses the report store: the embedded one. Nothing else in the host depends on which it is.</summary>
internal static class ReportStores
{
    /// <summary>Opens the reports of a data directory for reading and writing; creates the store where there is none.</summary>
    /// <exception cref="ReportStoreException">It can't be used; the message says what to do.</exception>
    public static Task<IReportStore> OpenAsync(
        string dataDirectory, ReportLimits limits, ILoggerFactory loggers, TimeProvider time, CancellationToken cancellationToken) =>
        OpenAsync(new SqliteReportStoreOptions { DataDirectory = dataDirectory, Limits = limits }, loggers, time, cancellationToken);

    /// <summary>Opens the reports of a data directory read-only, beside a running operator or without one.</summary>
    /// <exception cref="ReportStoreMissingException">There are none.</exception>
    /// <exception cref="ReportStoreException">They can't be used; the message says what to do.</exception>
    public static Task<IReportStore> OpenReadOnlyAsync(string dataDirectory, CancellationToken cancellationToken)
    {
        var options = new SqliteReportStoreOptions { DataDirectory = dataDirectory, IsReadOnly = true };
        return OpenAsync(options, NullLoggerFactory.Instance, TimeProvider.System, cancellationToken);
    }

    private static async Task<IReportStore> OpenAsync(
        SqliteReportStoreOptions options, ILoggerFactory loggers, TimeProvider time, CancellationToken cancellationToken) =>
        await SqliteReportStore.OpenAsync(options, time, loggers.CreateLogger<SqliteReportStore>(), cancellationToken);
}
