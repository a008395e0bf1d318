using System.Text.Json.Nodes;
using RegistryOperator.Integration.Tests.Support;
using RegistryOperator.Testing.Registries;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Integration.Tests.Folders;

/// <summary>The operator over a folder of YAML files.</summary>
public class FolderTests
{
    private const string Repository = "shop/api";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_OverAFolder_FollowsItsFilesAndKeepsStatusesBesideThem()
    {
        await using var registry = await InMemoryRegistry.StartAsync(_cancellation);
        registry.Add(Repository, SampleImages.Versions(3));
        using var folder = new TemporaryFolder("folder");
        await using var @operator = await RunningOperator.OverFolderAsync(folder.Path);

        folder.Write("api.yaml", Resources.Registry("api", registry.Url, Repository));
        var first = await WaitAsync(folder, resource => resource.Tags().Length == 3);
        ((long)first["metadata"]!["generation"]!).ShouldBe(1);

        folder.Write("api.yaml", Resources.Registry("api", registry.Url, Repository, "  tagFilter: {limit: 1}"));
        var second = await WaitAsync(folder, resource => resource.Tags() is ["1.0.2"]);
        ((long)second["status"]!["observedGeneration"]!).ShouldBe(2);

        // Half a thought, saved: the status stays.
        folder.Write("api.yaml", "kind: [");
        await Wait.UntilAsync("the mistake is told", () => @operator.Log.Contains("api.yaml:", StringComparison.Ordinal), Deadline, _cancellation);
        File.Exists(StatusFile(folder)).ShouldBeTrue();

        File.Delete(folder.File("api.yaml"));
        await Wait.UntilAsync("the status is gone", () => !File.Exists(StatusFile(folder)), Deadline, _cancellation);
    }

    [Fact]
    public async Task Restart_OverAFolder_AsksTheRegistryNothingBeforeItIsDue()
    {
        await using var registry = await InMemoryRegistry.StartAsync(_cancellation);
        registry.Add(Repository, SampleImages.Versions(3));
        using var folder = new TemporaryFolder("folder");
        folder.Write("api.yaml", Resources.Registry("api", registry.Url, Repository));
        await using (await RunningOperator.OverFolderAsync(folder.Path)) await WaitAsync(folder, resource => resource.Tags().Length == 3);
        registry.Log.Clear();

        await using var next = await RunningOperator.OverFolderAsync(folder.Path);
        folder.Write("other.yaml", Resources.Registry("other", registry.Url, Repository));
        await Wait.UntilAsync(
            "the other resource is scanned", () => File.Exists(Path.Combine(folder.Path, ".status", "default.other.json")), Deadline, _cancellation);

        // The other one alone: a list, then a manifest and a configuration for each tag.
        await Wait.UntilAsync("it is scanned to its end", () => registry.RequestCount >= 7, Deadline, _cancellation);
        registry.RequestCount.ShouldBe(7);
    }

    [Fact]
    public async Task Remove_ResourceBeforeItsFirstStatus_LeavesTheOperatorAtWork()
    {
        await using var registry = await InMemoryRegistry.StartAsync(_cancellation);
        registry.Add(Repository, SampleImages.Versions(1));
        using var folder = new TemporaryFolder("folder");
        await using var @operator = await RunningOperator.OverFolderAsync(folder.Path);
        using (registry.Inject(Faults.Hang()))
        {
            folder.Write("slow.yaml", Resources.Registry("slow", registry.Url, Repository));
            await Wait.UntilAsync("the registry is asked", () => registry.RequestCount > 0, Deadline, _cancellation);
            File.Delete(folder.File("slow.yaml"));
        }

        folder.Write("api.yaml", Resources.Registry("api", registry.Url, Repository));

        await WaitAsync(folder, resource => resource.Tags().Length == 1);
        @operator.HasExited.ShouldBeFalse();
        File.Exists(Path.Combine(folder.Path, ".status", "default.slow.json")).ShouldBeFalse();
    }

    [Fact]
    public async Task Run_FolderAwayForAWhile_LosesNothingAndGoesOn()
    {
        await using var registry = await InMemoryRegistry.StartAsync(_cancellation);
        registry.Add(Repository, SampleImages.Versions(2));
        using var root = new TemporaryFolder("folder");
        var path = Directory.CreateDirectory(root.File("dir")).FullName;
        await File.WriteAllTextAsync(Path.Combine(path, "api.yaml"), Resources.Registry("api", registry.Url, Repository), _cancellation);
        await using var @operator = await RunningOperator.OverFolderAsync(path);
        var status = Path.Combine(path, ".status", "default.api.json");
        await Wait.UntilAsync(
            "it is scanned",
            () => File.Exists(status) && File.ReadAllText(status).Contains("\"Success\"", StringComparison.Ordinal),
            Deadline,
            _cancellation);
        registry.Log.Clear();

        Directory.Move(path, root.File("away"));
        await Wait.UntilAsync(
            "it is told", () => @operator.Log.Contains($"The folder {path} can't be read", StringComparison.Ordinal), Deadline, _cancellation);
        (await @operator.IsReadyAsync(_cancellation)).ShouldBeFalse();
        Directory.Move(root.File("away"), path);
        await Wait.UntilAsync("it is ready again", @operator.IsReadyAsync, Deadline, _cancellation);

        File.Exists(status).ShouldBeTrue();
        registry.RequestCount.ShouldBe(0, "nothing was gone, so nothing is new");
        await File.WriteAllTextAsync(Path.Combine(path, "other.yaml"), Resources.Registry("other", registry.Url, Repository), _cancellation);
        await Wait.UntilAsync("it goes on", () => File.Exists(Path.Combine(path, ".status", "default.other.json")), Deadline, _cancellation);
    }

    [Fact]
    public async Task Run_MountedConfigMap_FollowsItsVersions()
    {
        await using var registry = await InMemoryRegistry.StartAsync(_cancellation);
        registry.Add(Repository, SampleImages.Versions(3));
        using var folder = new TemporaryFolder("folder");
        Version("..v1", "");
        File.CreateSymbolicLink(folder.File("..data"), "..v1");
        File.CreateSymbolicLink(folder.File("api.yaml"), "..data/api.yaml");
        await using var @operator = await RunningOperator.OverFolderAsync(folder.Path);
        await WaitAsync(folder, resource => resource.Tags().Length == 3);

        Version("..v2", "  tagFilter: {limit: 1}");
        File.Delete(folder.File("..data"));
        File.CreateSymbolicLink(folder.File("..data"), "..v2");

        ((long)(await WaitAsync(folder, resource => resource.Tags() is ["1.0.2"]))["metadata"]!["generation"]!).ShouldBe(2);

        void Version(string name, string more) => File.WriteAllText(
            Path.Combine(Directory.CreateDirectory(folder.File(name)).FullName, "api.yaml"), Resources.Registry("api", registry.Url, Repository, more));
    }

    private static string StatusFile(TemporaryFolder folder) => Path.Combine(folder.Path, ".status", "default.api.json");

    private async Task<JsonNode> WaitAsync(TemporaryFolder folder, Func<JsonNode, bool> isMet)
    {
        JsonNode? resource = null;
        await Wait.UntilAsync(
            "the status is as wanted",
            async token =>
            {
                if (!File.Exists(StatusFile(folder))) return false;
                resource = JsonNode.Parse(await File.ReadAllTextAsync(StatusFile(folder), token));
                return resource?["status"]?["lastScanStatus"] is not null && isMet(resource);
            },
            Deadline, _cancellation);
        return resource!;
    }
}
