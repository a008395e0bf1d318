using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace RegistryOperator.Abstractions.Plugins;

/// <summary>
/// Registers a plugin's services. Optional: without one, the host finds the public implementations of the contract's interfaces in the
/// plugin's entry assembly. Each plugin has a service collection of its own, with <see cref="TimeProvider"/>, <see cref="PluginContext"/>,
/// <see cref="IConfiguration"/> (the plugin's own section), <see cref="Tools.IToolRunner"/> and logging in it.
/// </summary>
public interface IPluginStartup
{
    /// <summary>Registers services; contract implementations under their contract interfaces.</summary>
    void ConfigureServices(IServiceCollection services, PluginContext context);
}

/// <summary>Where a plugin runs.</summary>
/// <param name="Name">The plugin's name: that of its folder.</param>
/// <param name="Folder">The full path of its folder.</param>
/// <param name="Configuration">The plugin's own section of the configuration.</param>
public sealed record PluginContext(string Name, string Folder, IConfiguration Configuration)
{
    /// <summary>The full path of a folder that is the plugin's alone and outlives a restart, e.g. for a tool's database. It is there, and its owner's alone.
    /// Null where the host keeps no data: where plugins are only listed, where no scanner runs, and where the folder can't be made. Two processes may use
    /// it at the same time. Nothing in it is removed by the host, nor counts for its limits.</summary>
    public string? StateFolder { get; init; }
}
