using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Tests.Plugins;

namespace RegistryOperator.Host.Tests.Tools;

/// <summary>The Syft plugin as the host loads it: with its settings, and the host's runner for its tool.</summary>
public sealed class BuiltInSyftTests : IDisposable
{
    private readonly PluginSandbox _sandbox = new();
    private readonly ScriptedTool _tool = new();

    public void Dispose()
    {
        _sandbox.Dispose();
        _tool.Dispose();
    }

    [Fact]
    public async Task LoadAsync_Syft_IsReadyWithTheVersionOfTheToolConfigured()
    {
        _sandbox.AddBuiltIn("Syft");
        _sandbox.Settings["Plugins:Syft:Path"] = _tool.Write("syft", """echo '{"application":"syft","version":"9.8.7"}'""");
        await using var catalog = await _sandbox.LoadAsync();
        var scanner = catalog.Scanners.ShouldHaveSingleItem();
        (scanner.Descriptor.Name, scanner.Descriptor.Kind).ShouldBe(("syft", ScannerKind.Sbom));
        var readiness = await scanner.CheckReadinessAsync(TestContext.Current.CancellationToken);
        readiness.ToolVersion.ShouldBe("9.8.7", readiness.Reason);
    }

    [Fact]
    public async Task LoadAsync_MissingTool_IsUnavailableWithWhatToDo()
    {
        _sandbox.AddBuiltIn("Syft");
        _sandbox.Settings["Plugins:Syft:Path"] = _tool.File("absent");
        await using var catalog = await _sandbox.LoadAsync();
        var readiness = await catalog.Scanners.ShouldHaveSingleItem().CheckReadinessAsync(TestContext.Current.CancellationToken);
        readiness.Reason.ShouldNotBeNull().ShouldStartWith($"Syft is not at {_tool.File("absent")}");
    }

    [Fact]
    public async Task LoadAsync_WrongSetting_IsAFaultThatNamesIt()
    {
        _sandbox.AddBuiltIn("Syft");
        _sandbox.Settings["Plugins:Syft:Scope"] = "everything";
        await using var catalog = await _sandbox.LoadAsync();
        catalog.Scanners.ShouldBeEmpty();
        catalog.Failures.ShouldHaveSingleItem().Reason.ShouldContain("Plugins:Syft:Scope is 'everything': expected squashed or all-layers.");
    }
}
