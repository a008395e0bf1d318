using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using RegistryOperator.Host.Files;

namespace RegistryOperator.Host.Plugins.Loading;

/// <summary>Gives each plugin a folder of its own in the data directory, which outlives the process.</summary>
/// <param name="dataDirectory">The data directory, which must be there; null where no data is kept.</param>
internal sealed partial class PluginState(string? dataDirectory, ILogger<PluginState> logger)
{
    /// <summary>In the data directory. Not "plugins": a directory of plugins may be put there.</summary>
    public const string FolderName = "plugin-state";

    private const int HashLength = 8;

    // Some file systems take names for the same that differ in case.
    private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A plugin's folder, made for its owner alone; null where there is none.</summary>
    public string? FolderOf(PluginFolder plugin)
    {
        if (dataDirectory is null) return null;
        var name = _taken.Add(plugin.Name) ? plugin.Name : $"{plugin.Name}-{HashOf(plugin.Path)}";
        _taken.Add(name);
        var parent = Path.Combine(Path.GetFullPath(dataDirectory), FolderName);
        var path = Path.GetFullPath(Path.Combine(parent, name));
        if (Path.GetDirectoryName(path) != parent)
        {
            LogUnusable(plugin.Path, path, "The plugin's name is no name of a folder.");
            return null;
        }

        try
        {
            // Each by itself: folders on the way get the usual mode.
            PrivateFolder.Ensure(parent);
            PrivateFolder.Ensure(path);
            return path;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Most plugins keep nothing: it must not keep them from running.
            LogUnusable(plugin.Path, path, PluginFault.OneLine(error.Message));
            return null;
        }
    }

    /// <summary>Tells plugins of the same name in several directories apart.</summary>
    private static string HashOf(string path) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)))[..HashLength];

    [LoggerMessage(Level = LogLevel.Warning, Message = "Plugin {Plugin} has no folder for what it keeps: {Folder} can't be used. {Reason}")]
    private partial void LogUnusable(string plugin, string folder, string reason);
}
