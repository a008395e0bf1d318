using Microsoft.Extensions.DependencyInjection;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Plugins;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;

namespace Fixtures.OlderContract;

/// <summary>Has one of everything that the first version of the contract knows.</summary>
public sealed class Startup : IPluginStartup
{
    public void ConfigureServices(IServiceCollection services, PluginContext context)
    {
        services.AddSingleton(new PluginOption("Team", "Whose images these are.") { Default = "nobody" });
        services.AddSingleton(new TeamName(context.Configuration["Team"] ?? context.Name));
        services.AddSingleton<IImageScanner, AdvisoryScanner>();
        services.AddSingleton<IImageScanner, OwnerScanner>();
        services.AddSingleton<IRegistryScanner, TagCountScanner>();
        services.AddSingleton<IRegistryAuthenticator, TeamAuthenticator>();
        services.AddSingleton<IRegistryClientProvider, MemoryProvider>();
    }
}

internal sealed record TeamName(string Value);
