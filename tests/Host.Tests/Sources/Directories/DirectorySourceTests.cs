using Microsoft.Extensions.Logging;
using RegistryOperator.Host.Sources.Directories;
using RegistryOperator.Kubernetes;
using static RegistryOperator.Host.Tests.Sources.Directories.FolderSandbox;

namespace RegistryOperator.Host.Tests.Sources.Directories;

/// <summary>When changes of a folder are noticed, and what a folder that is away means.</summary>
public sealed class DirectorySourceTests : IAsyncDisposable
{
    private static readonly ResourceKey Api = new("shop", "api");
    private static readonly ResourceKey New = new("shop", "new");

    private readonly FolderSandbox _sandbox = new();

    public async ValueTask DisposeAsync()
    {
        await _sandbox.StopAsync();
        _sandbox.Dispose();
    }

    public static TheoryData<string, Action<FolderSandbox>> Changes { get; } = new()
    {
        { "created", sandbox => sandbox.Write("new.yaml", Manifest("new")) },
        { "changed", sandbox => sandbox.Write("spare.yaml", Manifest("new")) },
        { "renamed", sandbox => File.Move(sandbox.PathOf("spare.txt"), sandbox.PathOf("renamed.yaml")) },
        { "moved here", sandbox => File.Move(Path.Combine(sandbox.Outside, "new.yaml"), sandbox.PathOf("new.yaml")) },
        { "swapped by its link's folder", sandbox => sandbox.Mount("v2", ("mounted.yaml", Manifest("new"))) },
    };

    [Theory]
    [MemberData(nameof(Changes), DisableDiscoveryEnumeration = true)]
    public async Task WatchAsync_File_IsNoticedAtOnce(string how, Action<FolderSandbox> change)
    {
        _sandbox.Write("api.yaml", Manifest("api"));
        _sandbox.Write("spare.yaml", "# nothing yet");
        _sandbox.Write("spare.txt", Manifest("new"));
        await File.WriteAllTextAsync(Path.Combine(_sandbox.Outside, "new.yaml"), Manifest("new"), Token);
        _sandbox.Mount("v1", ("mounted.yaml", "# nothing yet"));
        await _sandbox.WatchAsync();
        _sandbox.Woken.ShouldBe([Api], how);

        change(_sandbox);

        await _sandbox.UntilWokenAsync(New);
        _sandbox.Woken.ShouldBe([Api, New], "of what has not changed, nothing is told");
    }

