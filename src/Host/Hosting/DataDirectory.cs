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
    public static DataDirectory Take(string path) => Take(path, PrivateFile.OpenAlone);

    /// <summary>The same, with what opens the lock's file.</summary>
    internal static DataDirectory Take(string path, Func<string, FileStream> open)
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

        var stream = OpenLock(path, file, open);
        try
        {
            stream.SetLength(0);
            stream.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            stream.Flush();
            return new DataDirectory(path, stream);
        }
        catch (Exception failure)
        {
            Close(stream);
            if (failure is not (IOException or UnauthorizedAccessException)) throw;
            throw new InputException($"--data-dir {path}: {failure.Message} Make room on its disk, or name another folder.", failure);
        }
    }

    public void Dispose() => _lock.Dispose();

    private static FileStream OpenLock(string path, string file, Func<string, FileStream> open)
    {
        try
        {
            return open(file);
        }
        catch (IOException held) when (UnixFiles.Look(file) is { Kind: FileKind.File })
        {
            throw new InputException(
                $"--data-dir {path}: another operator uses this folder; {LockFile} in it has the number of its process. Stop it, or give this one a folder of "
                + "its own. 'report' and 'search' read beside a running operator.", held);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"--data-dir {path}: {failure.Message} The folder must belong to the user that runs this process.", failure);
        }
    }

    /// <summary>What could not be written is tried once more, and may fail again.</summary>
    private static void Close(FileStream stream)
    {
        try
        {
            stream.Dispose();
        }
        catch (IOException)
        {
            // The handle is closed all the same, and why nothing can be written is told already.
        }
    }
}
