using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using RegistryOperator.Host.Plugins;
using RegistryOperator.Host.Plugins.Details;

namespace RegistryOperator.Host.Cli.Plugins;

/// <summary>A line of the list for programs. A plugin that does not run has a reason and little else.</summary>
internal sealed record PluginListEntry(string Name, string Kind, string Folder, ReadinessDetails Readiness)
{
    public string? Implementation { get; init; }

    public string? Version { get; init; }

    public string? ContractVersion { get; init; }
}

/// <summary>The list for programs.</summary>
internal sealed record PluginList(IReadOnlyList<PluginListEntry> Parts, IReadOnlyList<string> Notices);

/// <summary>Writes what the <c>plugins</c> commands print as JSON. Plugins shown are a list always: a name may fit several.</summary>
internal static class PluginsJson
{
    private static readonly PluginsJsonContext Context = new(new JsonSerializerOptions(PluginsJsonContext.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    public static string Write(IReadOnlyList<PluginRow> rows, IReadOnlyList<string> notices) =>
        JsonSerializer.Serialize(new PluginList([.. rows.Select(ToEntry)], notices), Context.PluginList);

    public static string Write(IReadOnlyList<PluginDetails> plugins) => JsonSerializer.Serialize(plugins, Context.IReadOnlyListPluginDetails);

    private static PluginListEntry ToEntry(PluginRow row) => new(row.Name, row.Kind, row.Folder, ReadinessDetails.Of(row))
    {
        Implementation = NullIfEmpty(row.Implementation),
        Version = NullIfEmpty(row.Version),
        ContractVersion = NullIfEmpty(row.ContractVersion),
    };

    private static string? NullIfEmpty(string text) => text.Length > 0 ? text : null;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(PluginList))]
[JsonSerializable(typeof(IReadOnlyList<PluginDetails>))]
internal sealed partial class PluginsJsonContext : JsonSerializerContext;
