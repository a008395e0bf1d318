using System.Text;
using RegistryOperator.Host.Reconciliation;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Kubernetes;
using static RegistryOperator.Host.Tests.Sources.Directories.FolderSandbox;

namespace RegistryOperator.Host.Tests.Sources.Directories;

/// <summary>What the operator makes of a folder, over its restarts.</summary>
public sealed class DirectoryResourceStoreTests : IDisposable
{
    private static readonly ResourceKey Api = new("shop", "api");
    private static readonly ResourceKey Web = new("shop", "web.v2");

    private readonly FolderSandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public async Task UpdateAsync_FileRemovedWhileNoneRan_TellsThatItsResourceIsGone()
    {
        await LeaveStatusesAsync();
        File.Delete(PathOf(Web));
        _sandbox.Restart();

        (await _sandbox.UpdateAsync()).ShouldBe([Api, Web], ignoreOrder: true);

        (await _sandbox.Store.GetAsync(Web, Token)).ShouldBeNull();
        (await _sandbox.GetAsync(Api)).Status.ShouldNotBeNull("what is there keeps its status");
        _sandbox.Statuses().ShouldBe(["shop.api.json"]);
    }

    [Fact]
    public async Task UpdateAsync_FolderEmptiedWhileNoneRan_TellsThatAllAreGone()
    {
        await LeaveStatusesAsync();
        File.Delete(PathOf(Web));
        File.Delete(PathOf(Api));
        _sandbox.Restart();

        (await _sandbox.UpdateAsync()).ShouldBe([Api, Web], ignoreOrder: true);

        _sandbox.Statuses().ShouldBeEmpty();
    }

    [Fact]
    public async Task UpdateAsync_FileRemoved_TellsThatItsResourceIsGoneAndItsStatusToo()
    {
        await LeaveStatusesAsync();
        File.Delete(PathOf(Web));

        (await _sandbox.UpdateAsync()).ShouldBe([Web]);

        (await _sandbox.Store.GetAsync(Web, Token)).ShouldBeNull();
        _sandbox.Statuses().ShouldBe(["shop.api.json"]);
        Write(Web);
        await _sandbox.UpdateAsync();
        var again = await _sandbox.GetAsync(Web);
        (again.Status, again.Metadata.Generation).ShouldBe((null, 1), "a namesake begins anew");
    }

    [Fact]
    public async Task UpdateAsync_FileWithAMistakeAtTheStart_IsNotGoneUntilItCanBeRead()
    {
        await LeaveStatusesAsync();
        await File.WriteAllTextAsync(PathOf(Web), "kind: [", Token);
        _sandbox.Restart();

        (await _sandbox.UpdateAsync()).ShouldBe([Api]);
        _sandbox.Statuses().ShouldBe(["shop.api.json", "shop.web.v2.json"]);

        File.Delete(PathOf(Web));
        (await _sandbox.UpdateAsync()).ShouldBe([Web]);
        _sandbox.Statuses().ShouldBe(["shop.api.json"]);
    }

    [Fact]
    public async Task UpdateAsync_ReadWhileItChangedAtTheStart_TakesNothingForGone()
    {
        await LeaveStatusesAsync();
        File.Delete(PathOf(Web));
        _sandbox.Restart();
        var content = _sandbox.Read()!;

        (await _sandbox.Store.UpdateAsync(content with { IsComplete = false }, Token)).Changed.ShouldBe([Api]);
        _sandbox.Statuses().ShouldBe(["shop.api.json", "shop.web.v2.json"]);

        (await _sandbox.Store.UpdateAsync(content, Token)).Changed.ShouldBe([Web]);
        _sandbox.Statuses().ShouldBe(["shop.api.json"]);
    }

    [Fact]
    public async Task UpdateAsync_StatusLeftWhileItRuns_IsLookedForOnce()
    {
        Write(Api);
        await _sandbox.UpdateAsync();
        _sandbox.Write(".status/shop.stranger.json", "{}");
        Write(Web);

        (await _sandbox.UpdateAsync()).ShouldBe([Web]);

        _sandbox.Statuses().ShouldBe(["shop.stranger.json"]);
    }

    [Fact]
    public async Task UpdateAsync_NoStatusesYet_TellsWhatIsNew()
    {
        Write(Api);

        (await _sandbox.UpdateAsync()).ShouldBe([Api]);
        Directory.Exists(_sandbox.PathOf(".status")).ShouldBeFalse("nothing was found out yet");
    }

