using Microsoft.Extensions.Configuration;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Settings;

/// <summary>Reads the limits of the report store from the section <c>Reports</c> of the settings.</summary>
internal static class ReportSettings
{
    /// <summary>A hundred years, which can still be added to a date.</summary>
    private const int LongestTimeToLiveHours = 100 * 365 * 24;

    /// <summary>Reads the section.</summary>
    /// <exception cref="InputException">A value is not valid.</exception>
    public static ReportLimits Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(ReportLimits.Section);
        var defaults = new ReportLimits();
        return new ReportLimits
        {
            MaximumDocumentBytes = (long)NumberSetting.Read(
                section, ReportLimits.MaximumDocumentName, (int)(defaults.MaximumDocumentBytes >> 20), ReportLimits.LargestDocumentMiB) << 20,
            MaximumTotalBytes = (long)NumberSetting.Read(section, ReportLimits.MaximumTotalName, (int)(defaults.MaximumTotalBytes >> 20)) << 20,
            TimeToLive = TimeSpan.FromHours(NumberSetting.Read(
                section, ReportLimits.TimeToLiveName, (int)defaults.TimeToLive.TotalHours, LongestTimeToLiveHours)),
        };
    }
}
