using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;
using RegistryOperator.Abstractions.Plugins;
using RegistryOperator.Abstractions.Tools;
using RegistryOperator.Host.Files;
using RegistryOperator.Host.Plugins.Loading;

namespace RegistryOperator.Host.Tests.Plugins.Loading;

public sealed class PluginServicesTests
{
    [Fact]
    public async Task Build_AnyPlugin_HasWhatTheContractPromisesAndStoppingItLeavesTheHostsAlone()
    {
        var context = new PluginContext("Trivy", "/plugins/Trivy", new ConfigurationBuilder().Build());
        var loggers = Substitute.For<ILoggerFactory>();
        var time = new FakeTimeProvider();

        var services = PluginServices.Build(typeof(PluginServicesTests).Assembly, context, PathTrust.Strict, loggers, time);

        services.GetRequiredService<TimeProvider>().ShouldBeSameAs(time);
        services.GetRequiredService<PluginContext>().ShouldBeSameAs(context);
        services.GetRequiredService<IConfiguration>().ShouldBeSameAs(context.Configuration);
        services.GetRequiredService<ILoggerFactory>().ShouldBeSameAs(loggers);
        services.GetRequiredService<ILogger<PluginServicesTests>>().ShouldNotBeNull();
        services.GetRequiredService<IToolRunner>().ShouldNotBeNull();
        await services.DisposeAsync();
        loggers.DidNotReceive().Dispose();
    }
}
