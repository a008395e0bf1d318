using Microsoft.Extensions.DependencyInjection;
using RegistryOperator.Abstractions.Plugins;
using RegistryOperator.Abstractions.Scanning;

namespace Fixtures.Unruly;

/// <summary>Prints the setting <c>Print</c>. Where the setting <c>Hang</c> names a file, makes that file and never returns.</summary>
public sealed class Startup : IPluginStartup
{
    public void ConfigureServices(IServiceCollection services, PluginContext context)
    {
        services.AddSingleton(new PluginOption("Hang", "A file that is made before the plugin hangs."));
        services.AddSingleton(new PluginOption("Print", "What the plugin prints when it starts."));
        services.AddSingleton<IImageScanner, UnrulyScanner>();
        if (context.Configuration["Print"] is { } text) Console.WriteLine(text);
        if (context.Configuration["Hang"] is not { } file) return;
        File.WriteAllText(file, "");
        using var never = new ManualResetEventSlim();
        never.Wait();
    }
}
