using System.Globalization;
using System.Text;
using RegistryOperator.Host.Files;
using RegistryOperator.Host.Settings;
using RegistryOperator.Shared.Files;

namespace RegistryOperator.Host.Hosting;

/// <summary>The data directory of a running operator, which has it alone until it is disposed. Reports are read beside it.</summary>
internal sealed class DataDirectory : IDisposable
{
    /// <summary>The file whose lock the operator holds. It stays: the lock counts, which ends with the process.</summary>
    public const string LockFile = "operator.lock";

    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream @lock)
    {
        Path = path;
        _lock = @lock;
    }

    /// <summary>The full path.</summary>
    public string Path { get; }

    /// <summary>Takes the directory, made for its owner alone where it is missing.</summary>
    /// <exception cref="InputException">Another operator has it, or it can't be used.</exception>
    public static DataDirectory Take(string path)
    {
        var file = System.IO.Path.Combine(path, LockFile);
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
            else Directory.CreateDirectory(path, PrivateFolder.OwnerOnly);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"--data-dir {path}: {failure.Message}", failure);
        }

        try
        {
            var stream = PrivateFile.OpenAlone(file);
            stream.SetLength(0);
            stream.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            stream.Flush();
            return new DataDirectory(path, stream);
        }
        catch (IOException held) when (UnixFiles.Look(file) is { Kind: FileKind.File })
        {
            throw new InputException(
                $"--data-dir {path}: another operator uses this folder ({held.Message}) "
                + "Stop it, or give this one a folder of its own. 'report' and 'search' read beside a running operator.", held);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"--data-dir {path}: {failure.Message} The folder must belong to the user that runs this process.", failure);
        }
    }

    public void Dispose() => _lock.Dispose();
}
