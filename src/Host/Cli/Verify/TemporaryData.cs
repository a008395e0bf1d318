using RegistryOperator.Host.Settings;

namespace RegistryOperator.Host.Cli.Verify;

/// <summary>A data directory for one run (mode 0700): nothing that is stored of the user's is read or changed.</summary>
internal sealed class TemporaryData : IDisposable
{
    private TemporaryData(string path) => Path = path;

    public string Path { get; }

    /// <exception cref="InputException">The temporary directory can't be written to.</exception>
    public static TemporaryData Create()
    {
        try
        {
            return new TemporaryData(Directory.CreateTempSubdirectory("registry-operator-verify-").FullName);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InputException(
                $"No folder can be made in {System.IO.Path.GetTempPath()} ({failure.Message}): set TMPDIR to one that is writable.", failure);
        }
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The system empties its temporary directory; what was verified counts.
        }
    }
}
