using System.Text;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Host.Tests.Plugins;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Host.Tests.Cli;

/// <summary>Commands that a person runs read with his own logins.</summary>
public sealed class LocalLoginTests : IDisposable
{
    private const string Repository = "team/app";

    private readonly PluginSandbox _sandbox = new();

    public LocalLoginTests() => _sandbox.AddBuiltIn("RegistryAuth");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _sandbox.Dispose();

    [Theory]
    [InlineData("scan -f RESOURCE -o json --data-dir DATA")]
    [InlineData("explain 1.0.0 -f RESOURCE -o json --data-dir DATA")]
    [InlineData("verify IMAGE -o json")]
    [InlineData("verify IMAGE -o json --policy RESOURCE")]
    public async Task Command_RegistryThatTheUserIsLoggedInTo_IsRead(string command)
    {
        await using var registry = await InMemoryRegistry.StartAsync(
            new InMemoryRegistryOptions { User = new RegistryCredential.UsernamePassword("ada", "s3cret") }, Token);
        var login = Convert.ToBase64String(Encoding.UTF8.GetBytes("ada:s3cret"));

        var (run, digest) = await RunAsync(registry, command, $$"""{"auths": {"{{registry.Url.Authority}}": {"auth": "{{login}}"} } }""");

        run.Output.ShouldContain(digest, customMessage: run.Error);
        run.Output.ShouldNotContain("s3cret");
    }

    [Theory]
    [InlineData("scan -f RESOURCE -f RESOURCE2 -o json --data-dir DATA")]
    [InlineData("explain 1.0.0 -f RESOURCE -f RESOURCE2 -o json --data-dir DATA")]
    [InlineData("verify IMAGE IMAGE -o json")]
    public async Task Command_StoreOfLoginsIsNotThere_IsToldOnceAndPublicImagesAreRead(string command)
    {
        await using var registry = await InMemoryRegistry.StartAsync(Token);

        var (run, digest) = await RunAsync(registry, command, """{"credsStore": "no-such-store"}""");

        run.Output.ShouldContain(digest, customMessage: run.Error);
        run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldHaveSingleItem()
            .ShouldStartWith($"warning: {Path.Combine(_sandbox.Root, "docker", "config.json")}: the logins are in the store 'no-such-store' (credsStore)");
    }

    private async Task<(CommandRun Run, string Digest)> RunAsync(InMemoryRegistry registry, string command, string configuration)
    {
        var image = new ImageBuilder().WithLayer(new LayerFile("a", "b")).Build();
        registry.Add(Repository, "1.0.0", image);
        var folder = Directory.CreateDirectory(Path.Combine(_sandbox.Root, "docker")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "config.json"), configuration, Token);
        var arguments = command.Split(' ').Select(argument => argument switch
        {
            "RESOURCE" or "RESOURCE2" => Resource(argument),
            "DATA" => Path.Combine(_sandbox.Root, "data"),
            "IMAGE" => $"{registry.Url.Authority}/{Repository}:1.0.0",
            _ => argument,
        });

        // A variable of the whole process would count for other tests, too.
        await using var product = ProductProcess.StartInShell(
            "export DOCKER_CONFIG=\"$1\"; shift; exec \"$0\" \"$@\"", [folder, .. arguments, "--plugins", Path.Combine(_sandbox.Root, "plugins")]);
        return (await product.WithoutInput().EndAsync(), $"{image.Digest}");

        string Resource(string name)
        {
            var path = Path.Combine(_sandbox.Root, $"{name}.yaml");
            File.WriteAllText(path, $$"""
                apiVersion: registry.kubecontroller.io/v1alpha1
                kind: Registry
                metadata: {name: {{name.ToLowerInvariant()}}}
                spec:
                  url: {{registry.Url.GetLeftPart(UriPartial.Authority)}}
                  repository: {{Repository}}
                  scanConfig: {retryAttempts: 0}
                """);
            return path;
        }
    }
}
