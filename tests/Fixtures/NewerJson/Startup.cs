using Microsoft.Extensions.DependencyInjection;
using RegistryOperator.Abstractions.Plugins;
using RegistryOperator.Abstractions.Scanning;

namespace Fixtures.NewerJson;

/// <summary>Registers the plugin's only scanner, with a setting from the plugin's section of the configuration.</summary>
public sealed class Startup : IPluginStartup
{
    public void ConfigureServices(IServiceCollection services, PluginContext context)
    {
        services.AddSingleton(new AgeSettings(context.Configuration["Unit"] ?? "days"));
        services.AddSingleton<IRegistryScanner, AgeScanner>();
    }
}

internal sealed record AgeSettings(string Unit);
