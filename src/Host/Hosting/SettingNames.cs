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

    private static bool IsKnown(string key) =>
        key.StartsWith(PluginSettings.Section + ConfigurationPath.KeyDelimiter, StringComparison.OrdinalIgnoreCase)
        || All.Any(name => key.Equals(name, StringComparison.OrdinalIgnoreCase)
            || key.StartsWith(name + ConfigurationPath.KeyDelimiter, StringComparison.OrdinalIgnoreCase));
}
