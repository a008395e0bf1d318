using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Sources.Directories;
using RegistryOperator.Host.Tests.Support;
using RegistryOperator.Kubernetes;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Host.Tests.Sources.Directories;

/// <summary>A folder of resources, and the parts of the operator that read it.</summary>
public sealed class FolderSandbox : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _root = new("folder");
    private readonly MessageLog _log = new();
    private readonly CountingTime _time = new();
    private readonly CancellationTokenSource _stop = new();
    private DirectorySource? _source;
    private Task _watch = Task.CompletedTask;

    public FolderSandbox()
    {
        Folder = Directory.CreateDirectory(_root.File("dir")).FullName;
        Store = new DirectoryResourceStore(Folder);
        Reader = new DirectoryReader(Folder);
    }

    internal static CancellationToken Token => TestContext.Current.CancellationToken;

    internal FakeTimeProvider Time => _time;

    internal string Folder { get; }

    internal string Outside => Directory.CreateDirectory(_root.File("outside")).FullName;

    internal DirectoryReader Reader { get; private set; }

    internal DirectoryResourceStore Store { get; private set; }

    internal DirectorySource Source => _source ?? throw new InvalidOperationException("Not watched.");

    internal IReadOnlyList<(LogLevel Level, string Message)> Log => _log.Messages;

    /// <summary>What <see cref="Source"/> woke, in order.</summary>
    internal List<ResourceKey> Woken { get; } = [];

    internal static string Manifest(string name, string repository = "team/app", string @namespace = "shop", string more = "") =>
        $$"""
        apiVersion: {{RegistryGroup.ApiVersion}}
        kind: Registry
        metadata: {namespace: {{@namespace}}, name: {{name}}}
        spec: {url: "https://registry.example.com", repository: {{repository}}{{more}}}

        """;

    internal static string Secret(string name, string password) =>
        $$"""
        apiVersion: v1
        kind: Secret
        metadata: {namespace: shop, name: {{name}}}
        stringData: {password: {{password}}}

        """;

    internal string PathOf(string file) => Path.Combine(Folder, file);

    internal string Write(string file, string content)
    {
        var path = PathOf(file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>As a kubelet mounts a ConfigMap or a Secret: <c>file -> ..data/file</c>, <c>..data -> ..VERSION</c>; a new version swaps the link.</summary>
    internal void Mount(string version, params (string Name, string Content)[] files)
    {
        var hidden = Directory.CreateDirectory(PathOf(".." + version)).FullName;
        foreach (var (name, content) in files) File.WriteAllText(Path.Combine(hidden, name), content);
        File.Delete(PathOf("..data_tmp"));
        File.CreateSymbolicLink(PathOf("..data_tmp"), ".." + version);
        // .NET moves no link to a folder over another one.
        using (var move = Process.Start(new ProcessStartInfo("mv", ["-T", PathOf("..data_tmp"), PathOf("..data")]))!) move.WaitForExit();
        foreach (var (name, _) in files.Where(file => new FileInfo(PathOf(file.Name)).LinkTarget is null))
            File.CreateSymbolicLink(PathOf(name), "..data/" + name);
    }

    /// <summary>Moves the folder away, or back.</summary>
    internal void Away() => Directory.Move(Folder, Folder + "-away");

    internal void Back() => Directory.Move(Folder + "-away", Folder);

    /// <summary>As after a restart.</summary>
    internal void Restart()
    {
        Store = new DirectoryResourceStore(Folder);
        Reader = new DirectoryReader(Folder);
    }

    /// <summary>Looks until what is there is told; null where that is nothing new.</summary>
    internal DirectoryContent? Read()
    {
        while (true)
        {
            var look = Reader.Look();
            if (look.IsSettled) return look.Content;
            look.Content.ShouldBeNull();
        }
    }

    /// <summary>Reads the folder and updates the store.</summary>
    internal async Task<IReadOnlyList<ResourceKey>> UpdateAsync()
    {
        var update = await Store.UpdateAsync(Read()!, Token);
        update.Problems.ShouldBeEmpty();
        return update.Changed;
    }

    /// <summary>What is known of a resource.</summary>
    internal async Task<RegistryResource> GetAsync(ResourceKey key) => (await Store.GetAsync(key, Token)).ShouldNotBeNull();

    /// <summary>Gives a resource a status.</summary>
    internal async Task<RegistryResource> WriteStatusAsync(ResourceKey key, string status = ScanStatuses.Success)
    {
        var resource = await GetAsync(key);
        var scanned = new RegistryStatus { LastScanStatus = status, ObservedGeneration = resource.Metadata.Generation };
        return await Store.ReplaceStatusAsync(resource with { Status = scanned }, Token);
    }

    internal IEnumerable<string?> Statuses() => Directory.Exists(PathOf(".status"))
        ? Directory.GetFiles(PathOf(".status")).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        : [];

    /// <summary>Starts to watch, and waits for the first look.</summary>
    internal async Task WatchAsync()
    {
        _source = new DirectorySource(Folder, Time, new MessageLogFactory(_log));
        _watch = Task.Run(() => _source.WatchAsync((key, _) => { lock (Woken) Woken.Add(key); }, _stop.Token), Token);
        await UntilAsync("all is seen", () => _source.IsReady);
    }

    /// <summary>Waits for a condition, while short times pass: two looks must agree, but no interval ends by itself.</summary>
    internal async Task UntilAsync(string condition, Func<bool> isMet)
    {
        var passed = TimeSpan.Zero;
        await Wait.UntilAsync(
            condition,
            () =>
            {
                _watch.IsFaulted.ShouldBeFalse(_watch.Exception?.ToString());
                if (isMet()) return true;
                // Less than a look's interval in all, which only AdvanceAsync lets pass.
                if (passed < DirectorySource.LookInterval / 2) Time.Advance(DirectorySource.SettleTime);
                passed += DirectorySource.SettleTime;
                return false;
            },
            Deadline,
            Token);
    }

    internal Task UntilWokenAsync(ResourceKey key) => UntilAsync($"{key} is told of", () => { lock (Woken) return Woken.Contains(key); });

    /// <summary>Waits for a condition while the time passes that there may be between two looks.</summary>
    internal Task UntilNextLookAsync(string condition, Func<bool> isMet) => Wait.UntilAsync(
        condition,
        () =>
        {
            _watch.IsFaulted.ShouldBeFalse(_watch.Exception?.ToString());
            if (isMet()) return true;
            Time.Advance(DirectorySource.LookInterval);
            return false;
        },
        Deadline,
        Token);

    /// <summary>Lets a number of looks be made: each ends with a new wait.</summary>
    internal async Task LookAgainAsync(int looks)
    {
        for (var look = 0; look < looks; look++)
        {
            var before = _time.Timers;
            await Wait.UntilAsync(
                "it is looked at again",
                () =>
                {
                    _watch.IsFaulted.ShouldBeFalse(_watch.Exception?.ToString());
                    Time.Advance(DirectorySource.LookInterval);
                    return _time.Timers > before;
                },
                Deadline,
                Token);
        }
    }

    internal async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _watch.WaitAsync(Deadline, TimeProvider.System, Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _source?.Dispose();
        _stop.Dispose();
        _root.Dispose();
    }

    private sealed class CountingTime : FakeTimeProvider
    {
        private int _timers;

        /// <summary>How many waits were begun.</summary>
        public int Timers => Volatile.Read(ref _timers);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Increment(ref _timers);
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
