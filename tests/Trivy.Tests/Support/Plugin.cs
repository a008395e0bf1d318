using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RegistryOperator.Abstractions.Plugins;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Tools;
using RegistryOperator.Host.Files;
using RegistryOperator.Host.Tools;
using RegistryOperator.Plugins.Trivy;
using RegistryOperator.Tests.Servers;
using RegistryOperator.Tests.Servers.Processes;
using RegistryOperator.Tests.Servers.Tools;

namespace RegistryOperator.Trivy.Tests.Support;

/// <summary>The plugin with its services, as the host makes it, and a cache folder of its own.</summary>
internal sealed class Plugin : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly TemporaryFolder _cache;

    private Plugin(TemporaryFolder cache, IToolRunner runner, TimeProvider time, IReadOnlyDictionary<string, string?> settings)
    {
        _cache = cache;
        Runner = new RecordingRunner(runner);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var context = new PluginContext("Trivy", AppContext.BaseDirectory, configuration);
        var services = new ServiceCollection()
            .AddSingleton(time)
            .AddSingleton(context)
            .AddSingleton<IConfiguration>(configuration)
            .AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance)
            .AddSingleton(typeof(ILogger<>), typeof(NullLogger<>))
            .AddSingleton<IToolRunner>(Runner);
        new TrivyStartup().ConfigureServices(services, context);
        _services = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true });
    }

    public RecordingRunner Runner { get; }

    /// <summary>Trivy's cache folder.</summary>
    public string Cache => _cache.Path;

    /// <summary>Finds vulnerabilities.</summary>
    public IImageScanner Vulnerabilities => Scanner(ScannerKind.Vulnerability);

    /// <summary>Makes SBOMs.</summary>
    public IImageScanner Sboms => Scanner(ScannerKind.Sbom);

    /// <summary>The plugin with a fake tool.</summary>
    public static Plugin Create(FakeRunner runner, TimeProvider? time = null, params (string Name, string Value)[] settings) =>
        Create(new TemporaryFolder("trivy"), runner, time, settings);

    /// <summary>The plugin with a program in Trivy's place.</summary>
    public static Plugin CreateWithTool(string path, params (string Name, string Value)[] settings) =>
        Create(new TemporaryFolder("trivy"), Tools(), time: null, [("Path", path), .. settings]);

    /// <summary>The plugin with the real Trivy and no database.</summary>
    public static Plugin CreateReal(params (string Name, string Value)[] settings)
    {
        Assert.SkipUnless(ServerBinaries.Has("trivy") && TrivyDatabase.CanBeMade, "trivy or mkdb is not installed.");
        return Create(new TemporaryFolder("trivy"), Tools(), time: null, [("Path", ServerBinaries.Find("trivy")), .. settings]);
    }

    /// <summary>The plugin with the real Trivy and the advisories of the demo.</summary>
    public static async Task<Plugin> CreateWithDatabaseAsync(params (string Name, string Value)[] settings)
    {
        var plugin = CreateReal([("SkipDbUpdate", "true"), .. settings]);
        await plugin.MakeDatabaseAsync();
        return plugin;
    }

    /// <summary>The host's runner.</summary>
    public static ToolRunner Tools() => new(AppContext.BaseDirectory, PathTrust.Strict, TimeProvider.System, NullLogger<ToolRunner>.Instance);

    /// <summary>Makes the database anew, with further advisories.</summary>
    public Task MakeDatabaseAsync(params string[] further) =>
        TrivyDatabase.MakeAsync(Cache, [.. Advisories.Files, .. further], TestContext.Current.CancellationToken);

    /// <summary>Ends the plugin, as the host does when it stops; its folder stays.</summary>
    public ValueTask EndAsync() => _services.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _cache.Dispose();
    }

    private static Plugin Create(TemporaryFolder cache, IToolRunner runner, TimeProvider? time, (string Name, string Value)[] settings) =>
        new(cache, runner, time ?? TimeProvider.System, settings
            .Append(("CacheDirectory", cache.Path))
            .DistinctBy(setting => setting.Item1)
            .ToDictionary(setting => setting.Item1, setting => (string?)setting.Item2));

    private IImageScanner Scanner(ScannerKind kind) => _services.GetServices<IImageScanner>().Single(scanner => scanner.Descriptor.Kind == kind);
}
