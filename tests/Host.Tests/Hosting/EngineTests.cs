using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Hosting;
using RegistryOperator.Host.Plugins;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Host.Settings;
using RegistryOperator.Host.Tests.Plugins;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Host.Tests.Hosting;

public sealed class EngineTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("engine-");

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string DataDirectory => Path.Combine(_root.FullName, "data");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public async Task Start_WithoutADataDirectory_KeepsNoReports()
    {
        await using var engine = await StartAsync(new HostSettings { PluginDirectories = [] }, dataDirectory: null);

        engine.Reports.ShouldBeNull();
        Directory.Exists(DataDirectory).ShouldBeFalse();
    }

    [Fact]
    public async Task Start_WithADataDirectory_OpensTheStoreAndClosesItAtTheEnd()
    {
        await using (var engine = await StartAsync(new HostSettings { PluginDirectories = [] }, DataDirectory))
        {
            engine.Reports.ShouldNotBeNull();
            File.Exists(Path.Combine(DataDirectory, "reports.db-wal")).ShouldBeTrue();
        }

        Directory.GetFiles(DataDirectory).Select(Path.GetFileName).ShouldBe(["reports.db"]);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("4", null)]
    [InlineData("0", "Setting Scanning:Concurrency: '0'")]
    [InlineData("x", "Setting Scanning:Concurrency: 'x'")]
    public async Task Start_Settings_AreReadBeforeAnythingIsOpened(string? concurrency, string? complaint)
    {
        var settings = new HostSettings { PluginDirectories = [], Settings = concurrency is null ? [] : [new("Scanning:Concurrency", concurrency)] };

        if (complaint is null) await (await StartAsync(settings, DataDirectory)).DisposeAsync();
        else (await Should.ThrowAsync<InputException>(() => StartAsync(settings, DataDirectory))).Message.ShouldStartWith(complaint);

        Directory.Exists(DataDirectory).ShouldBe(complaint is null);
    }

    [Fact]
    public async Task Start_FileEnvironmentAndCommandLine_WinInThisOrder()
    {
        // Each is wrong in its own way, so that the message tells which one was read.
        var file = Path.Combine(_root.FullName, "settings.json");
        await File.WriteAllTextAsync(
            file,
            """{"Scanning": {"Concurrency": "of the file", "ScannerConcurrency": "of the file"}, "Reports": {"MaximumTotalMiB": "of the file"}}""",
            Token);
        var settings = new HostSettings { PluginDirectories = [], ConfigurationFile = file };

        (await FailAsync(settings)).ShouldContain("'of the file'");
        Environment.SetEnvironmentVariable("RO_Scanning__Concurrency", "of the environment");
        try
        {
            (await FailAsync(settings)).ShouldContain("'of the environment'");
            (await FailAsync(settings with { Settings = [new("Scanning:Concurrency", "of the command line")] })).ShouldContain("'of the command line'");
        }
        finally
        {
            Environment.SetEnvironmentVariable("RO_Scanning__Concurrency", null);
        }

        async Task<string> FailAsync(HostSettings given) => (await Should.ThrowAsync<InputException>(() => StartAsync(given, dataDirectory: null))).Message;
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{")]
    [InlineData("[]")]
    public async Task Start_SettingsFileUnreadable_NamesIt(string? content)
    {
        var file = Path.Combine(_root.FullName, "settings.json");
        if (content is not null) await File.WriteAllTextAsync(file, content, Token);

        var failure = await Should.ThrowAsync<InputException>(
            () => StartAsync(new HostSettings { PluginDirectories = [], ConfigurationFile = file }, DataDirectory));

        failure.Message.ShouldStartWith($"--config {file}: ");
        if (content is not null) failure.Message.ShouldNotContain("Failed to load configuration");
        failure.Message.Length.ShouldBeGreaterThan($"--config {file}: ".Length);
        Directory.Exists(DataDirectory).ShouldBeFalse();
    }

    [Fact]
    public async Task Start_DataDirectoryCannotBeUsed_NamesTheOption()
    {
        await File.WriteAllTextAsync(DataDirectory, "a file", Token);

        (await Should.ThrowAsync<InputException>(() => StartAsync(new HostSettings { PluginDirectories = [] }, DataDirectory)))
            .Message.ShouldStartWith($"--data-dir {DataDirectory}: ");
    }

    [Fact]
    public async Task Start_Stopped_OpensNothing()
    {
        await Should.ThrowAsync<OperationCanceledException>(() => Engine.StartAsync(
            new HostSettings { PluginDirectories = [] },
            DataDirectory,
            NullLoggerFactory.Instance,
            TimeProvider.System,
            new CancellationToken(canceled: true)));

        Directory.Exists(DataDirectory).ShouldBeFalse();
    }

    [Fact]
    public async Task Start_StoppedWhileTheStoreIsChecked_DoesNotWaitForIt()
    {
        await (await StartAsync(new HostSettings { PluginDirectories = [] }, DataDirectory)).DisposeAsync();
        using var stopping = new CancellationTokenSource();
        using var held = new SqliteConnection($"Data Source={Path.Combine(DataDirectory, "reports.db")};Pooling=False");
        held.Open();
        using (var hold = held.CreateCommand())
        {
            hold.CommandText = "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;";
            hold.ExecuteNonQuery();
        }

        var starting = Engine.StartAsync(
            new HostSettings { PluginDirectories = [] }, DataDirectory, NullLoggerFactory.Instance, TimeProvider.System, stopping.Token);
        await stopping.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => starting);
    }

    [Fact]
    public async Task Start_PluginDirectoryThatIsNotThere_IsAFailureAndNoEnd()
    {
        await using var engine = await StartAsync(
            new HostSettings { PluginDirectories = [new PluginDirectory(Path.Combine(_root.FullName, "none"), IsRequired: true)] }, dataDirectory: null);

        engine.Plugins.Failures.ShouldHaveSingleItem().Folder.ShouldBe(Path.Combine(_root.FullName, "none"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Start_StoppedWhilePluginsAreLookedFor_ClosesTheStoreThatNobodyGets(bool hasPlugins)
    {
        using var plugins = new PluginSandbox();
        plugins.AddFixture("VaultAuth");
        using var folders = new HeldFolders(hasPlugins ? [new PluginDirectory(Path.Combine(plugins.Root, "plugins"), IsRequired: true)] : []);
        using var stopping = new CancellationTokenSource();
        var starting = Engine.StartAsync(
            new HostSettings { PluginDirectories = folders }, DataDirectory, NullLoggerFactory.Instance, TimeProvider.System, stopping.Token);
        await folders.Reached.WaitAsync(Deadline, TimeProvider.System, Token);
        File.Exists(Path.Combine(DataDirectory, "reports.db-wal")).ShouldBeTrue();

        await stopping.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => starting.WaitAsync(Deadline, TimeProvider.System, Token));
        folders.Release();

        await Wait.UntilAsync(
            "the store is closed",
            () => Directory.GetFiles(DataDirectory).Select(Path.GetFileName).SequenceEqual(["reports.db"]),
            Deadline,
            Token);
    }

    [Fact]
    public async Task Dispose_Plugins_AreDisposedToo()
    {
        using var plugins = new PluginSandbox();
        plugins.AddFixture("Configured", folder: "A");
        var file = Path.Combine(_root.FullName, "stopped");

        var settings = new HostSettings
        {
            PluginDirectories = [new(Path.Combine(plugins.Root, "plugins"), IsRequired: true)],
            Settings = [new("Plugins:A:StopFile", file)],
        };
        await (await StartAsync(settings, dataDirectory: null)).DisposeAsync();

        (await File.ReadAllTextAsync(file, Token)).ShouldBe("disposed");
    }

    [Fact]
    public async Task Dispose_ScanStillEnds_WaitsForItBeforeItClosesTheStore()
    {
        using var plugins = new PluginSandbox();
        plugins.AddFixture("Unruly");
        var (begun, until) = (Path.Combine(_root.FullName, "begun"), Path.Combine(_root.FullName, "until"));
        await using var registry = await InMemoryRegistry.StartAsync(Token);
        registry.Add("shop/api", "1.0.0", new ImageBuilder().Build());
        var engine = await StartAsync(new HostSettings { PluginDirectories = [new(Path.Combine(plugins.Root, "plugins"), IsRequired: true)] }, DataDirectory);
        var spec = new RegistrySpec { Url = registry.Url.ToString(), Repository = "shop/api" } with
        {
            Scanners = [new CustomScannerSpec { Name = "unruly", Options = JsonSerializer.SerializeToElement(new { begun, until }) }],
        };
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var resource = new RegistryResource { Metadata = new() { Name = "api", Namespace = "shop" }, Spec = spec };
        var scan = engine.Round.RunAsync(resource, new NoSecrets(), new RoundMemory.Entry(), progress: null, publish: null, cancel.Token);
        await Wait.UntilAsync("the scanner has begun", () => File.Exists(begun) || scan.IsCompleted, Deadline, Token);
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => scan.WaitAsync(Deadline, TimeProvider.System, Token));

        var ending = engine.DisposeAsync().AsTask();
        // As long as a whole engine takes: time enough for one that does not wait.
        await (await StartAsync(new HostSettings { PluginDirectories = [] }, Path.Combine(_root.FullName, "other"))).DisposeAsync();
        var waits = !ending.IsCompleted;
        await File.WriteAllTextAsync(until, "", Token);

        await ending.WaitAsync(Deadline, TimeProvider.System, Token);
        waits.ShouldBeTrue();
    }

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("elsewhere", false)]
    public async Task Scan_PluginThatServesTheRegistry_IsTakenBeforeTheBuiltInClient(string serves, bool isTaken)
    {
        using var plugins = new PluginSandbox();
        plugins.AddFixture("Configured", folder: "A");
        await using var engine = await StartAsync(
            new HostSettings
            {
                PluginDirectories = [new(Path.Combine(plugins.Root, "plugins"), IsRequired: true)],
                Settings = [new("Plugins:A:Providers:0", serves)],
            },
            dataDirectory: null);
        var resource = new RegistryResource
        {
            Metadata = new() { Name = "api", Namespace = "shop" },
            Spec = new RegistrySpec
            {
                Url = $"http://localhost:{FreePort.Find()}",
                Repository = "team/app",
                ScanConfig = new ScanConfigSpec { RetryAttempts = 0 },
            },
        };

        var status = (await engine.Round.RunAsync(resource, new NoSecrets(), new RoundMemory.Entry(), progress: null, publish: null, Token)).Status;

        status.LastScanStatus.ShouldBe(ScanStatuses.Failed);
        // The plugin of the test makes no clients.
        (status.Message ?? "").Contains("Registry client provider 'localhost' failed to make a client", StringComparison.Ordinal)
            .ShouldBe(isTaken, status.Message);
    }

    [Theory]
    [InlineData("1", ScanStatuses.Failed)]
    [InlineData("3", ScanStatuses.Success)]
    [InlineData(null, ScanStatuses.Success)]
    public async Task Scan_PageOfTagsOfTwoMebibytes_IsReadWhereTheSettingAllowsIt(string? limit, string expected)
    {
        var page = Encoding.UTF8.GetBytes("""{"tags":[]}""".PadRight(2 << 20));
        await using var registry = await InMemoryRegistry.StartAsync(
            new InMemoryRegistryOptions { Faults = [Faults.Body("application/json", page)] }, Token);
        var settings = new HostSettings { PluginDirectories = [], Settings = limit is null ? [] : [new("Reading:MaximumPageMiB", limit)] };
        await using var engine = await StartAsync(settings, dataDirectory: null);
        var spec = new RegistrySpec { Url = registry.Url.ToString(), Repository = "team/app", ScanConfig = new ScanConfigSpec { RetryAttempts = 0 } };
        var resource = new RegistryResource { Metadata = new() { Name = "api", Namespace = "shop" }, Spec = spec };

        var status = (await engine.Round.RunAsync(resource, new NoSecrets(), new RoundMemory.Entry(), progress: null, publish: null, Token)).Status;

        status.LastScanStatus.ShouldBe(expected, status.Message);
    }

    private static Task<Engine> StartAsync(HostSettings settings, string? dataDirectory) =>
        Engine.StartAsync(settings, dataDirectory, NullLoggerFactory.Instance, TimeProvider.System, Token);

    private sealed class NoSecrets : ISecretSource
    {
        public Task<IReadOnlyList<string>?> GetPullSecretsAsync(string @namespace, string serviceAccount, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<string>?>(null);

        public Task<RegistryOperator.Abstractions.Authentication.CredentialSecret?> GetSecretAsync(
            string @namespace, string name, CancellationToken cancellationToken) =>
            Task.FromResult<RegistryOperator.Abstractions.Authentication.CredentialSecret?>(null);
    }

    /// <summary>Folders of plugins whose list is not given before it is released: it stands for disks that are slow.</summary>
    private sealed class HeldFolders(IReadOnlyList<PluginDirectory> folders) : IReadOnlyList<PluginDirectory>, IDisposable
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _release = new();

        public Task Reached => _reached.Task;

        public int Count => folders.Count;

        public PluginDirectory this[int index] => folders[index];

        public void Release() => _release.Set();

        public IEnumerator<PluginDirectory> GetEnumerator()
        {
            _reached.TrySetResult();
            _release.Wait();
            return folders.GetEnumerator();
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();

        public void Dispose() => Release();
    }
}
