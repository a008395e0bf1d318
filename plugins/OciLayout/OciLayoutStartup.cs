using Microsoft.Extensions.DependencyInjection;
using RegistryOperator.Abstractions.Plugins;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Plugins.OciLayout.Options;

namespace RegistryOperator.Plugins.OciLayout;

/// <summary>Registers the provider with its setting, which is read and checked once, at start.</summary>
public sealed class OciLayoutStartup : IPluginStartup
{
    /// <inheritdoc/>
    /// <exception cref="LayoutOptionsException">A setting can't be used.</exception>
    public void ConfigureServices(IServiceCollection services, PluginContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        services.AddSingleton(LayoutOptions.Option);
        services.AddSingleton(LayoutOptions.Read(context.Configuration, $"Plugins:{context.Name}"));
        services.AddSingleton<IRegistryClientProvider>(provider => new OciLayoutProvider(provider.GetRequiredService<LayoutOptions>()));
    }
}
