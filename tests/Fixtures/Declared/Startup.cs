using Microsoft.Extensions.DependencyInjection;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Plugins;
using RegistryOperator.Abstractions.Scanning;

namespace Fixtures.Declared;

/// <summary>Declares its options, then refuses a value that it can't use.</summary>
public sealed class Startup : IPluginStartup
{
    public void ConfigureServices(IServiceCollection services, PluginContext context)
    {
        services.AddSingleton(new PluginOption("Mirror", "URL of a mirror of the advisories.") { Default = "none", Example = "https://mirror.example" });
        services.AddSingleton(new PluginOption("Token", "Secret of the mirror.") { IsSecret = true });
        services.AddSingleton(new PluginOption("Regions", "Where advisories are taken from, in order."));
        services.AddSingleton(new PluginOption("Retries", "How often a mirror is asked again.") { Default = "3" });
        if (context.Configuration["Retries"] is { } retries && !int.TryParse(retries, out _))
            throw new FormatException($"Plugins:{context.Name}:Retries is '{retries}': expected a number.");
        services.AddSingleton<IImageScanner, AdvisoryScanner>();
        services.AddSingleton<IRegistryAuthenticator, MirrorAuthenticator>();
    }
}

internal sealed class MirrorAuthenticator : IRegistryAuthenticator
{
    public string Name => "mirror";

    public ValueTask<RegistryCredential?> GetCredentialAsync(RegistryAuthenticationRequest request, CancellationToken cancellationToken) =>
        ValueTask.FromResult<RegistryCredential?>(null);
}
