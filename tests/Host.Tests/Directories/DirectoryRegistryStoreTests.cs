using RegistryOperator.Host.Directories;
using RegistryOperator.Host.Resources;
using RegistryOperator.Kubernetes;

namespace RegistryOperator.Host.Tests.Directories;

/// <summary>What the operator makes of a folder, over its restarts.</summary>
public sealed class DirectoryRegistryStoreTests : IDisposable
{
    private static readonly ResourceKey Api = new("shop", "api");
    private static readonly ResourceKey Web = new("shop", "web.v2");

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("folder-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public async Task UpdateAsync_FileRemovedWhileNoneRan_TellsThatItsResourceIsGone()
    {
        await LeaveStatusesAsync();
        File.Delete(PathOf(Web));
        var (reader, store) = Start();

        (await store.UpdateAsync(reader.Read()!, Token)).ShouldBe([Api, Web], ignoreOrder: true);

        (await store.GetAsync(Web, Token)).ShouldBeNull();
        (await store.GetAsync(Api, Token)).ShouldNotBeNull().Status.ShouldNotBeNull("what is there keeps its status");
        Statuses().ShouldBe(["shop.api.json"]);
    }

    [Fact]
    public async Task UpdateAsync_FolderEmptiedWhileNoneRan_TellsThatAllAreGone()
    {
        await LeaveStatusesAsync();
        File.Delete(PathOf(Web));
        File.Delete(PathOf(Api));
        var (reader, store) = Start();

        (await store.UpdateAsync(reader.Read()!, Token)).ShouldBe([Api, Web], ignoreOrder: true);

        Statuses().ShouldBeEmpty();
    }

    [Fact]
    public async Task UpdateAsync_FileWithAMistakeAtTheStart_IsNotGoneUntilItCanBeRead()
    {
        await LeaveStatusesAsync();
        await File.WriteAllTextAsync(PathOf(Web), "kind: [", Token);
        var (reader, store) = Start();

        (await store.UpdateAsync(reader.Read()!, Token)).ShouldBe([Api]);
        Statuses().ShouldBe(["shop.api.json", "shop.web.v2.json"]);

        File.Delete(PathOf(Web));
        (await store.UpdateAsync(reader.Read()!, Token)).ShouldBe([Web]);
        Statuses().ShouldBe(["shop.api.json"]);
    }

    [Fact]
    public async Task UpdateAsync_NoStatusesYet_TellsWhatIsNew()
    {
        await WriteAsync(Api);
        var (reader, store) = Start();

        (await store.UpdateAsync(reader.Read()!, Token)).ShouldBe([Api]);
    }

    /// <summary>Two resources with statuses, of a run that has ended.</summary>
    private async Task LeaveStatusesAsync()
    {
        await WriteAsync(Api);
        await WriteAsync(Web);
        var (reader, store) = Start();
        foreach (var key in await store.UpdateAsync(reader.Read()!, Token))
        {
            var resource = (await store.GetAsync(key, Token))!;
            await store.ReplaceStatusAsync(resource with { Status = new RegistryStatus { LastScanStatus = ScanStatuses.Success } }, Token);
        }

        Statuses().ShouldBe(["shop.api.json", "shop.web.v2.json"]);
    }

    private (DirectoryReader Reader, DirectoryRegistryStore Store) Start() => (new DirectoryReader(_root.FullName), new DirectoryRegistryStore(_root.FullName));

    private Task WriteAsync(ResourceKey key) => File.WriteAllTextAsync(
        PathOf(key),
        $$"""
        apiVersion: {{RegistryGroup.ApiVersion}}
        kind: Registry
        metadata: {namespace: {{key.Namespace}}, name: {{key.Name}}}
        spec: {url: "https://registry.example.com", repository: team/app}
        """,
        Token);

    private string PathOf(ResourceKey key) => Path.Combine(_root.FullName, $"{key.Name}.yaml");

    private IEnumerable<string?> Statuses() => Directory.GetFiles(Path.Combine(_root.FullName, ".status")).Select(Path.GetFileName).Order(StringComparer.Ordinal);
}
