using System.Buffers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Plugins;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Files;
using RegistryOperator.Host.Plugins.Guards;
using RegistryOperator.Host.Tools;

namespace RegistryOperator.Host.Plugins.Loading;

/// <summary>Takes one plugin from its folder to running instances.</summary>
internal sealed class PluginActivator(
    PluginSettings settings, PluginState state, ScanJournal journal, PathTrust trust, ToolConfinement confinement, ILoggerFactory loggerFactory,
    TimeProvider time)
{
    private const int LongestName = 63;

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.-");

    /// <summary>Inspects, loads and constructs.</summary>
    /// <exception cref="PluginException">The plugin can't run; the message is one sentence for the user.</exception>
    public async Task<LoadedPlugin> ActivateAsync(PluginFolder folder)
    {
        // Before anything of it is read.
        if (trust.ProblemOfAll(folder.Path) is { } problem) throw new PluginException($"It is not loaded: {problem}");
        var manifest = PluginInspector.Inspect(folder);
        if (ContractCompatibility.Check(manifest) is { } misfit) throw new PluginException(misfit);

        var context = new PluginContext(folder.Name, folder.Path, settings.Of(folder.Name)) { StateFolder = state.FolderOf(folder) };
        ServiceCollection registrations = [];
        ServiceProvider? services = null;
        try
        {
            services = PluginServices.Build(registrations, PluginLoader.Load(folder), context, trust, loggerFactory, time, confinement);
            var plugin = Construct(folder, manifest, context, services);
            settings.Declare(folder.Name, plugin.Options);
            return plugin;
        }
        // Whatever a plugin's constructors and the runtime's loader throw: it must not reach the other plugins.
        catch (Exception exception)
        {
            await DisposeHalfMadeAsync(services);
            // A plugin that rejects a setting does not mention a misspelt one, which is often the cause.
            settings.Declare(
                folder.Name, registrations.Where(service => !service.IsKeyedService).Select(service => service.ImplementationInstance).OfType<PluginOption>());
            if (exception is PluginException) throw;
            throw new PluginException(PluginFault.DescribeSetting(exception, context) ?? PluginFault.Describe(exception), exception);
        }
    }

    // What failed to start may fail to stop as well; the first failure is reported.
    private static async Task DisposeHalfMadeAsync(ServiceProvider? services)
    {
        try
        {
            if (services is not null) await services.DisposeAsync();
        }
        catch (Exception)
        {
            return;
        }
    }

    private LoadedPlugin Construct(PluginFolder folder, PluginManifest manifest, PluginContext context, ServiceProvider services)
    {
        var scanners = services.GetServices<IScanner>().Concat(services.GetServices<IImageScanner>()).Concat(services.GetServices<IRegistryScanner>())
            .Distinct(ReferenceEqualityComparer.Instance).Cast<IScanner>().Select(scanner => Guard(scanner, new PluginJournal(journal, folder.Name))).ToList();
        var providers = services.GetServices<IRegistryClientProvider>().Select(provider => new GuardedRegistryClientProvider(provider)).ToList();
        var authenticators = services.GetServices<IRegistryAuthenticator>().Select(authenticator => new GuardedAuthenticator(authenticator)).ToList();

        foreach (var kind in scanners.GroupBy(scanner => scanner.Descriptor.Kind))
            CheckNames($"scanner of kind {kind.Key}", kind.Select(scanner => scanner.Descriptor.Name));
        CheckNames("registry client provider", providers.Select(provider => provider.Name));
        CheckNames("authenticator", authenticators.Select(authenticator => authenticator.Name));
        if (scanners.Count + providers.Count + authenticators.Count == 0)
        {
            throw new PluginException("It has no public class that implements IImageScanner, IRegistryScanner, IRegistryClientProvider " +
                "or IRegistryAuthenticator, and its startup class, if any, registers none.");
        }

        var options = services.GetServices<PluginOption>().ToList();
        CheckOptions(options);
        return new LoadedPlugin(services)
        {
            Name = folder.Name,
            Folder = folder.Path,
            Version = manifest.Version,
            ContractVersion = manifest.ContractVersion!,
            Scanners = scanners,
            RegistryClientProviders = providers,
            Authenticators = authenticators,
            Options = options,
            Configuration = context.Configuration,
        };
    }

    private GuardedScanner Guard(IScanner scanner, PluginJournal entries)
    {
        if (scanner.Descriptor is null) throw new PluginException($"Its scanner {scanner.GetType().FullName} has no descriptor.");
        return scanner switch
        {
            IImageScanner and IRegistryScanner =>
                throw new PluginException($"Its scanner {scanner.GetType().FullName} is both an IImageScanner and an IRegistryScanner: make it two classes."),
            IImageScanner image => new GuardedImageScanner(image, time, entries),
            IRegistryScanner registry => new GuardedRegistryScanner(registry, time, entries),
            _ => throw new PluginException($"Its scanner {scanner.GetType().FullName} is neither an IImageScanner nor an IRegistryScanner."),
        };
    }

    private static void CheckNames(string kind, IEnumerable<string> names)
    {
        HashSet<string> seen = [];
        foreach (var name in names)
        {
            if (!IsName(name))
            {
                throw new PluginException($"Its {kind} is named '{name}': a name has up to {LongestName} lower-case letters, digits, dots and hyphens, " +
                    "and starts and ends with a letter or digit.");
            }

            if (!seen.Add(name)) throw new PluginException($"It has two {kind}s named '{name}': names are unique.");
        }
    }

    private static void CheckOptions(List<PluginOption> options)
    {
        if (options.Exists(option => string.IsNullOrWhiteSpace(option.Key))) throw new PluginException("It declares an option without a key: give it one.");
        if (options.CountBy(option => option.Key, StringComparer.OrdinalIgnoreCase).FirstOrDefault(key => key.Value > 1) is { Key: { } twice })
            throw new PluginException($"It declares the option {twice} twice: keys are unique, and case counts for nothing.");
    }

    private static bool IsName(string? name) =>
        name is [var first, ..] && name.Length <= LongestName && !name.AsSpan().ContainsAnyExcept(NameCharacters)
        && char.IsAsciiLetterOrDigit(first) && char.IsAsciiLetterOrDigit(name[^1]);
}
