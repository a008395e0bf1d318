using Microsoft.Extensions.Configuration;
using RegistryOperator.Abstractions.Plugins;

namespace RegistryOperator.Plugins.OciLayout.Options;

/// <summary>
/// Which folders of this machine resources may name. None by default: who may write a resource would otherwise read what the user of this process can.
/// </summary>
/// <param name="Folders">Full paths; what is below them may be named, too.</param>
internal sealed record LayoutOptions(IReadOnlyList<string> Folders)
{
    /// <summary>The setting as the host shows it.</summary>
    public static PluginOption Option { get; } = new(
        "Folders", "Folders whose layouts resources may name, and those below them; a list as Folders:0, Folders:1.")
    {
        Default = "none",
        Example = "/images",
    };

    /// <summary>Reads it: one folder, or a list.</summary>
    /// <exception cref="LayoutOptionsException">A folder is not named by its full path.</exception>
    public static LayoutOptions Read(IConfiguration section, string name)
    {
        var setting = section.GetSection(Option.Key);
        var folders = setting.GetChildren().Select(child => child.Value).Prepend(setting.Value).Where(folder => !string.IsNullOrEmpty(folder)).ToList();
        return folders.Find(folder => !Path.IsPathFullyQualified(folder!)) is { } relative
            ? throw new LayoutOptionsException($"{name}:{Option.Key} is '{relative}': expected the full path of a folder, such as {Option.Example}.")
            : new LayoutOptions([.. folders.Select(folder => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder!)))]);
    }
}

/// <summary>A setting is wrong; the message names it, its value and what is expected.</summary>
internal sealed class LayoutOptionsException(string message) : Exception(message);
