using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace RegistryOperator.Reports.Sqlite;

/// <summary>Says SQLite's errors in the words of the user, with what to do.</summary>
internal static class StoreErrors
{
    public static ReportStoreException Translate(Exception error, string path) => error switch
    {
        ReportStoreException told => told,
        SqliteException { SqliteErrorCode: var code } => new ReportStoreException(Describe(code, path, error.Message), error),
        UnauthorizedAccessException => new ReportStoreException(
            $"{error.Message} The reports' folder {Folder(path)} must belong to the user that runs this process.", error),
        _ => new ReportStoreException($"The report store {path} can't be used: {error.Message}", error),
    };

    /// <summary>True for a file whose content makes no sense, against one that can't be reached.</summary>
    public static bool IsDamage(SqliteException error) => error.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB;

    private static string Describe(int code, string path, string detail) => code switch
    {
        raw.SQLITE_FULL =>
            $"The disk of {path} is full, the report was not saved: free space there, enlarge the volume, or lower {ReportLimits.MaximumTotalSetting}.",
        raw.SQLITE_READONLY => $"{path} can't be written: mount its volume writable and let the file belong to the user that runs this process.",
        raw.SQLITE_CANTOPEN or raw.SQLITE_PERM or raw.SQLITE_AUTH =>
            $"{path} can't be opened: the folder must exist, and folder and files must be readable and writable by the user that runs this process.",
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED =>
            $"{path} is locked by another process: let only one operator use the folder {Folder(path)}, and close other programs that have the file open.",
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB =>
            $"{path} is damaged: restart the operator, which sets a damaged file aside and begins a new one; the reports are made again by scanning.",
        raw.SQLITE_IOERR =>
            $"Reading or writing {path} failed ({detail}): look at the health and the free space of its disk. " +
            "Network file systems without locks don't work for it.",
        raw.SQLITE_NOMEM => $"There is not enough memory for the report store {path}: raise the process's memory limit.",
        _ => $"The report store {path} failed: {detail}",
    };

    private static string Folder(string path) => Path.GetDirectoryName(path) ?? path;
}
