using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Plugins.Details;

/// <summary>Finds plugins by name and collects their details.</summary>
internal static class PluginDetailsReader
{
    /// <summary>The plugins whose folder has the name, else those with a part of the name; ignoring case. Several where folders or parts
    /// share it.</summary>
    /// <param name="catalog">All plugins.</param>
    /// <param name="optionsFieldOf">Where a resource gives options to a scanner of a kind.</param>
    /// <param name="name">The name.</param>
    /// <param name="cancellationToken">Ends the wait for scanners' readiness.</param>
    public static async Task<IReadOnlyList<PluginDetails>> FindAsync(
        PluginCatalog catalog, Func<ScannerKind, string> optionsFieldOf, string name, CancellationToken cancellationToken)
    {
        var plugins = catalog.Plugins.Where(plugin => Is(plugin.Name)).ToList();
        var failures = catalog.Failures.Where(failure => Is(failure.Name)).ToList();
        if (plugins.Count + failures.Count == 0) plugins = [.. catalog.Plugins.Where(plugin => PartNames(plugin).Any(Is))];
        var details = await Task.WhenAll(plugins.Select(plugin => ReadAsync(catalog, optionsFieldOf, plugin, cancellationToken)));
        return [.. details, .. failures.Select(failure => new PluginDetails(failure.Name, failure.Folder) { Failure = failure.Reason })];

        bool Is(string other) => other.Equals(name, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The message for an unknown name.</summary>
    public static string DescribeUnknown(PluginCatalog catalog, string name)
    {
        var folders = catalog.Plugins.Select(plugin => plugin.Name)
            .Union(catalog.Failures.Select(failure => failure.Name), StringComparer.OrdinalIgnoreCase).ToArray();
        // Except drops duplicates too.
        var parts = catalog.Plugins.SelectMany(PartNames).Except(folders, StringComparer.OrdinalIgnoreCase).ToArray();
        if (folders.Length == 0) return $"No plugin is named '{name}': there are no plugins; name their directory with --plugins DIR.";
        var nearest = NearestName.Find(name, folders.Concat(parts)) is { } meant ? $" Did you mean {meant}?" : "";
        var scanners = parts.Length > 0 ? $", with the parts {string.Join(", ", parts)}" : "";
        return $"No plugin and no part of one is named '{name}'.{nearest} There are the plugins {string.Join(", ", folders)}{scanners}.";
    }

    private static async Task<PluginDetails> ReadAsync(
        PluginCatalog catalog, Func<ScannerKind, string> optionsFieldOf, LoadedPlugin plugin, CancellationToken cancellationToken)
    {
        var rows = await PluginListing.BuildRowsAsync(catalog, plugin, cancellationToken);
        // A plugin's scanners are its first rows, in their order.
        return new PluginDetails(plugin.Name, plugin.Folder)
        {
            Version = plugin.Version,
            ContractVersion = plugin.ContractVersion,
            Parts = [.. rows.Select((row, index) => ReadPart(row, optionsFieldOf, index < plugin.Scanners.Count ? plugin.Scanners[index].Descriptor : null))],
            Options = [.. plugin.Options.Select(option => new OptionDetails(PluginSettings.KeyOf(plugin.Name, option.Key), option.Description)
            {
                Default = option.Default,
                Example = option.Example,
                IsSecret = option.IsSecret,
                Value = PluginSettings.Show(plugin.Configuration, option),
            })],
        };
    }

    private static PartDetails ReadPart(PluginRow row, Func<ScannerKind, string> optionsFieldOf, ScannerDescriptor? scanner)
    {
        var part = new PartDetails(row.Kind, row.Name, row.Version, row.Implementation, ReadinessDetails.Of(row));
        if (scanner is null) return part;
        return part with
        {
            Description = scanner.Description is { Length: > 0 } text ? text : null,
            Needs = [.. scanner.Needs.Select(kind => kind.Name)],
            OptionsField = scanner.OptionsType is null ? null : optionsFieldOf(scanner.Kind),
            Options = scanner.OptionsType is { } type ? OptionsTypeReader.Read(type) : null,
        };
    }

    private static IEnumerable<string> PartNames(LoadedPlugin plugin) =>
    [
        .. plugin.Scanners.Select(scanner => scanner.Descriptor.Name),
        .. plugin.RegistryClientProviders.Select(provider => provider.Name),
        .. plugin.Authenticators.Select(authenticator => authenticator.Name),
    ];
}