    [Theory]
    [InlineData("shop", "api", "repository: team/other", 2L)]
    [InlineData("shop", "api", "repository: team/app, scanInterval: 600", 2L)]
    [InlineData("shop", "api", "repository: team/app", 1L)]
    [InlineData("shop", "api", "\"repository\": 'team/app'", 1L)]
    public async Task UpdateAsync_ChangedFile_CountsGenerationsOfTheSpec(string @namespace, string name, string spec, long generation)
    {
        var key = new ResourceKey(@namespace, name);
        Write(key);
        await _sandbox.UpdateAsync();
        (await _sandbox.GetAsync(key)).Metadata.Generation.ShouldBe(1);
        var changed = Manifest(name).Replace("repository: team/app", spec, StringComparison.Ordinal) + "# a comment\n";
        await File.WriteAllTextAsync(PathOf(key), changed, Token);

        (await _sandbox.UpdateAsync()).ShouldBe(generation == 1 ? [] : [key]);

        (await _sandbox.GetAsync(key)).Metadata.Generation.ShouldBe(generation);
        await File.WriteAllTextAsync(PathOf(key), changed + "# another\n", Token);
        (await _sandbox.UpdateAsync()).ShouldBeEmpty();
        (await _sandbox.GetAsync(key)).Metadata.Generation.ShouldBe(generation, "counted once");
    }

    [Theory]
    [InlineData("team/app", 1L)]
    [InlineData("team/other", 2L)]
    public async Task UpdateAsync_AfterARestart_GoesOnCountingGenerations(string repository, long generation)
    {
        await LeaveStatusesAsync();
        _sandbox.Write("api.yaml", Manifest("api", repository));
        _sandbox.Restart();

        await _sandbox.UpdateAsync();

        var resource = await _sandbox.GetAsync(Api);
        resource.Metadata.Generation.ShouldBe(generation);
        resource.Status!.ObservedGeneration.ShouldBe(1);
    }

    [Fact]
    public async Task UpdateAsync_ScanRequested_TellsItWithoutANewGeneration()
    {
        Write(Api);
        await _sandbox.UpdateAsync();
        Annotate("1");

        (await _sandbox.UpdateAsync()).ShouldBe([Api]);
        (await _sandbox.GetAsync(Api)).Metadata.Generation.ShouldBe(1);
        Annotate("1", "another: x, ");
        (await _sandbox.UpdateAsync()).ShouldBeEmpty("other metadata asks for nothing");
        Annotate("2");
        (await _sandbox.UpdateAsync()).ShouldBe([Api]);

        void Annotate(string request, string others = "") => _sandbox.Write("api.yaml", Manifest("api").Replace(
            "name: api", $$"""name: api, annotations: { {{others}}"{{RegistryGroup.ScanRequestedAnnotation}}": "{{request}}"}""", StringComparison.Ordinal));
    }

    [Fact]
    public async Task GetAsync_WhatAnApiServerWouldKeep_IsNotTakenFromTheFile()
    {
        const string kept = "name: api, generation: 7, deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: [x]";
        _sandbox.Write("api.yaml", Manifest("api").Replace("name: api", kept, StringComparison.Ordinal) + "status: {lastScanStatus: Success}\n");
        await _sandbox.UpdateAsync();

        var resource = await _sandbox.GetAsync(Api);

        resource.Metadata.Generation.ShouldBe(1);
        resource.Metadata.DeletionTimestamp.ShouldBeNull();
        resource.Metadata.Finalizers.ShouldBe([RegistryGroup.Finalizer]);
        resource.Status.ShouldBeNull();
        (await _sandbox.Store.AddFinalizerAsync(resource, Token)).ShouldBe(resource);
        await _sandbox.Store.RemoveFinalizerAsync(resource, Token);
    }

    [Fact]
    public async Task ReplaceStatusAsync_VersionThatWasRead_IsKept()
    {
        Write(Api);
        await _sandbox.UpdateAsync();

        var written = await _sandbox.WriteStatusAsync(Api);

        written.Status!.LastScanStatus.ShouldBe(ScanStatuses.Success);
        (await _sandbox.GetAsync(Api)).Status!.LastScanStatus.ShouldBe(ScanStatuses.Success);
        _sandbox.Statuses().ShouldBe(["shop.api.json"]);
    }

