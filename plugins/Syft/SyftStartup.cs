using Microsoft.Extensions.DependencyInjection;
using RegistryOperator.Abstractions.Plugins;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Plugins.Syft.Options;
using RegistryOperator.Plugins.Syft.Runs;

namespace RegistryOperator.Plugins.Syft;

/// <summary>Registers the scanner with its settings, which are read and checked once, at start.</summary>
public sealed class SyftStartup : IPluginStartup
{
    /// <inheritdoc/>
    /// <exception cref="SyftOptionsException">A setting can't be used.</exception>
    public void ConfigureServices(IServiceCollection services, PluginContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        // First, so that the host knows them also where a value is refused.
        foreach (var setting in SyftSettings.All) services.AddSingleton(setting.Option);
        services.AddSingleton(new SyftOptionsReader(context.Configuration, $"Plugins:{context.Name}").Read());
        services.AddSingleton<SyftExecutable>();
        services.AddSingleton<IImageScanner, SyftScanner>();
    }
}
