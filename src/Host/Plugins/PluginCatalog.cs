using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Host.Files;
using RegistryOperator.Host.Plugins.Guards;
using RegistryOperator.Host.Plugins.Loading;

namespace RegistryOperator.Host.Plugins;

/// <summary>All plugins of this process, loaded once: what they bring, and which do not run.</summary>
internal sealed partial class PluginCatalog : IAsyncDisposable
{
    private readonly ILogger _logger;

    private PluginCatalog(IReadOnlyList<LoadedPlugin> plugins, IReadOnlyList<PluginFailure> failures, IReadOnlyList<string> unknownSettings, ILogger logger)
    {
        _logger = logger;
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
    /// <param name="loggerFactory">The loggers, theirs too.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the loading.</param>
    public static async Task<PluginCatalog> LoadAsync(
        IEnumerable<PluginDirectory> directories, IConfiguration configuration, string? dataDirectory,
        ILoggerFactory loggerFactory, TimeProvider time, CancellationToken cancellationToken)
    {
        var logger = loggerFactory.CreateLogger<PluginCatalog>();
        var settings = new PluginSettings(configuration);
        var state = new PluginState(dataDirectory, loggerFactory.CreateLogger<PluginState>());
        var activator = new PluginActivator(settings, state, PathTrust.Read(configuration), loggerFactory, time);
        var (folders, missing) = PluginLocator.Locate(directories);
        List<LoadedPlugin> plugins = [];
        List<PluginFailure> failures = [.. missing];
        foreach (var folder in folders)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                plugins.Add(await activator.ActivateAsync(folder));
            }
            catch (PluginException exception)
            {
                failures.Add(new PluginFailure(folder.Path, exception.Message));
            }
        }

        var unknown = settings.FindUnknown([.. plugins.Select(plugin => plugin.Name), .. failures.Select(failure => failure.Name)]);
        var catalog = new PluginCatalog(plugins, failures, unknown, logger);
        catalog.Report();
        return catalog;
    }

    /// <summary>Disposes every plugin's services; a failure of one does not stop the others from being disposed.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var plugin in Plugins.Reverse())
        {
            try
            {
                await plugin.DisposeAsync();
            }
            catch (Exception exception)
            {
                LogDisposeFailed(plugin.Folder, PluginFault.Describe(exception));
            }
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
