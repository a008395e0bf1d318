using RegistryOperator.Abstractions.Plugins;
using RegistryOperator.Integration.Tests.Support;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Integration.Tests.Samples;

/// <summary>What <c>dotnet new registry-scanner</c> makes, with the packages of <c>eng/samples</c>.</summary>
public sealed class TemplateTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(4);
    private static readonly string Artifacts = Path.Combine(Product.RepositoryRoot, "artifacts");

    private readonly TemporaryFolder _folder = new("template");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task New_Scanner_PassesItsTestsAndIsAPlugin()
    {
        var package = Path.Combine(Artifacts, "packages", $"RegistryOperator.Templates.{PluginContract.Version}.nupkg");
        if (!File.Exists(package)) throw new InvalidOperationException($"{Path.GetFileName(package)} is not packed: run eng/samples.");
        var hive = _folder.File("hive");
        var project = _folder.File("ImageLayers");

        await DotnetAsync("new", "install", package, "--debug:custom-hive", hive);
        await DotnetAsync("new", "registry-scanner", "-n", "ImageLayers", "-o", project, "--debug:custom-hive", hive);
        await DotnetAsync(
            "build", Path.Combine(project, "ImageLayers.slnx"), "-c", "Release", "--nologo", "-warnaserror",
            $"-p:RestoreAdditionalProjectSources={Path.Combine(Artifacts, "packages")}");

        (await DotnetAsync(Path.Combine(project, "ImageLayers.Tests/bin/Release/net10.0/ImageLayers.Tests.dll"))).Output.ShouldContain("Total: 3,");
        Directory.CreateDirectory(_folder.File("plugins"));
        Directory.Move(Path.Combine(project, "ImageLayers/bin/Release/net10.0"), _folder.File("plugins/ImageLayers"));
        (await Product.RunAsync(["plugins", "show", "image-layers", "--plugins", _folder.File("plugins")])).EnsureSuccess().Output
            .ShouldContain("maximumLayers: integer; from 1 to 1000");
    }

    /// <summary>With the packages that the samples were restored with, which the machine's own may be others than.</summary>
    private static async Task<ToolResult> DotnetAsync(params string[] arguments) => (await Tool.RunAsync(
        "dotnet",
        arguments,
        environment: new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["NUGET_PACKAGES"] = Path.Combine(Artifacts, "samples"),
            ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
            ["DOTNET_NOLOGO"] = "1",
            ["MSBUILDDISABLENODEREUSE"] = "1",
            ["UseSharedCompilation"] = "false",
        },
        deadline: Deadline,
        cancellationToken: TestContext.Current.CancellationToken)).EnsureSuccess();
}
