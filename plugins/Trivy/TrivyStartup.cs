using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RegistryOperator.Abstractions.Plugins;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Plugins.Trivy.Databases;
using RegistryOperator.Plugins.Trivy.Options;
using RegistryOperator.Plugins.Trivy.Runs;
using RegistryOperator.Plugins.Trivy.Versions;

namespace RegistryOperator.Plugins.Trivy;

/// <summary>Registers the scanners with their settings, which are read and checked once, at start.</summary>
public sealed class TrivyStartup : IPluginStartup
{
    /// <inheritdoc/>
    /// <exception cref="TrivyOptionsException">A setting can't be used.</exception>
    public void ConfigureServices(IServiceCollection services, PluginContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        // First, so that the host knows them also where a value is refused.
        foreach (var setting in TrivySettings.All) services.AddSingleton(setting.ToOption());
        var options = new TrivyOptionsReader(context.Configuration, Environment.GetEnvironmentVariable).Read();
        services.AddSingleton(options);
        services.AddSingleton<TrivyExecutable>();
        services.AddKeyedSingleton(DatabaseKind.Vulnerabilities, (provider, _) => CreateDatabase(provider, DatabaseKind.Vulnerabilities));
        services.AddKeyedSingleton(DatabaseKind.Java, (provider, _) => CreateDatabase(provider, DatabaseKind.Java));
        if (options.Server is { } server) services.AddSingleton(provider => new TrivyServer(server, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new TrivyVersions(
            provider.GetRequiredService<TrivyExecutable>(),
            provider.GetService<TrivyServer>(),
            provider.GetRequiredKeyedService<TrivyDatabase>(DatabaseKind.Vulnerabilities)));
        services.AddSingleton(provider => new ImageRun(
            provider.GetRequiredService<TrivyExecutable>(), provider.GetRequiredKeyedService<TrivyDatabase>(DatabaseKind.Java), options));
        services.AddSingleton<IImageScanner>(provider => new TrivyScanner(
            provider.GetRequiredService<TrivyExecutable>(),
            provider.GetRequiredService<ImageRun>(),
            provider.GetRequiredService<TrivyVersions>(),
            provider.GetRequiredKeyedService<TrivyDatabase>(DatabaseKind.Vulnerabilities),
            options,
            provider.GetRequiredService<ILogger<TrivyScanner>>()));
        services.AddSingleton<IImageScanner, TrivySbomScanner>();
    }

    private static TrivyDatabase CreateDatabase(IServiceProvider provider, DatabaseKind kind) => new(
        kind,
        provider.GetRequiredService<TrivyExecutable>(),
        provider.GetRequiredService<TrivyOptions>(),
        provider.GetRequiredService<TimeProvider>(),
        provider.GetRequiredService<ILogger<TrivyDatabase>>());
}
