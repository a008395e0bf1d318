using RegistryOperator.Abstractions.Plugins;
using RegistryOperator.Host.Plugins;

namespace RegistryOperator.Host.Tests.Plugins;

public sealed class PluginListingTests : IDisposable
{
    private readonly PluginSandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public async Task Build_PartsReplacedPartsAndFailures_AreAllRows()
    {
        var scanner = _sandbox.AddFixture("OlderJson");
        var auth = _sandbox.AddBuiltIn("RegistryAuth");
        var vault = _sandbox.AddFixture("VaultAuth");
        var broken = _sandbox.AddFixture("NewerContract");
        await using var catalog = await _sandbox.LoadAsync();

        var rows = await PluginListing.BuildAsync(catalog, TestContext.Current.CancellationToken);

        const string offered = PluginContract.Version;
        rows.ShouldBe([
            new PluginRow("licences", "scanner:custom", "Fixtures.OlderJson.LicenceScanner", "1.0.0", scanner, offered, IsReady: true, "ready")
            {
                ToolVersion = "12.0.0",
            },
            new PluginRow(
                "registry-auth", "authenticator", "RegistryOperator.Plugins.RegistryAuth.SecretAuthenticator", "0.1.0", auth, offered,
                IsReady: false, "Replaced by a later plugin folder with the same name."),
            new PluginRow("registry-auth", "authenticator", "Fixtures.VaultAuth.VaultAuthenticator", "0.1.0", vault, offered, IsReady: true, "ready"),
            new PluginRow(
                "NewerContract", "plugin", "", "", broken, "",
                IsReady: false, $"It was built against contract 2.0.0, this host offers {offered}: use a newer host or a plugin built against 1.x."),
        ]);
    }
}
