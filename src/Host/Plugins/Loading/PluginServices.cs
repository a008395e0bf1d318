using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Plugins;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Tools;
using RegistryOperator.Host.Files;
using RegistryOperator.Host.Tools;

namespace RegistryOperator.Host.Plugins.Loading;

/// <summary>Builds a plugin's own service provider: what the contract promises and what the plugin registers, nothing else of the host.</summary>
internal static class PluginServices
{
    private static readonly Type[] ContractInterfaces =
        [typeof(IScanner), typeof(IImageScanner), typeof(IRegistryScanner), typeof(IRegistryClientProvider), typeof(IRegistryAuthenticator)];

    /// <summary>Registers by the plugin's <see cref="IPluginStartup"/> where it has one, else by scanning its entry assembly.</summary>
    /// <exception cref="PluginException">The plugin has several startup classes, or one that fails.</exception>
    public static ServiceProvider Build(
        Assembly assembly, PluginContext context, PathTrust trust, ILoggerFactory loggerFactory, TimeProvider time) =>
        Build([], assembly, context, trust, loggerFactory, time);

    /// <summary>The same into the caller's collection, which keeps what was registered before a failure.</summary>
    public static ServiceProvider Build(
        ServiceCollection services, Assembly assembly, PluginContext context, PathTrust trust, ILoggerFactory loggerFactory, TimeProvider time,
        ToolConfinement? confinement = null)
    {
        services.AddSingleton(time);
        services.AddSingleton(context);
        services.AddSingleton(context.Configuration);
        // Given as an instance, so that disposing the plugin's provider does not dispose the host's factory.
        services.AddSingleton(loggerFactory);
        services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        services.AddSingleton<IToolRunner>(new ToolRunner(context.Folder, trust, time, loggerFactory.CreateLogger<ToolRunner>(), confinement));

        // All types at once: a class that can't be loaded is reported, not silently left out.
        var types = assembly.GetTypes();
        if (FindStartup(types) is { } startup) Configure(startup, services, context);
        else Discover(types, services);
        return services.BuildServiceProvider();
    }

    private static Type? FindStartup(Type[] types)
    {
        var startups = Array.FindAll(types, type => type is { IsClass: true, IsAbstract: false } && typeof(IPluginStartup).IsAssignableFrom(type));
        return startups.Length <= 1
            ? startups.SingleOrDefault()
            : throw new PluginException(
                $"It has several classes that implement IPluginStartup ({string.Join(", ", startups.Select(type => type.FullName))}): keep one.");
    }

    private static void Configure(Type startup, ServiceCollection services, PluginContext context)
    {
        try
        {
            ((IPluginStartup)Activator.CreateInstance(startup, nonPublic: true)!).ConfigureServices(services, context);
        }
        catch (MissingMethodException exception) when (startup.GetConstructor(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, []) is null)
        {
            throw new PluginException($"Its startup class {startup.FullName} has no constructor without parameters: add one.", exception);
        }
        catch (Exception exception)
        {
            var reason = PluginFault.DescribeSetting(exception, context) ?? $"Its startup class {startup.FullName} failed. {PluginFault.Describe(exception)}";
            throw new PluginException(reason, exception);
        }
    }

    // A class that implements several of the interfaces is one instance.
    private static void Discover(Type[] types, ServiceCollection services) => services.Scan(scan => scan
        .FromTypes(types)
        .AddClasses(classes => classes.AssignableToAny(ContractInterfaces), publicOnly: true)
        .AsSelfWithInterfaces(ContractInterfaces.Contains)
        .WithSingletonLifetime());
}
