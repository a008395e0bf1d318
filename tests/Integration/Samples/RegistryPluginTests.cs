using System.Text.Json.Nodes;
using RegistryOperator.Integration.Tests.Support;
using RegistryOperator.Tests.Servers.Processes;
using RegistryOperator.Tests.Servers.Registries;

namespace RegistryOperator.Integration.Tests.Samples;

/// <summary>The samples of an authenticator and of a registry client.</summary>
public sealed class RegistryPluginTests : IDisposable
{
    private const string Repository = "shop/api";
    private const string FolderSetting = "Plugins:MountedCredentials:Folder";
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly TemporaryFolder _folder = new("samples");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Scan_AuthenticatorWithAnOption_OpensTheRegistry()
    {
        using var plugins = new SamplePlugins("MountedCredentials");
        await using var registry = await DockerRegistry.StartAsync(
            new DockerRegistryOptions { Access = DockerRegistryAccess.Basic("vault", "s3cret") }, _cancellation);
        using (var pusher = registry.CreatePusher()) await pusher.PushAsync(Repository, SampleImages.Versions(1), _cancellation);
        Directory.CreateDirectory(_folder.File("127.0.0.1"));
        _folder.Write("127.0.0.1/username", "vault\n");
        _folder.Write("127.0.0.1/password", "s3cret\n");

        var result = await ScanAsync(plugins, registry.Url, "--set", $"{FolderSetting}={_folder.Path}");

        result.ExitCode.ShouldBe(0, result.Output);
        JsonNode.Parse(result.Output)!.Tags().ShouldBe(["1.0.0"]);
        (await ScanAsync(plugins, registry.Url)).Output.ShouldContain("Unauthorized");
    }

    [Fact]
    public async Task Show_PluginWithAnOption_TellsItsValueAndWhatIsWrongWithOne()
    {
        using var plugins = new SamplePlugins("MountedCredentials");
        string[] show = ["plugins", "show", "MountedCredentials", "--plugins", plugins.Path, "--set"];

        var shown = await Product.RunAsync([.. show, $"{FolderSetting}=/mnt/here"]);
        var refused = await Product.RunAsync([.. show, $"{FolderSetting}=here"]);
        var misspelt = await Product.RunAsync([.. show, "Plugins:MountedCredentials:Foldr=/mnt/here"]);

        (shown.ExitCode, refused.ExitCode, misspelt.ExitCode).ShouldBe((0, 1, 0));
        shown.Output.ShouldContain("now: /mnt/here");
        refused.Output.ShouldContain("Plugins:MountedCredentials:Folder is 'here': expected a full path, e.g. /mnt/secrets-store.");
        misspelt.Error.ShouldContain("did you mean Plugins:MountedCredentials:Folder?");
    }

    [Fact]
    public async Task Scan_RegistryClientOfAnotherScheme_ReadsImagesAndTellsWhereThereAreNone()
    {
        using var plugins = new SamplePlugins("SkopeoFolders");
        var image = SampleImages.Numbered(1);
        var tag = Directory.CreateDirectory(_folder.File($"{Repository}/1.0.0")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(tag, "manifest.json"), image.Content, _cancellation);
        foreach (var blob in image.Blobs) await File.WriteAllBytesAsync(Path.Combine(tag, blob.Digest.Encoded), blob.Content, _cancellation);

        var result = await ScanFolderAsync(plugins, Repository);

        result.ExitCode.ShouldBe(0, result.Output);
        ((string?)JsonNode.Parse(result.Output)!.Image("1.0.0")!["digest"]).ShouldBe(image.Digest.ToString());
        (await ScanFolderAsync(plugins, "no/such")).Output.ShouldContain("There is no folder");
    }

    private Task<ToolResult> ScanFolderAsync(SamplePlugins plugins, string repository) => RunAsync(
        plugins,
        $$"""
        apiVersion: registry.kubecontroller.io/v1alpha1
        kind: Registry
        metadata: {name: api, namespace: default}
        spec: {url: "skopeo-dir://{{_folder.Path}}", repository: {{repository}} }
        """);

    private static Task<ToolResult> ScanAsync(SamplePlugins plugins, Uri registry, params string[] arguments) =>
        RunAsync(plugins, Resources.Registry("api", registry, Repository), arguments);

    private static Task<ToolResult> RunAsync(SamplePlugins plugins, string yaml, params string[] arguments) =>
        Product.RunAsync(["scan", "-f", "-", "-o", "json", "--plugins", plugins.Path, .. arguments], yaml);
}
