using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Plugins.Trivy.Options;
using RegistryOperator.Plugins.Trivy.Runs;

namespace RegistryOperator.Plugins.Trivy.Databases;

/// <summary>
/// Downloads a database into a folder of its own and then moves its files into place. Trivy by itself writes over the file, which running scans
/// have mapped into their memory.
/// </summary>
internal sealed class DatabaseDownload(DatabaseKind kind, TrivyExecutable executable, TrivyOptions options, TimeProvider time)
{
    private const string FolderPrefix = "update-";
    private static readonly TimeSpan LeftoverAge = TimeSpan.FromDays(1);

    /// <summary>Downloads.</summary>
    /// <returns>What is there now.</returns>
    /// <exception cref="ScanException">It can't be had; the reason is <see cref="ScanReasons.ScannerUnavailable"/>.</exception>
    /// <exception cref="IOException">The cache folder can't be written.</exception>
    public async Task<DatabaseMetadata> RunAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.CacheDirectory);
        RemoveLeftovers();
        // In the cache folder, since only within one file system a move is atomic.
        var folder = Path.Combine(options.CacheDirectory, $"{FolderPrefix}{Guid.NewGuid():N}");
        try
        {
            var arguments = TrivyArguments.Download(kind.DownloadFlag, kind.RepositoryFlag, kind.Repositories(options), folder);
            var result = await executable.RunAsync(new TrivyRun { Arguments = arguments }, cancellationToken);
            var made = await DatabaseMetadata.FindAsync(folder, kind, cancellationToken);
            if (result.ExitCode != 0 || made is null) throw Explain(TrivyFailure.Unknown(result, RegistryCredential.Anonymous));
            Install(folder);
            return made;
        }
        finally
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
    }

    private void Install(string folder)
    {
        var source = Path.Combine(folder, kind.Folder);
        var target = Path.Combine(options.CacheDirectory, kind.Folder);
        Directory.CreateDirectory(target);
        // The metadata last: a reader in between sees the older version, and reads again.
        File.Move(Path.Combine(source, kind.FileName), Path.Combine(target, kind.FileName), overwrite: true);
        File.Move(Path.Combine(source, DatabaseMetadata.FileName), Path.Combine(target, DatabaseMetadata.FileName), overwrite: true);
    }

    // Of an operator that was killed meanwhile.
    private void RemoveLeftovers()
    {
        var now = time.GetUtcNow().UtcDateTime;
        foreach (var folder in new DirectoryInfo(options.CacheDirectory).EnumerateDirectories(FolderPrefix + "*"))
        {
            // By as much in the future, it is of a time when the clock was wrong.
            if ((now - folder.LastWriteTimeUtc).Duration() > LeftoverAge) folder.Delete(recursive: true);
        }
    }

    private ScanException Explain(ScanException failure)
    {
        var repositories = kind.Repositories(options);
        var from = repositories.Count == 0 ? "Trivy's own repositories" : string.Join(", ", repositories);
        return new ScanException(
            ScanReasons.ScannerUnavailable,
            $"Trivy's {kind.Name} cannot be downloaded from {from}: allow the connection, or name a mirror in " +
            $"{TrivyOptions.Section}:{kind.RepositoriesSetting}. {failure.Message}",
            failure);
    }
}
