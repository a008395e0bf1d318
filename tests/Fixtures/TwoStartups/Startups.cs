using Microsoft.Extensions.DependencyInjection;
using RegistryOperator.Abstractions.Plugins;

namespace Fixtures.TwoStartups;

public sealed class FirstStartup : IPluginStartup
{
    public void ConfigureServices(IServiceCollection services, PluginContext context) => throw new InvalidOperationException("Must not be called.");
}

public sealed class SecondStartup : IPluginStartup
{
    public void ConfigureServices(IServiceCollection services, PluginContext context) => throw new InvalidOperationException("Must not be called.");
}
