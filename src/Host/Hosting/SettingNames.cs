using Microsoft.Extensions.Configuration;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Files;
using RegistryOperator.Host.Plugins;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Host.Settings;
using RegistryOperator.Host.Tools;
using RegistryOperator.Oci.Network;
using RegistryOperator.Reports;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Hosting;

/// <summary>The settings that the host reads. Those below <c>Plugins</c> are the plugins', which declare them.</summary>
internal static class SettingNames
{
    /// <summary>Notices at a start.</summary>
    private const int MostNotices = 10;

    public static IReadOnlyList<string> All { get; } =
    [
        $"{NetworkSettings.Section}:{nameof(OutboundOptions.Allow)}",
        $"{NetworkSettings.Section}:{nameof(OutboundOptions.TokenServers)}",
        $"{ReadingSettings.Section}:{ReadingSettings.PageName}",
        $"{ReadingSettings.Section}:{ReadingSettings.MemoryName}",
        $"{ReadingSettings.Section}:TimeoutSeconds",
        $"{ScanSettings.Section}:{nameof(ScanSettings.Concurrency)}",
        $"{ScanSettings.Section}:{nameof(ScanSettings.ScannerConcurrency)}",
        $"{ScanSettings.Section}:TimeoutSeconds",
        $"{ScanSettings.Section}:{nameof(ScanSettings.ShareAcrossRegistries)}",
        $"{ToolLimits.Section}:MaximumDiskMiB",
        $"{ReportLimits.Section}:{ReportLimits.MaximumDocumentName}",
        $"{ReportLimits.Section}:{ReportLimits.MaximumTotalName}",
        $"{ReportLimits.Section}:{ReportLimits.TimeToLiveName}",
        SecretRules.LabelSetting,
        PathTrust.Setting,
    ];

    /// <summary>Refuses what nothing reads: a mistyped setting that should protect would protect from nothing.</summary>
    /// <param name="given">What the command line and the file set; not the environment, where Kubernetes puts variables of services.</param>
    /// <exception cref="InputException">A setting is not known.</exception>
    public static void Check(IConfiguration given)
    {
        foreach (var (key, value) in given.AsEnumerable())
        {
            if (value is null || IsKnown(key)) continue;
            var advice = NearestName.Find(key, All) is { } nearest ? $"did you mean {nearest}?" : "docs/configuration.md lists all.";
            throw new InputException($"Setting {OutsideText.Of(key)}: there is no such setting; {advice}");
        }
    }

    /// <summary>
    /// Tells of variables that nothing reads, where they look like settings. They are no errors: a variable may be another program's, or one of those that
    /// Kubernetes sets for a service (<c>RO_PORT</c>), of which nothing is told.
    /// </summary>
    /// <param name="environment">The variables that begin with the prefix, without it.</param>
    /// <param name="prefix">The prefix.</param>
    /// <param name="others">Variables with the prefix that are read and are no settings.</param>
    public static IReadOnlyList<string> NoticesOf(IConfiguration environment, string prefix, params IReadOnlyList<string> others) =>
    [
        .. environment.AsEnumerable()
            .Where(pair => pair.Value is not null && !IsKnown(pair.Key) && !others.Contains(prefix + pair.Key, StringComparer.OrdinalIgnoreCase))
            .Select(pair => (pair.Key, Nearest: NearestVariable(pair.Key, prefix, others)))
            .Where(one => one.Nearest is not null || one.Key.Contains(ConfigurationPath.KeyDelimiter, StringComparison.Ordinal))
            .OrderBy(one => one.Key, StringComparer.Ordinal).Take(MostNotices)
            .Select(one => $"The environment variable {OutsideText.Of(VariableOf(one.Key, prefix))} is not read: " +
                (one.Nearest is { } nearest ? $"did you mean {OutsideText.Of(nearest)}?" : "there is no such setting; docs/configuration.md lists all.")),
    ];

    private static string? NearestVariable(string key, string prefix, IReadOnlyList<string> others)
    {
        var parts = key.Split(ConfigurationPath.KeyDelimiter, 2);
        // What plugins read is theirs to say.
        if (parts is [var section, var rest] && NearestName.Find(section, [PluginSettings.Section]) is { } plugins)
            return VariableOf(ConfigurationPath.Combine(plugins, rest), prefix);
        var variable = VariableOf(key, prefix)[prefix.Length..];
        return NearestName.Find(variable, [.. All.Select(name => VariableOf(name, "")), .. others.Select(name => name[prefix.Length..])]) is { } nearest
            ? prefix + nearest
            : null;
    }

    private static string VariableOf(string key, string prefix) => prefix + key.Replace(ConfigurationPath.KeyDelimiter, "__", StringComparison.Ordinal);

    private static bool IsKnown(string key) =>
        key.StartsWith(PluginSettings.Section + ConfigurationPath.KeyDelimiter, StringComparison.OrdinalIgnoreCase)
        || All.Any(name => key.Equals(name, StringComparison.OrdinalIgnoreCase)
            || key.StartsWith(name + ConfigurationPath.KeyDelimiter, StringComparison.OrdinalIgnoreCase));
}
