using System.Globalization;
using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Plugins;
using RegistryOperator.Host.Plugins.Details;

namespace RegistryOperator.Host.Cli.Plugins;

/// <summary>Writes what the <c>plugins</c> commands print for people.</summary>
internal static class PluginsText
{
    private const string DateFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>A table with a row for each part, then a sentence for each that can't work and for each notice.</summary>
    public static void WriteList(Terminal terminal, IReadOnlyList<PluginRow> rows, IReadOnlyList<string> notices)
    {
        var table = new TextTable("NAME", "KIND", "VERSION", "CONTRACT", "READY", "FOLDER");
        foreach (var row in rows) table.Add(row.Name, row.Kind, row.Version, row.ContractVersion, row.IsReady ? "yes" : "no", row.Folder);
        terminal.Write(table);
        // Once where two parts lack the same tool.
        foreach (var line in rows.Where(row => !row.IsReady).Select(row => $"{row.Name}: {row.Readiness}").Distinct(StringComparer.Ordinal))
            terminal.WriteLine(line);
        foreach (var notice in notices) terminal.WriteLine(notice);
    }

    /// <summary>All that is known of the plugins, an empty line between two.</summary>
    public static void WriteDetails(Terminal terminal, IReadOnlyList<PluginDetails> plugins)
    {
        List<string> text = [];
        foreach (var plugin in plugins)
        {
            if (text.Count > 0) text.Add("");
            Append(text, plugin);
        }

        foreach (var line in text) terminal.WriteLine(line);
    }

    private static void Append(List<string> text, PluginDetails plugin)
    {
        text.Add($"{plugin.Name} {plugin.Version}".TrimEnd());
        text.Add($"  folder: {plugin.Folder}");
        if (plugin.Failure is { } failure)
        {
            text.Add($"  does not run: {failure}");
            return;
        }

        text.Add($"  contract: {plugin.ContractVersion}");
        foreach (var part in plugin.Parts) Append(text, part);
        text.Add("");
        if (plugin.Options.Count == 0)
        {
            text.Add("The plugin declares no options.");
            return;
        }

        text.Add($"Options (--set KEY=VALUE, {HostSettingsHint(plugin.Options[0].Key)}=VALUE in the environment, or --config FILE):");
        foreach (var option in plugin.Options) Append(text, option);
    }

    private static string HostSettingsHint(string key) => Hosting.HostSettings.EnvironmentPrefix + key.Replace(":", "__", StringComparison.Ordinal);

    private static void Append(List<string> text, PartDetails part)
    {
        text.Add("");
        text.Add($"{part.Kind} {part.Name} {part.Version}");
        if (part.Description is { } description) text.Add($"  {description}");
        text.Add($"  class: {part.Implementation}");
        text.Add($"  ready: {Readiness(part.Readiness)}");
        if (part.Needs.Count > 0) text.Add($"  needs: {string.Join(", ", part.Needs)}");
        if (part.Options is not { } options) return;
        text.Add($"  options in a resource ({part.OptionsField}):");
        foreach (var option in options)
        {
            text.Add($"    {option.Name}: {string.Join("; ", (string[])[option.Type, .. option.Constraints])}");
            if (option.Description is { } meaning) text.Add($"      {meaning}");
            if (option.Default is { } standard) text.Add($"      default: {standard.ToJsonString()}");
        }
    }

    private static void Append(List<string> text, OptionDetails option)
    {
        text.Add($"  {option.Key}");
        text.Add($"    {option.Description}");
        if (option.Default is { } standard) text.Add($"    default: {standard}");
        if (option.Example is { } example) text.Add($"    example: {example}");
        if (option.Value is { } value) text.Add($"    now: {value}");
    }

    /// <summary>E.g. <c>yes (tool 0.68.2, database 2 of 2026-01-02T03:04:05Z)</c>.</summary>
    private static string Readiness(ReadinessDetails readiness)
    {
        List<string> parts = [];
        if (readiness.ToolVersion is { } tool) parts.Add($"tool {tool}");
        var made = readiness.DatabaseUpdated?.UtcDateTime.ToString(DateFormat, CultureInfo.InvariantCulture);
        if (readiness.DatabaseVersion is { } database) parts.Add(made is null ? $"database {database}" : $"database {database} of {made}");
        else if (made is not null) parts.Add($"database of {made}");
        var answer = readiness.IsReady ? "yes" : readiness.Reason is { } reason ? $"no: {reason}" : "no";
        return parts.Count > 0 ? $"{answer} ({string.Join(", ", parts)})" : answer;
    }
}