    [Fact]
    public async Task WatchAsync_FileDeleted_IsNoticedAtOnce()
    {
        _sandbox.Write("api.yaml", Manifest("api"));
        await _sandbox.WatchAsync();

        File.Delete(_sandbox.PathOf("api.yaml"));

        await _sandbox.UntilAsync("it is gone", () => _sandbox.Woken.Count == 2);
        _sandbox.Woken.ShouldBe([Api, Api]);
        (await _sandbox.Source.Store.GetAsync(Api, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task WatchAsync_ChangeThatTheSystemDoesNotTell_IsNoticedAtTheNextLook()
    {
        var target = Path.Combine(_sandbox.Outside, "target");
        await File.WriteAllTextAsync(target, Manifest("api"), Token);
        File.CreateSymbolicLink(_sandbox.PathOf("api.yaml"), target);
        await _sandbox.WatchAsync();

        await File.WriteAllTextAsync(target, Manifest("new"), Token);

        await _sandbox.UntilNextLookAsync("the other is there", () => _sandbox.Woken.Contains(New));
    }

    [Fact]
    public async Task WatchAsync_WorkloadWithoutAUsableImage_IsLoggedOnce()
    {
        _sandbox.Write(
            "a.yaml", "{kind: Deployment, apiVersion: apps/v1, metadata: {name: a}, spec: {template: {spec: {containers: [{name: c, image: 'nginx:'}]}}}}");
        await _sandbox.WatchAsync();
        _sandbox.Write("b.yaml", Manifest("new"));
        await _sandbox.UntilWokenAsync(New);

        var (level, message) = _sandbox.Log.ShouldHaveSingleItem("the folder was read twice");
        level.ShouldBe(LogLevel.Warning);
        message.ShouldEndWith("of Deployment default/a is not compared: its image 'nginx:' is not of the form HOST/REPOSITORY:TAG");
    }

    [Fact]
    public void Intervals_AreThoseThatAreDocumented()
    {
        DirectorySource.LookInterval.ShouldBe(TimeSpan.FromSeconds(10));
        DirectorySource.SettleTime.ShouldBe(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public async Task WatchAsync_FolderAwayAndBack_DecidesNothingAndTellsItOnce()
    {
        _sandbox.Write("api.yaml", Manifest("api"));
        await _sandbox.WatchAsync();

        _sandbox.Away();
        await _sandbox.UntilNextLookAsync("it is noticed", () => !_sandbox.Source.IsReady);
        await _sandbox.LookAgainAsync(3);
        _sandbox.Source.IsReady.ShouldBeFalse("several looks later it is still away");
        _sandbox.Back();
        await _sandbox.UntilNextLookAsync("it is back", () => _sandbox.Source.IsReady);
        await _sandbox.LookAgainAsync(3);

        _sandbox.Woken.ShouldBe([Api]);
        var (level, message) = _sandbox.Log[0];
        level.ShouldBe(LogLevel.Warning);
        message.ShouldContain($"The folder {_sandbox.Folder} can't be read");
        _sandbox.Log.Select(entry => entry.Level).ShouldBe([LogLevel.Warning, LogLevel.Information]);
        _sandbox.Log[1].Message.ShouldContain("can be read again");
        (await _sandbox.Source.Store.GetAsync(Api, Token)).ShouldNotBeNull();

        _sandbox.Write("new.yaml", Manifest("new"));
        await _sandbox.UntilWokenAsync(New);
    }

    [Fact]
    public async Task WatchAsync_AnotherFolderInItsPlace_CountsAndIsWatched()
    {
        _sandbox.Write("api.yaml", Manifest("api"));
        await _sandbox.WatchAsync();
        _sandbox.Away();
        await _sandbox.UntilNextLookAsync("it is noticed", () => !_sandbox.Source.IsReady);

        _sandbox.Write("web.yaml", Manifest("web"));
        await _sandbox.UntilNextLookAsync("the other folder counts", () => _sandbox.Woken.Count == 3);

        _sandbox.Woken.ShouldBe([Api, new ResourceKey("shop", "web"), Api]);
        _sandbox.Write("new.yaml", Manifest("new"));
        await _sandbox.UntilWokenAsync(New);
    }

    [Fact]
    public async Task WatchAsync_EqualFolderInItsPlace_ChangesNothingAndIsWatched()
    {
        _sandbox.Write("api.yaml", Manifest("api"));
        await _sandbox.WatchAsync();
        _sandbox.Away();
        await _sandbox.UntilNextLookAsync("it is noticed", () => !_sandbox.Source.IsReady);
        _sandbox.Write("api.yaml", Manifest("api"));
        await _sandbox.UntilNextLookAsync("it is back", () => _sandbox.Source.IsReady);
        _sandbox.Woken.ShouldBe([Api]);

        _sandbox.Write("new.yaml", Manifest("new"));

        await _sandbox.UntilWokenAsync(New);
    }

    [Fact]
    public async Task WatchAsync_AnotherFolderInItsPlaceAtOnce_IsWatchedOnceItsChangeWasSeen()
    {
        _sandbox.Write("api.yaml", Manifest("api"));
        await _sandbox.WatchAsync();
        // Between two looks: nothing tells that it is another one.
        _sandbox.Away();
        _sandbox.Write("api.yaml", Manifest("api"));
        _sandbox.Write("web.yaml", Manifest("web"));
        await _sandbox.UntilNextLookAsync("the other folder counts", () => _sandbox.Woken.Contains(new ResourceKey("shop", "web")));

        _sandbox.Write("new.yaml", Manifest("new"));

        await _sandbox.UntilWokenAsync(New);
    }

    [Fact]
    public async Task WatchAsync_Mistake_IsToldOnceUntilItIsMade()
    {
        var path = _sandbox.Write("bad.yaml", "kind: [");
        await _sandbox.WatchAsync();
        _sandbox.Write("new.yaml", Manifest("new"));
        await _sandbox.UntilWokenAsync(New);

        var (level, message) = _sandbox.Log.ShouldHaveSingleItem("the folder was read twice");
        level.ShouldBe(LogLevel.Error);
        message.ShouldStartWith(path + ":");

        _sandbox.Write("bad.yaml", Manifest("api"));
        await _sandbox.UntilWokenAsync(Api);
        _sandbox.Write("bad.yaml", "kind: [");
        await _sandbox.UntilAsync("it is told again", () => _sandbox.Log.Count == 2);
    }

    [Fact]
    public async Task WatchAsync_StatusThatCanNotBeRead_IsTriedAgain()
    {
        _sandbox.Write("api.yaml", Manifest("api"));
        Directory.CreateDirectory(_sandbox.PathOf(".status/shop.api.json"));
        await _sandbox.WatchAsync();
        _sandbox.Woken.ShouldBeEmpty();
        _sandbox.Log.ShouldHaveSingleItem().Message.ShouldContain("shop.api.json");

        Directory.Delete(_sandbox.PathOf(".status/shop.api.json"));

        await _sandbox.UntilNextLookAsync("it is there", () => _sandbox.Woken.Contains(Api));
        _sandbox.Log.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Start_ChangesWereLost_WatchesAnew()
    {
        using var watch = new DirectoryWatch(_sandbox.Folder, _sandbox.Time, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        watch.Start();
        // What shows that it is another watch: it is of the folder that is there now.
        _sandbox.Away();
        Directory.CreateDirectory(_sandbox.Folder);
        watch.Fail();
        (await watch.WaitAsync(DirectorySource.LookInterval, Token).WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Token))
            .ShouldBeTrue("what was lost is to be looked for");
        watch.Start();

        _sandbox.Write("new.yaml", Manifest("new"));

        (await watch.WaitAsync(DirectorySource.LookInterval, Token).WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Token)).ShouldBeTrue();
    }

    [Fact]
    public async Task WaitAsync_SeveralChanges_AreToldTogetherAndOnce()
    {
        using var watch = new DirectoryWatch(_sandbox.Folder, _sandbox.Time, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        watch.Notice();
        watch.Notice();
        (await watch.WaitAsync(DirectorySource.LookInterval, Token)).ShouldBeTrue();

        var wait = watch.WaitAsync(DirectorySource.LookInterval, Token);
        _sandbox.Time.Advance(DirectorySource.LookInterval - TimeSpan.FromMilliseconds(1));
        wait.IsCompleted.ShouldBeFalse();
        _sandbox.Time.Advance(TimeSpan.FromMilliseconds(1));
        (await wait).ShouldBeFalse();
    }

    [Fact]
    public async Task WaitAsync_Cancelled_EndsWithCancellationAndLosesNoChange()
    {
        using var watch = new DirectoryWatch(_sandbox.Folder, _sandbox.Time, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        using var cancellation = new CancellationTokenSource();
        var wait = watch.WaitAsync(DirectorySource.LookInterval, cancellation.Token);
        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => wait);

        watch.Notice();

        (await watch.WaitAsync(DirectorySource.LookInterval, Token)).ShouldBeTrue();
    }

    [Fact]
    public async Task WatchAsync_Cancelled_Ends()
    {
        await _sandbox.WatchAsync();

        await _sandbox.StopAsync();

        Should.NotThrow(_sandbox.Source.Dispose);
    }
}
