using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace RegistryOperator.Reports.Sqlite;

/// <summary>Makes the store's file, or checks one that is there. A damaged one is set aside: reports are made again by scanning.</summary>
internal sealed partial class StoreFile(SqliteReportStoreOptions options, TimeProvider time, ILogger logger)
{
    /// <summary>The writer touches an index page for nearly every package of a report.</summary>
    private const int CacheKibibytes = 4096;

    private static readonly string[] Suffixes = ["", "-wal", "-shm"];

    public string Path { get; } = System.IO.Path.Combine(options.DataDirectory, SqliteReportStore.FileName);

    /// <summary>Opens the file for writing, made and in the current schema.</summary>
    /// <exception cref="ReportStoreException">It can't be done; the message says what to do.</exception>
    public StoreConnection OpenForWriting()
    {
        try
        {
            RefuseLinks();
            CreatePrivately();
            if (FindDamage() is { } damage)
            {
                SetAside(damage);
                CreatePrivately();
            }

            var connection = Open();
            try
            {
                StoreSchema.Migrate(connection, Path);
                return connection;
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        }
        catch (Exception error) when (error is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.Translate(error, Path);
        }
    }

    /// <summary>SQLite follows links: one that a stranger has put there would have another file written to.</summary>
    private void RefuseLinks()
    {
        foreach (var path in Suffixes.Select(suffix => Path + suffix))
        {
            if (new FileInfo(path).LinkTarget is null) continue;
            throw new ReportStoreException(
                $"{path} is a link, which is not followed: put the file itself there, or name the folder where it lies as the data directory.");
        }
    }

    /// <summary>Private to this user: reports list what is vulnerable.</summary>
    private void CreatePrivately()
    {
        const UnixFileMode PrivateFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(options.DataDirectory);
            return;
        }

        // A folder that is there already, such as a mounted volume, keeps its mode.
        Directory.CreateDirectory(options.DataDirectory, PrivateFile | UnixFileMode.UserExecute);
        // SQLite gives its own files the mode of this one.
        if (!File.Exists(Path))
            new FileStream(Path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = PrivateFile }).Dispose();
        // A volume's file system may have given others rights, as fsGroup does in a pod.
        foreach (var file in Suffixes.Select(suffix => Path + suffix).Where(File.Exists))
        {
            try
            {
                if (File.GetUnixFileMode(file) is not PrivateFile) File.SetUnixFileMode(file, PrivateFile);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // Another user's, or on a file system without such rights: SQLite tells whether it can be used.
                break;
            }
        }
    }

    private StoreConnection Open()
    {
        var connection = new StoreConnection(Path, SqliteOpenMode.ReadWriteCreate, options.LockTimeout, CacheKibibytes);
        try
        {
            // auto_vacuum counts only while the file is empty. With a write-ahead log, NORMAL may lose the last reports when the machine dies,
            // never more, and nothing when only the process does.
            connection.Run("PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 67108864;");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>What is wrong with the file's content; null for nothing.</summary>
    private string? FindDamage()
    {
        try
        {
            using var connection = Open();
            StoreSchema.CheckVersion(connection, Path);
            var verdict = connection.Scalar("PRAGMA quick_check(1)") as string;
            return verdict is "ok" ? null : verdict ?? "its check gives no result";
        }
        catch (SqliteException error) when (StoreErrors.IsDamage(error))
        {
            return error.Message;
        }
    }

    private void SetAside(string damage)
    {
        var aside = $"{Path}.damaged-{time.GetUtcNow():yyyyMMdd'T'HHmmss'Z'}";
        foreach (var suffix in Suffixes)
        {
            if (File.Exists(Path + suffix)) File.Move(Path + suffix, aside + suffix, overwrite: true);
        }

        LogDamaged(Path, damage, aside);
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The report store {Path} is damaged ({Damage}). It was set aside as {Aside}, which can be deleted, and a new one begun; " +
            "the reports are made again by scanning.")]
    private partial void LogDamaged(string path, string damage, string aside);
}
