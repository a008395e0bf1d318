using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using RegistryOperator.Abstractions.Plugins;
using RegistryOperator.Abstractions.Tools;
using RegistryOperator.Host.Files;
using RegistryOperator.Host.Plugins.Loading;

namespace RegistryOperator.Host.Tests.Tools;

public sealed class PluginToolRunnerTests : IDisposable
{
    private readonly ScriptedTool _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public async Task Build_Plugin_HasOneToolRunnerThatKnowsItsFolder()
    {
        var context = new PluginContext("plugin", _tool.Folder, new ConfigurationBuilder().Build().GetSection("Plugins:plugin"));
        // Any assembly will do: this one has no startup class, and nothing to discover.
        await using var services = PluginServices.Build(
            typeof(IToolRunner).Assembly, context, PathTrust.Strict, NullLoggerFactory.Instance, TimeProvider.System);
        var path = _tool.Write("tool-of-a-test", "");
        services.GetRequiredService<IToolRunner>().Find("tool-of-a-test").ShouldBe(path);
        services.GetServices<IToolRunner>().ShouldHaveSingleItem();
    }
}