    [Fact]
    public async Task ReplaceStatusAsync_OldGeneration_IsAConflictAndWritesNothing()
    {
        Write(Api);
        await _sandbox.UpdateAsync();
        var old = await _sandbox.WriteStatusAsync(Api);
        _sandbox.Write("api.yaml", Manifest("api", "team/other"));
        await _sandbox.UpdateAsync();

        var conflict = await Should.ThrowAsync<StatusConflictException>(() => _sandbox.Store.ReplaceStatusAsync(
            old with { Status = new RegistryStatus { LastScanStatus = ScanStatuses.Failed } }, Token));

        conflict.Message.ShouldContain("shop/api");
        (await _sandbox.GetAsync(Api)).Status!.LastScanStatus.ShouldBe(ScanStatuses.Success);
    }

    [Fact]
    public async Task ReplaceStatusAsync_ResourceGone_IsAConflictAndLeavesNoStatus()
    {
        Write(Api);
        await _sandbox.UpdateAsync();
        var resource = await _sandbox.WriteStatusAsync(Api);
        File.Delete(PathOf(Api));
        await _sandbox.UpdateAsync();

        await Should.ThrowAsync<StatusConflictException>(() => _sandbox.Store.ReplaceStatusAsync(resource, Token));

        _sandbox.Statuses().ShouldBeEmpty();
    }

    [Fact]
    public async Task ReplaceStatusAsync_CancelledWrite_LeavesTheLastOneWhole()
    {
        Write(Api);
        await _sandbox.UpdateAsync();
        var resource = await _sandbox.WriteStatusAsync(Api);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => _sandbox.Store.ReplaceStatusAsync(
            resource with { Status = new RegistryStatus { LastScanStatus = ScanStatuses.Failed } }, cancelled.Token));

