using Microsoft.Extensions.DependencyInjection;
using RegistryOperator.Abstractions.Plugins;

namespace Fixtures.BrokenStartup;

/// <summary>Fails when it registers its services.</summary>
public sealed class Startup : IPluginStartup
{
    public void ConfigureServices(IServiceCollection services, PluginContext context) =>
        throw new InvalidOperationException("The setting 'Endpoint' is missing.");
}
