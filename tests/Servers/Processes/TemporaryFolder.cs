namespace RegistryOperator.Tests.Servers.Processes;

/// <summary>A folder of a test's own, removed at its end.</summary>
public sealed class TemporaryFolder : IDisposable
{
    /// <summary>Makes the folder; its name begins with <paramref name="purpose"/>.</summary>
    public TemporaryFolder(string purpose) => Path = Directory.CreateTempSubdirectory($"registry-operator-{purpose}-").FullName;

    /// <summary>The full path.</summary>
    public string Path { get; }

    /// <summary>The path of a file in the folder.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file, readable by its owner only: some hold keys.</summary>
    /// <returns>Its path.</returns>
    public string Write(string name, string content)
    {
        var path = File(name);
        System.IO.File.WriteAllText(path, content);
        if (!OperatingSystem.IsWindows()) System.IO.File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // A killed server's last write may come in between. What is left is in the system's temporary folder.
        }
    }
}
