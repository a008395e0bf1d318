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
        var image = new ImageBuilder().WithLayer(new LayerFile("a", "b")).Build();
        registry.Add(Repository, "1.0.0", image);
        var folder = Directory.CreateDirectory(Path.Combine(_sandbox.Root, "docker")).FullName;
        var login = Convert.ToBase64String(Encoding.UTF8.GetBytes("ada:s3cret"));
        await File.WriteAllTextAsync(
            Path.Combine(folder, "config.json"), $$"""{"auths": {"{{registry.Url.Authority}}": {"auth": "{{login}}"} } }""", Token);
        var resource = Path.Combine(_sandbox.Root, "registry.yaml");
        await File.WriteAllTextAsync(resource, $$"""
            apiVersion: registry.kubecontroller.io/v1alpha1
            kind: Registry
            metadata: {name: app}
            spec:
              url: {{registry.Url.GetLeftPart(UriPartial.Authority)}}
              repository: {{Repository}}
              scanConfig: {retryAttempts: 0}
            """, Token);
        var arguments = command.Split(' ').Select(argument => argument switch
        {
            "RESOURCE" => resource,
            "DATA" => Path.Combine(_sandbox.Root, "data"),
            "IMAGE" => $"{registry.Url.Authority}/{Repository}:1.0.0",
            _ => argument,
        });

        // A variable of the whole process would count for other tests, too.
        await using var product = ProductProcess.StartInShell(
            "export DOCKER_CONFIG=\"$1\"; shift; exec \"$0\" \"$@\"", [folder, .. arguments, "--plugins", Path.Combine(_sandbox.Root, "plugins")]);
        var run = await product.WithoutInput().EndAsync();

        run.Output.ShouldContain($"{image.Digest}", customMessage: run.Error);
        run.Output.ShouldNotContain("s3cret");
    }
}
