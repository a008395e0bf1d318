using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using RegistryOperator.Abstractions.Plugins;
using RegistryOperator.Host.Plugins.Guards;

namespace RegistryOperator.Host.Plugins;

/// <summary>A plugin that runs, and what it brings, each behind a guard.</summary>
internal sealed class LoadedPlugin(ServiceProvider services) : IAsyncDisposable
{
    /// <summary>The plugin's name: that of its folder.</summary>
    public required string Name { get; init; }

    /// <summary>The full path of its folder.</summary>
    public required string Folder { get; init; }

    /// <summary>The plugin's own version.</summary>
    public required string Version { get; init; }

    /// <summary>The contract version it was built against.</summary>
    public required string ContractVersion { get; init; }

    /// <summary>Its scanners.</summary>
    public required IReadOnlyList<GuardedScanner> Scanners { get; init; }

    /// <summary>Its registry client providers.</summary>
    public required IReadOnlyList<GuardedRegistryClientProvider> RegistryClientProviders { get; init; }

    /// <summary>Its authenticators.</summary>
    public required IReadOnlyList<GuardedAuthenticator> Authenticators { get; init; }

    /// <summary>The options it declares; a plugin may have options that it does not declare.</summary>
    public required IReadOnlyList<PluginOption> Options { get; init; }

    /// <summary>Its own section of the configuration.</summary>
    public required IConfiguration Configuration { get; init; }

    /// <summary>Disposes the plugin's services. Its code stays loaded until the process ends.</summary>
    public ValueTask DisposeAsync() => services.DisposeAsync();
}
