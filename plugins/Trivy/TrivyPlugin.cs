using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RegistryOperator.Abstractions.Plugins;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Plugins.Trivy.Databases;
using RegistryOperator.Plugins.Trivy.Options;
using RegistryOperator.Plugins.Trivy.Running;
using RegistryOperator.Plugins.Trivy.Versions;

namespace RegistryOperator.Plugins.Trivy;

/// <summary>The plugin's entry.</summary>
public sealed class TrivyPlugin : IPluginStartup
{
    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">A setting can't be used.</exception>
    public void ConfigureServices(IServiceCollection services, PluginContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        // First, so that the host knows them also where a value is refused.
        foreach (var setting in TrivySettings.All) services.AddSingleton(setting.ToOption());
        var options = new TrivyOptionsReader(context.Configuration, Environment.GetEnvironmentVariable).Read();
        services.AddSingleton(options);
        services.AddSingleton<TrivyTool>();
        services.AddKeyedSingleton(DatabaseKind.Vulnerabilities, (provider, _) => CreateDatabase(provider, DatabaseKind.Vulnerabilities));
        services.AddKeyedSingleton(DatabaseKind.Java, (provider, _) => CreateDatabase(provider, DatabaseKind.Java));
        if (options.Server is { } server) services.AddSingleton(provider => new TrivyServer(server, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new TrivyVersions(
            provider.GetRequiredService<TrivyTool>(),
            provider.GetService<TrivyServer>(),
            provider.GetRequiredKeyedService<TrivyDatabase>(DatabaseKind.Vulnerabilities),
            options));
        services.AddSingleton(provider => new ImageRun(
            provider.GetRequiredService<TrivyTool>(), provider.GetRequiredKeyedService<TrivyDatabase>(DatabaseKind.Java), options));
        services.AddSingleton<IImageScanner>(provider => new TrivyScanner(
            provider.GetRequiredService<TrivyTool>(),
            provider.GetRequiredService<ImageRun>(),
            provider.GetRequiredService<TrivyVersions>(),
            provider.GetRequiredKeyedService<TrivyDatabase>(DatabaseKind.Vulnerabilities),
            options,
            provider.GetRequiredService<ILogger<TrivyScanner>>()));
        services.AddSingleton<IImageScanner, TrivySbomScanner>();
    }

    private static TrivyDatabase CreateDatabase(IServiceProvider provider, DatabaseKind kind) => new(
        kind,
        provider.GetRequiredService<TrivyTool>(),
        provider.GetRequiredService<TrivyOptions>(),
        provider.GetRequiredService<TimeProvider>(),
        provider.GetRequiredService<ILogger<TrivyDatabase>>());
}
