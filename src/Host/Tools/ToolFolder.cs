using Microsoft.Extensions.Logging;
using RegistryOperator.Abstractions.Tools;

namespace RegistryOperator.Host.Tools;

/// <summary>A folder below the temporary directory (mode 0700) for one run's files.</summary>
internal sealed partial class ToolFolder(ILogger logger) : IToolFolder
{
    private const string Prefix = "registry-operator-";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <inheritdoc/>
    public string Path { get; } = Directory.CreateTempSubdirectory(Prefix).FullName;

    /// <inheritdoc/>
    public async Task<string> WriteFileAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name is "." or ".." || name.AsSpan().ContainsAny('/', '\\', '\0'))
            throw new ArgumentException($"'{name}' is not the name of a file in the run's folder: give a name without a path.", nameof(name));
        var path = System.IO.Path.Combine(Path, name);
        await using var file = PrivateFile.Create(path);
        await file.WriteAsync(content, cancellationToken);
        return path;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        try
        {
            Remove();
        }
        catch (DirectoryNotFoundException)
        {
            // Gone already.
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogLeft(Path, exception.Message);
        }

        return ValueTask.CompletedTask;
    }

    private void Remove()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (Exception exception) when (!OperatingSystem.IsWindows() && exception is UnauthorizedAccessException or IOException and not DirectoryNotFoundException)
        {
            // Tools unpack images with the images' own rights, and a folder that may not be written can't be emptied.
            Unlock(new DirectoryInfo(Path));
            Directory.Delete(Path, recursive: true);
        }
    }

    private static void Unlock(DirectoryInfo folder)
    {
        if (!OperatingSystem.IsWindows()) folder.UnixFileMode = OwnerOnly;
        foreach (var child in folder.EnumerateDirectories().Where(child => child.LinkTarget is null)) Unlock(child);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The temporary folder {Folder} of a tool could not be removed: {Reason}")]
    private partial void LogLeft(string folder, string reason);
}
