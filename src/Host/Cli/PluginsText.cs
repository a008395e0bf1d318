using System.Globalization;
using System.Text;
using RegistryOperator.Host.Plugins;
using RegistryOperator.Host.Plugins.Details;
using Spectre.Console;

namespace RegistryOperator.Host.Cli;

/// <summary>Writes what the <c>plugins</c> commands print for people.</summary>
internal static class PluginsText
{
    private const string DateFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>A table with a row for each part, then a sentence for each that can't work and for each notice.</summary>
    public static async Task WriteListAsync(Terminal terminal, IReadOnlyList<PluginRow> rows, IReadOnlyList<string> notices)
    {
        var table = new Table().Border(TableBorder.None).AddColumns("NAME", "KIND", "VERSION", "CONTRACT", "READY", "FOLDER");
        foreach (var column in table.Columns) column.NoWrap();
        foreach (var row in rows)
            table.AddRow(new[] { row.Name, row.Kind, row.Version, row.ContractVersion, row.IsReady ? "yes" : "no", row.Folder }.Select(text => new Text(text)));
        terminal.CreateOutputConsole().Write(table);
        // Once where two parts lack the same tool.
        foreach (var line in rows.Where(row => !row.IsReady).Select(row => $"{row.Name}: {row.Readiness}").Distinct(StringComparer.Ordinal)) await terminal.Out.WriteLineAsync(line);
        foreach (var notice in notices) await terminal.Out.WriteLineAsync(notice);
    }

    /// <summary>All that is known of the plugins, an empty line between two.</summary>
    public static string Describe(IReadOnlyList<PluginDetails> plugins)
    {
        var text = new StringBuilder();
        foreach (var plugin in plugins)
        {
            if (text.Length > 0) Line(text, "");
            Append(text, plugin);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, PluginDetails plugin)
    {
        Line(text, $"{plugin.Name} {plugin.Version}".TrimEnd());
        Line(text, $"  folder: {plugin.Folder}");
        if (plugin.Failure is { } failure)
        {
            Line(text, $"  does not run: {failure}");
            return;
        }

        Line(text, $"  contract: {plugin.ContractVersion}");
        foreach (var part in plugin.Parts) Append(text, part);
        Line(text, "");
        if (plugin.Options.Count == 0)
        {
            Line(text, "The plugin declares no options.");
            return;
        }

        Line(text, $"Options (--set KEY=VALUE, {HostSettingsHint(plugin.Options[0].Key)}=VALUE in the environment, or --config FILE):");
        foreach (var option in plugin.Options) Append(text, option);
    }

    private static string HostSettingsHint(string key) => Hosting.HostSettings.EnvironmentPrefix + key.Replace(":", "__", StringComparison.Ordinal);

    private static void Append(StringBuilder text, PartDetails part)
    {
        Line(text, "");
        Line(text, $"{part.Kind} {part.Name} {part.Version}");
        if (part.Description is { } description) Line(text, $"  {description}");
        Line(text, $"  class: {part.Implementation}");
        Line(text, $"  ready: {Readiness(part.Readiness)}");
        if (part.Needs.Count > 0) Line(text, $"  needs: {string.Join(", ", part.Needs)}");
        if (part.Options is not { } options) return;
        Line(text, "  options in a resource (spec.scanners[].options):");
        foreach (var option in options)
        {
            Line(text, $"    {option.Name}: {string.Join("; ", (string[])[option.Type, .. option.Constraints])}");
            if (option.Description is { } meaning) Line(text, $"      {meaning}");
            if (option.Default is { } standard) Line(text, $"      default: {standard.ToJsonString()}");
        }
    }

    private static void Append(StringBuilder text, OptionDetails option)
    {
        Line(text, $"  {option.Key}");
        Line(text, $"    {option.Description}");
        if (option.Default is { } standard) Line(text, $"    default: {standard}");
        if (option.Example is { } example) Line(text, $"    example: {example}");
        if (option.Value is { } value) Line(text, $"    now: {value}");
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

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
