using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Host.Files;
using RegistryOperator.Host.Plugins.Guards;
using RegistryOperator.Host.Plugins.Loading;
using RegistryOperator.Host.Tools;

namespace RegistryOperator.Host.Plugins;

/// <summary>All plugins of this process, loaded once: what they bring, and which do not run.</summary>
internal sealed partial class PluginCatalog : IAsyncDisposable
{
    /// <summary>How long a plugin may take to start, and to stop. Then it is abandoned: what blocks a thread can't be ended.</summary>
    public static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(10);

    private readonly ILogger _logger;
    private readonly ScanJournal _journal;
    private readonly TimeProvider _time;

    private PluginCatalog(
        IReadOnlyList<LoadedPlugin> plugins, IReadOnlyList<PluginFailure> failures, IReadOnlyList<string> unknownSettings, ScanJournal journal,
        TimeProvider time, ILogger logger)
    {
        _logger = logger;
        _journal = journal;
        _time = time;
        Plugins = plugins;
        Failures = failures;
        var scanners = NameClaims<GuardedScanner>.Settle(
            "Scanner", plugins, plugin => plugin.Scanners, scanner => $"{scanner.Descriptor.Kind}/{scanner.Descriptor.Name}");
        var providers = NameClaims<GuardedRegistryClientProvider>.Settle(
            "Registry client provider", plugins, plugin => plugin.RegistryClientProviders, provider => provider.Name);
        var authenticators = NameClaims<GuardedAuthenticator>.Settle(
            "Authenticator", plugins, plugin => plugin.Authenticators, authenticator => authenticator.Name);
        Scanners = scanners.Winners;
        RegistryClientProviders = [.. providers.Winners.Reverse()];
        Authenticators = [.. authenticators.Winners.Reverse()];
        Notices = [.. scanners.Notices, .. providers.Notices, .. authenticators.Notices, .. unknownSettings];
    }

    /// <summary>The plugins that run, in the order of their folders.</summary>
    public IReadOnlyList<LoadedPlugin> Plugins { get; }

    /// <summary>The plugins that don't, and why.</summary>
    public IReadOnlyList<PluginFailure> Failures { get; }

    /// <summary>What a user should know at start: one sentence for each name that several plugins claim, and for each unknown setting.</summary>
    public IReadOnlyList<string> Notices { get; }

    /// <summary>The scanners, one for each kind and name.</summary>
    public IReadOnlyList<GuardedScanner> Scanners { get; }

    /// <summary>The registry client providers, one for each name, in the order in which to ask them: later folders first.</summary>
    public IReadOnlyList<IRegistryClientProvider> RegistryClientProviders { get; }

    /// <summary>The authenticators, one for each name, in the order in which to ask them: later folders first.</summary>
    public IReadOnlyList<IRegistryAuthenticator> Authenticators { get; }

    /// <summary>
    /// Loads every plugin of the directories, in their order; where two claim a name, the later one wins. Never throws for a plugin's
    /// fault: one that can't run is in <see cref="Failures"/> and in the log, and the others run.
    /// </summary>
    /// <param name="directories">Where the plugins are.</param>
    /// <param name="configuration">Their settings.</param>
    /// <param name="dataDirectory">Where they may keep data; null where none is kept.</param>
    /// <param name="isReading">True writes nothing there: another process may use it.</param>
    /// <param name="loggerFactory">The loggers, theirs too.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the loading.</param>
    public static async Task<PluginCatalog> LoadAsync(
        IEnumerable<PluginDirectory> directories, IConfiguration configuration, string? dataDirectory, bool isReading,
        ILoggerFactory loggerFactory, TimeProvider time, CancellationToken cancellationToken)
    {
        var logger = loggerFactory.CreateLogger<PluginCatalog>();
        var settings = new PluginSettings(configuration);
        var journalLogger = loggerFactory.CreateLogger<ScanJournal>();
        var journal = isReading ? ScanJournal.OpenReadOnly(dataDirectory, time, journalLogger) : ScanJournal.Open(dataDirectory, time, journalLogger);
        var state = new PluginState(isReading ? null : dataDirectory, loggerFactory.CreateLogger<PluginState>());
        var trust = PathTrust.Read(configuration);
        var confinement = new ToolConfinement(ToolLimits.Read(configuration), trust, loggerFactory.CreateLogger<ToolConfinement>());
        var activator = new PluginActivator(settings, state, journal, trust, confinement, loggerFactory, time);
        try
        {
            return await LoadAsync(activator, directories, settings, journal, logger, time, cancellationToken);
        }
        catch
        {
            journal.Dispose();
            throw;
        }
    }

