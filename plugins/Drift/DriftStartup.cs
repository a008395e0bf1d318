using Microsoft.Extensions.DependencyInjection;
using RegistryOperator.Abstractions.Plugins;
using RegistryOperator.Abstractions.Scanning;

namespace RegistryOperator.Plugins.Drift;

/// <summary>Registers the scanner. It has no settings of its own: all is said in resources and workloads.</summary>
public sealed class DriftStartup : IPluginStartup
{
    /// <inheritdoc/>
    public void ConfigureServices(IServiceCollection services, PluginContext context) => services.AddSingleton<IRegistryScanner, DriftScanner>();
}
