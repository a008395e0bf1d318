using Microsoft.Extensions.DependencyInjection;
using RegistryOperator.Abstractions.Plugins;
using RegistryOperator.Abstractions.Scanning;

namespace Fixtures.NewerJson;

/// <summary>Registers the plugin's only scanner, with a setting from the plugin's section of the configuration.</summary>
public sealed class Startup : IPluginStartup
{
    public void ConfigureServices(IServiceCollection services, PluginContext context)
    {
        services.AddOptions<AgeSettings>().Configure(settings => settings.Unit = context.Configuration["Unit"] ?? settings.Unit);
        services.AddSingleton<IRegistryScanner, AgeScanner>();
    }
}

internal sealed class AgeSettings
{
    public string Unit { get; set; } = "days";
}
