using Microsoft.Extensions.DependencyInjection;
using RegistryOperator.Abstractions.Plugins;
using RegistryOperator.Abstractions.Scanning;

namespace Fixtures.Unruly;

/// <summary>Where the setting <c>Hang</c> names a file, makes that file and never returns.</summary>
public sealed class Startup : IPluginStartup
{
    public void ConfigureServices(IServiceCollection services, PluginContext context)
    {
        services.AddSingleton(new PluginOption("Hang", "A file that is made before the plugin hangs."));
        services.AddSingleton<IImageScanner, UnrulyScanner>();
        if (context.Configuration["Hang"] is not { } file) return;
        File.WriteAllText(file, "");
        using var never = new ManualResetEventSlim();
        never.Wait();
    }
}
