using RegistryOperator.Host.Plugins.Guards;

namespace RegistryOperator.Host.Plugins;

/// <summary>One line of <c>registry-operator plugins list</c>.</summary>
/// <param name="Name">The part's name, by which a resource asks for it; for a plugin that does not run, its folder's name.</param>
/// <param name="Kind"><c>scanner:</c> and its kind, <c>registry-client</c>, <c>authenticator</c>, or <c>plugin</c> for one that does not run.</param>
/// <param name="Implementation">The full name of the class; empty for a plugin that does not run.</param>
/// <param name="Version">A scanner's own version, else the plugin's; empty for a plugin that does not run.</param>
/// <param name="Folder">The full path of the plugin's folder.</param>
/// <param name="ContractVersion">The contract version it was built against; empty for a plugin that does not run.</param>
/// <param name="IsReady">True where it can work.</param>
/// <param name="Readiness"><c>ready</c>, or one sentence that says why not.</param>
internal sealed record PluginRow(
    string Name, string Kind, string Implementation, string Version, string Folder, string ContractVersion, bool IsReady, string Readiness)
{
    /// <summary>Version of the tool behind a scanner, where it reports one.</summary>
    public string? ToolVersion { get; init; }

    /// <summary>Version of the tool's database.</summary>
    public string? DatabaseVersion { get; init; }

    /// <summary>When the tool's database was made.</summary>
    public DateTimeOffset? DatabaseUpdated { get; init; }
}

/// <summary>Lists what the plugins bring and whether it can work.</summary>
internal static class PluginListing
{
    private const string Ready = "ready";

    /// <summary>The rows: parts in the order of their folders, then the plugins that do not run. Readiness is asked of all scanners at once.</summary>
    public static async Task<IReadOnlyList<PluginRow>> BuildAsync(PluginCatalog catalog, CancellationToken cancellationToken)
    {
        var rows = await Task.WhenAll(catalog.Plugins.Select(plugin => BuildRowsAsync(catalog, plugin, cancellationToken)));
        var failures = catalog.Failures.Select(failure => new PluginRow(failure.Name, "plugin", "", "", failure.Folder, "", IsReady: false, failure.Reason));
        return [.. rows.SelectMany(row => row), .. failures];
    }

    /// <summary>The rows of one plugin: its scanners in their order, then its clients, then its authenticators.</summary>
    public static async Task<IReadOnlyList<PluginRow>> BuildRowsAsync(PluginCatalog catalog, LoadedPlugin plugin, CancellationToken cancellationToken)
    {
        var scanners = await Task.WhenAll(plugin.Scanners.Select(scanner => BuildScannerRowAsync(catalog, plugin, scanner, cancellationToken)));
        var providers = plugin.RegistryClientProviders.Select(provider =>
            BuildRow(plugin, provider.Name, "registry-client", provider.Implementation, catalog.RegistryClientProviders.Contains(provider)));
        var authenticators = plugin.Authenticators.Select(authenticator =>
            BuildRow(plugin, authenticator.Name, "authenticator", authenticator.Implementation, catalog.Authenticators.Contains(authenticator)));
        return [.. scanners, .. providers, .. authenticators];
    }

    private static async Task<PluginRow> BuildScannerRowAsync(
        PluginCatalog catalog, LoadedPlugin plugin, GuardedScanner scanner, CancellationToken cancellationToken)
    {
        var descriptor = scanner.Descriptor;
        var row = BuildRow(plugin, descriptor.Name, $"scanner:{descriptor.Kind}", scanner.Implementation, catalog.Scanners.Contains(scanner));
        row = row with { Version = descriptor.Version };
        if (!row.IsReady) return row;
        var readiness = await scanner.CheckReadinessAsync(cancellationToken);
        row = row with { ToolVersion = readiness.ToolVersion, DatabaseVersion = readiness.DatabaseVersion, DatabaseUpdated = readiness.DatabaseUpdated };
        return readiness.IsReady ? row : row with { IsReady = false, Readiness = readiness.Reason ?? "It gives no reason." };
    }

    private static PluginRow BuildRow(LoadedPlugin plugin, string name, string kind, Type implementation, bool isInUse) => new(
        name, kind, implementation.FullName ?? implementation.Name, plugin.Version, plugin.Folder, plugin.ContractVersion, isInUse,
        isInUse ? Ready : "Replaced by a later plugin folder with the same name.");
}