        (await _sandbox.GetAsync(Api)).Status!.LastScanStatus.ShouldBe(ScanStatuses.Success);
        (await _sandbox.WriteStatusAsync(Api, ScanStatuses.Failed)).Status!.LastScanStatus.ShouldBe(ScanStatuses.Failed);
        _sandbox.Statuses().ShouldBe(["shop.api.json"], "nothing is left of the write that was cancelled");
    }

    [Fact]
    public async Task ReplaceStatusAsync_ReadMeanwhile_IsNeverHalf()
    {
        Write(Api);
        await _sandbox.UpdateAsync();
        var resource = await _sandbox.WriteStatusAsync(Api);
        var images = Enumerable.Range(0, 2000).Select(number => new ImageStatus { Tag = $"{number}" });
        var large = resource with { Status = new RegistryStatus { Images = [.. images] } };
        var writes = Task.Run(
            async () =>
            {
                for (var write = 0; write < 20; write++) await _sandbox.Store.ReplaceStatusAsync(large, Token);
            },
            Token);

        do (await _sandbox.GetAsync(Api)).Status!.Images.Count.ShouldBeOneOf(0, 2000);
        while (!writes.IsCompleted);
        await writes;
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"metadata\":")]
    [InlineData("[]")]
    public async Task GetAsync_StatusThatIsNone_IsScannedAnew(string content)
    {
        await LeaveStatusesAsync();
        _sandbox.Write(".status/shop.api.json", content);
        _sandbox.Restart();

        await _sandbox.UpdateAsync();

        var resource = await _sandbox.GetAsync(Api);
        (resource.Status, resource.Metadata.Generation).ShouldBe((null, 1));
        (await _sandbox.GetAsync(Web)).Status.ShouldNotBeNull();
    }

    [Fact]
    public async Task GetAsync_UnknownResource_IsNull() => (await _sandbox.Store.GetAsync(Api, Token)).ShouldBeNull();

    [Fact]
    public async Task Store_FolderAway_LosesNoStatusAndMakesNoOtherFolder()
    {
        await LeaveStatusesAsync();
        var resource = await _sandbox.GetAsync(Api);
        _sandbox.Away();

        await Should.ThrowAsync<IOException>(() => _sandbox.Store.GetAsync(Api, Token), "no status is not the same as one that can't be read");
        (await Should.ThrowAsync<IOException>(() => _sandbox.Store.ReplaceStatusAsync(resource, Token))).Message.ShouldContain(_sandbox.Folder);
        Directory.Exists(_sandbox.Folder).ShouldBeFalse();

        _sandbox.Back();
        (await _sandbox.GetAsync(Api)).Status.ShouldNotBeNull();
    }

    [Fact]
    public async Task UpdateAsync_FolderAwayMeanwhile_TakesNothingOverThatItCanNotKnow()
    {
        await LeaveStatusesAsync();
        _sandbox.Restart();
        var content = _sandbox.Read()!;
        _sandbox.Away();

        var update = await _sandbox.Store.UpdateAsync(content, Token);
        update.Changed.ShouldBeEmpty();
        update.Problems.ShouldNotBeEmpty();
        (await _sandbox.Store.GetAsync(Api, Token)).ShouldBeNull("without its last status it would begin anew");

        _sandbox.Back();
        update = await _sandbox.Store.UpdateAsync(content, Token);
        update.Changed.ShouldBe([Api, Web], ignoreOrder: true);
        update.Problems.ShouldBeEmpty();
        (await _sandbox.GetAsync(Api)).Status.ShouldNotBeNull();
    }

    [Fact]
    public async Task UpdateAsync_StatusThatCanNotBeRead_HoldsUpNoOther()
    {
        await LeaveStatusesAsync();
        File.Delete(_sandbox.PathOf(".status/shop.api.json"));
        Directory.CreateDirectory(_sandbox.PathOf(".status/shop.api.json"));
        _sandbox.Restart();
        var content = _sandbox.Read()!;

        var update = await _sandbox.Store.UpdateAsync(content, Token);

        update.Changed.ShouldBe([Web]);
        var problem = update.Problems.ShouldHaveSingleItem();
        problem.File.ShouldBe(_sandbox.PathOf(".status/shop.api.json"));
        problem.Message.ShouldContain("shop/api");
    }

    [Fact]
    public async Task UpdateAsync_StatusThatCanNotBeRemoved_IsRemovedLater()
    {
        await LeaveStatusesAsync();
        File.Delete(PathOf(Web));
        var content = _sandbox.Read()!;
        _sandbox.Away();

        var update = await _sandbox.Store.UpdateAsync(content, Token);
        update.Changed.ShouldBe([Web]);
        update.Problems.ShouldHaveSingleItem().File.ShouldBe(_sandbox.PathOf(".status/shop.web.v2.json"));

        _sandbox.Back();
        update = await _sandbox.Store.UpdateAsync(content, Token);
        update.Problems.ShouldBeEmpty();
        _sandbox.Statuses().ShouldBe(["shop.api.json"]);
    }

    [Fact]
    public async Task UpdateAsync_StrangeFilesBesideTheStatuses_AreNoLeftovers()
    {
        string[] strange = ["readme.txt", "nodot.json", ".json", "nameless..json", "shop.api.json.new"];
        foreach (var name in strange) _sandbox.Write(".status/" + name, "x");
        _sandbox.Write(".status/shop.gone.with.dots.json", "{}");

        (await _sandbox.UpdateAsync()).ShouldBe([new ResourceKey("shop", "gone.with.dots")]);

        _sandbox.Statuses().ShouldBe(strange.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task GetSecretAsync_Secret_IsFoundByNamespaceAndNameAsLastRead()
    {
        _sandbox.Write("login.yaml", Secret("login", "old"));
        await _sandbox.UpdateAsync();

        Password(await _sandbox.Store.GetSecretAsync("shop", "login", Token)).ShouldBe("old");
        (await _sandbox.Store.GetSecretAsync("default", "login", Token)).ShouldBeNull();
        (await _sandbox.Store.GetSecretAsync("shop", "other", Token)).ShouldBeNull();

        _sandbox.Write("login.yaml", Secret("login", "new"));
        await _sandbox.UpdateAsync();
        Password(await _sandbox.Store.GetSecretAsync("shop", "login", Token)).ShouldBe("new");

        File.Delete(_sandbox.PathOf("login.yaml"));
        await _sandbox.UpdateAsync();
        (await _sandbox.Store.GetSecretAsync("shop", "login", Token)).ShouldBeNull();

        static string? Password(Abstractions.Authentication.CredentialSecret? secret) =>
            secret is null ? null : Encoding.UTF8.GetString(secret.Data["password"].Span);
    }

    /// <summary>Two resources with statuses, of a run that has ended.</summary>
    private async Task LeaveStatusesAsync()
    {
        Write(Api);
        Write(Web);
        foreach (var key in await _sandbox.UpdateAsync()) await _sandbox.WriteStatusAsync(key);
        _sandbox.Statuses().ShouldBe(["shop.api.json", "shop.web.v2.json"]);
    }

    private void Write(ResourceKey key) => _sandbox.Write($"{key.Name}.yaml", Manifest(key.Name, @namespace: key.Namespace));

    private string PathOf(ResourceKey key) => _sandbox.PathOf($"{key.Name}.yaml");
}
