using RegistryOperator.Host.Tests.Plugins;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Host.Tests.Cli;

/// <summary>What plugins print, by the executable itself: standard output is for results, which programs read.</summary>
public sealed class PluginOutputTests : IDisposable
{
    private const string Printed = "a plugin has started";

    private readonly PluginSandbox _sandbox = new();

    public PluginOutputTests() => _sandbox.AddFixture("Unruly");

    public void Dispose() => _sandbox.Dispose();

    [Theory]
    [InlineData("plugins list")]
    [InlineData("plugins show Unruly")]
    [InlineData("scan -f FILE --data-dir DATA")]
    [InlineData("explain 1.0.0 -f FILE --data-dir DATA")]
    [InlineData("verify IMAGE")]
    public async Task Command_PluginPrints_GoesToTheErrorStream(string command)
    {
        await using var registry = await InMemoryRegistry.StartAsync(TestContext.Current.CancellationToken);
        registry.Add("shop/api", "1.0.0", new ImageBuilder().Build());
        var file = Path.Combine(_sandbox.Root, "registry.yaml");
        await File.WriteAllTextAsync(
            file,
            "apiVersion: registry.kubecontroller.io/v1alpha1\nkind: Registry\nmetadata: {name: api}\n"
                + $"spec: {{url: '{registry.Url}', repository: shop/api}}\n",
            TestContext.Current.CancellationToken);
        string[] arguments =
        [
            .. command.Replace("FILE", file, StringComparison.Ordinal)
                .Replace("DATA", Path.Combine(_sandbox.Root, "data"), StringComparison.Ordinal)
                .Replace("IMAGE", $"{registry.Url.Authority}/shop/api:1.0.0", StringComparison.Ordinal)
                .Split(' '),
            "-o", "json", "--plugins", Path.Combine(_sandbox.Root, "plugins"), "--set", $"Plugins:Unruly:Print={Printed}",
        ];
        await using var process = ProductProcess.Start(arguments).WithoutInput();

        var run = await process.EndAsync();

        run.Output.Split('\n').ShouldNotContain(Printed);
        run.Error.ShouldContain(Printed);
        using var document = System.Text.Json.JsonDocument.Parse(run.Output);
    }
}
