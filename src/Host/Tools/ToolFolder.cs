using System.Globalization;
using Microsoft.Extensions.Logging;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Tools;
using RegistryOperator.Host.Files;
using RegistryOperator.Shared.Files;

namespace RegistryOperator.Host.Tools;

/// <summary>A folder below the temporary directory (mode 0700) for one run's files.</summary>
internal sealed partial class ToolFolder : IToolFolder
{
    private const string CommonPrefix = "registry-operator-tool-";

    private readonly ILogger _logger;

    private ToolFolder(string path, long maximumSize, ILogger logger)
    {
        Path = path;
        MaximumSize = maximumSize;
        _logger = logger;
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public long MaximumSize { get; }

    /// <summary>Makes the folder.</summary>
    /// <exception cref="ScanException">The temporary directory can't be written to.</exception>
    public static ToolFolder Create(long maximumSize, ILogger logger)
    {
        try
        {
            return new ToolFolder(Directory.CreateTempSubdirectory($"{CommonPrefix}{Environment.ProcessId}-").FullName, maximumSize, logger);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ScanException(
                ScanReasons.Failed,
                $"No folder can be made in {System.IO.Path.GetTempPath()} ({exception.Message}): mount a writable volume there, or set TMPDIR to one.",
                exception);
        }
    }

    /// <summary>
    /// Removes what killed processes left behind: credentials, layers. To be called before this process creates its first folder, since
    /// in a container a killed process has had the same id.
    /// </summary>
    /// <param name="directory">The temporary directory.</param>
    /// <param name="logger">Logs what could not be removed.</param>
    public static void RemoveLeft(string directory, ILogger logger)
    {
        // Elsewhere there is no /proc to tell which processes still run. A missing directory is reported by the first scan.
        if (!OperatingSystem.IsLinux() || !Directory.Exists(directory)) return;
        try
        {
            foreach (var path in Directory.EnumerateDirectories(directory, CommonPrefix + "*"))
            {
                if (IsOurs(path) && IsLeft(System.IO.Path.GetFileName(path)[CommonPrefix.Length..])) new ToolFolder(path, maximumSize: 0, logger).RemoveOrLog();
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogUnread(logger, directory, exception.Message);
        }

        // The directory may be shared: a link, or another user's folder, of such a name is a stranger's.
        static bool IsOurs(string path) => UnixFiles.Look(path) is { Kind: FileKind.Folder } entry && entry.Owner == UnixFiles.User;

        static bool IsLeft(string suffix) =>
            suffix.Split('-') is [var id, _] && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var owner)
            && (owner == Environment.ProcessId || !Directory.Exists($"/proc/{owner}"));
    }

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
        RemoveOrLog();
        return ValueTask.CompletedTask;
    }

    private void RemoveOrLog()
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
    }

    private void Remove()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (Exception exception)
            when (!OperatingSystem.IsWindows() && exception is UnauthorizedAccessException or IOException and not DirectoryNotFoundException)
        {
            // Tools unpack images with the images' own rights, and a folder that may not be written can't be emptied.
            Unlock(new DirectoryInfo(Path));
            Directory.Delete(Path, recursive: true);
        }
    }

    private static void Unlock(DirectoryInfo folder)
    {
        if (!OperatingSystem.IsWindows()) folder.UnixFileMode = PrivateFolder.OwnerOnly;
        foreach (var child in folder.EnumerateDirectories().Where(child => UnixFiles.Look(child.FullName) is { Kind: FileKind.Folder })) Unlock(child);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The temporary folder {Folder} of a tool could not be removed: {Reason}")]
    private partial void LogLeft(string folder, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What killed operators may have left in {Directory} can't be looked for: {Reason}")]
    private static partial void LogUnread(ILogger logger, string directory, string reason);
}
