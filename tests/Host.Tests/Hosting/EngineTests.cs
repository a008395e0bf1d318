using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using RegistryOperator.Host.Cli;
using RegistryOperator.Host.Hosting;
using RegistryOperator.Host.Plugins;

namespace RegistryOperator.Host.Tests.Hosting;

public sealed class EngineTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("engine-");

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
        await File.WriteAllTextAsync(file, """{"Scanning": {"Concurrency": "of the file", "ScannerConcurrency": "of the file"}, "Reports": {"MaximumTotalMiB": "of the file"}}""", Token);
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

        var failure = await Should.ThrowAsync<InputException>(() => StartAsync(new HostSettings { PluginDirectories = [], ConfigurationFile = file }, DataDirectory));

        failure.Message.ShouldStartWith($"--config {file}: ");
        if (content is not null) failure.Message.ShouldNotContain("Failed to load configuration");
        failure.Message.Length.ShouldBeGreaterThan($"--config {file}: ".Length);
        Directory.Exists(DataDirectory).ShouldBeFalse();
    }

    [Fact]
    public async Task Start_DataDirectoryCannotBeUsed_NamesTheOption()
    {
        await File.WriteAllTextAsync(DataDirectory, "a file", Token);

        (await Should.ThrowAsync<InputException>(() => StartAsync(new HostSettings { PluginDirectories = [] }, DataDirectory))).Message.ShouldStartWith($"--data-dir {DataDirectory}: ");
    }

    [Fact]
    public async Task Start_Stopped_OpensNothing()
    {
        await Should.ThrowAsync<OperationCanceledException>(() =>
            Engine.StartAsync(new HostSettings { PluginDirectories = [] }, DataDirectory, NullLoggerFactory.Instance, TimeProvider.System, new CancellationToken(canceled: true)));

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

        var starting = Engine.StartAsync(new HostSettings { PluginDirectories = [] }, DataDirectory, NullLoggerFactory.Instance, TimeProvider.System, stopping.Token);
        await stopping.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => starting);
    }

    [Fact]
    public async Task Start_PluginDirectoryThatIsNotThere_IsAFailureAndNoEnd()
    {
        await using var engine = await StartAsync(new HostSettings { PluginDirectories = [new PluginDirectory(Path.Combine(_root.FullName, "none"), IsRequired: true)] }, dataDirectory: null);

        engine.Plugins.Failures.ShouldHaveSingleItem().Folder.ShouldBe(Path.Combine(_root.FullName, "none"));
    }

    private static Task<Engine> StartAsync(HostSettings settings, string? dataDirectory) => Engine.StartAsync(settings, dataDirectory, NullLoggerFactory.Instance, TimeProvider.System, Token);
}