    private static async Task<PluginCatalog> LoadAsync(
        PluginActivator activator, IEnumerable<PluginDirectory> directories, PluginSettings settings, ScanJournal journal,
        ILogger logger, TimeProvider time, CancellationToken cancellationToken)
    {
        var (folders, missing) = PluginLocator.Locate(directories);
        List<LoadedPlugin> plugins = [];
        List<PluginFailure> failures = [.. missing];
        foreach (var folder in folders)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                if (journal.ProblemOf(folder.Name) is { } died) throw new PluginException(died);
                plugins.Add(await StartAsync(activator, folder, time));
            }
            catch (PluginException exception)
            {
                failures.Add(new PluginFailure(folder.Path, exception.Message));
            }
        }

        var unknown = settings.FindUnknown([.. plugins.Select(plugin => plugin.Name), .. failures.Select(failure => failure.Name)]);
        var catalog = new PluginCatalog(plugins, failures, unknown, journal, time, logger);
        catalog.Report();
        return catalog;
    }

    /// <summary>Says that the process is about to stop: how it ends is no plugin's doing any more.</summary>
    public void Stopping() => _journal.Dispose();

    /// <summary>Disposes every plugin's services; a failure of one does not stop the others from being disposed.</summary>
    public async ValueTask DisposeAsync()
    {
        Stopping();
        foreach (var plugin in Plugins.Reverse())
        {
            try
            {
                await Task.Run(async () => await plugin.DisposeAsync(), CancellationToken.None).WaitAsync(StartDeadline, _time, CancellationToken.None);
            }
            catch (Exception exception)
            {
                LogDisposeFailed(plugin.Folder, PluginFault.Describe(exception));
            }
        }
    }

    /// <summary>On a thread of its own, since what a plugin does in its constructors may never end.</summary>
    /// <exception cref="PluginException">It can't run, or does not start in time.</exception>
    private static async Task<LoadedPlugin> StartAsync(PluginActivator activator, PluginFolder folder, TimeProvider time)
    {
        var starting = Task.Factory.StartNew(
            () => activator.ActivateAsync(folder), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
        try
        {
            return await starting.WaitAsync(StartDeadline, time, CancellationToken.None);
        }
        catch (TimeoutException) when (!starting.IsCompleted)
        {
            _ = starting.ContinueWith(late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            throw new PluginException(
                $"It did not start within {StartDeadline.TotalSeconds:0} s and is abandoned: a constructor, or its startup class, waits for something. " +
                "Move that into the readiness check or the scan.");
        }
    }

    private void Report()
    {
        foreach (var plugin in Plugins) LogLoaded(plugin.Name, plugin.Version, plugin.Folder);
        foreach (var notice in Notices) LogNotice(notice);
        foreach (var failure in Failures) LogFailed(failure.Folder, failure.Reason);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Loaded plugin {Name} {Version} from {Folder}")]
    private partial void LogLoaded(string name, string version, string folder);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Notice}")]
    private partial void LogNotice(string notice);

    [LoggerMessage(Level = LogLevel.Error, Message = "Plugin {Folder} does not run. {Reason}")]
    private partial void LogFailed(string folder, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Plugin {Folder} failed to stop. {Reason}")]
    private partial void LogDisposeFailed(string folder, string reason);
}
