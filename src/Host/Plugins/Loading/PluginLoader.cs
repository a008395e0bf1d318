using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using RegistryOperator.Abstractions.Plugins;

namespace RegistryOperator.Host.Plugins.Loading;

/// <summary>
/// Loads a plugin's entry assembly into a load context of its own; the only place that knows McMaster.NETCore.Plugins. Contexts are never
/// unloaded: a plugin that uses reflection-based JSON, SQLite or a timer would keep its context for ever, so unloading can't be promised.
/// </summary>
internal static class PluginLoader
{
    // The assemblies of every type in the contract's signatures, and no others: a plugin brings its own version of everything else.
    private static readonly Type[] SharedTypes =
    [
        typeof(IPluginStartup),
        typeof(IServiceCollection),
        typeof(ILogger),
        typeof(IConfiguration),
        typeof(IChangeToken),
    ];

    /// <summary>Loads the entry assembly; its dependencies are loaded when first used.</summary>
    public static Assembly Load(PluginFolder plugin) =>
        McMaster.NETCore.Plugins.PluginLoader.CreateFromAssemblyFile(plugin.EntryAssembly, SharedTypes, Configure).LoadDefaultAssembly();

    private static void Configure(McMaster.NETCore.Plugins.PluginConfig config)
    {
        config.IsUnloadable = false;
        config.PreferSharedTypes = false;
        // Otherwise the whole closure of every shared type is loaded at once, which costs more memory than the plugins do.
        config.IsLazyLoaded = true;
    }
}
