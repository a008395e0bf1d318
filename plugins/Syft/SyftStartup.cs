using Microsoft.Extensions.DependencyInjection;
using RegistryOperator.Abstractions.Plugins;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Plugins.Syft.Runs;

namespace RegistryOperator.Plugins.Syft;

/// <summary>Registers the scanner with its settings, which are read and checked once, at start.</summary>
public sealed class SyftStartup : IPluginStartup
{
    /// <inheritdoc/>
    public void ConfigureServices(IServiceCollection services, PluginContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        // First, so that the host knows them also where a value is refused.
        foreach (var option in SyftOptions.Declared) services.AddSingleton(option);
        services.AddSingleton(SyftOptions.Read(context.Configuration, $"Plugins:{context.Name}"));
        services.AddSingleton<SyftExecutable>();
        services.AddSingleton<IImageScanner, SyftScanner>();
    }
}
