using Microsoft.Extensions.DependencyInjection;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Plugins;

namespace MountedCredentials;

public sealed class Startup : IPluginStartup
{
    private static readonly PluginOption Folder = new("Folder", "Where the files are: HOST/username and HOST/password of each registry.")
    {
        Default = "/run/registry-credentials",
        Example = "/mnt/secrets-store",
    };

    public void ConfigureServices(IServiceCollection services, PluginContext context)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(context);
        // First, so that the host knows the option also where its value is refused.
        services.AddSingleton(Folder);
        var folder = context.Configuration[Folder.Key] ?? Folder.Default!;
        if (!Path.IsPathFullyQualified(folder))
            throw new FormatException($"Plugins:{context.Name}:{Folder.Key} is '{folder}': expected a full path, e.g. {Folder.Example}.");
        services.AddSingleton<IRegistryAuthenticator>(new MountedCredentialAuthenticator(folder));
    }
}
