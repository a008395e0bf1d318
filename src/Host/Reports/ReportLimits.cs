using Microsoft.Extensions.Configuration;
using RegistryOperator.Host.Settings;

namespace RegistryOperator.Host.Reports;

/// <summary>How much is kept, and how long: the section <c>Reports</c> of the settings.</summary>
internal sealed record ReportLimits
{
    public const string Section = "Reports";

    /// <summary>The setting of <see cref="MaximumDocumentBytes"/>, for messages.</summary>
    public const string MaximumDocumentSetting = $"{Section}:{MaximumDocumentName}";

    /// <summary>The setting of <see cref="MaximumTotalBytes"/>, for messages.</summary>
    public const string MaximumTotalSetting = $"{Section}:{MaximumTotalName}";

    private const string MaximumDocumentName = "MaximumDocumentMiB";
    private const string MaximumTotalName = "MaximumTotalMiB";
    private const string TimeToLiveName = "TimeToLiveHours";

    /// <summary>SQLite takes a billion bytes in one row (<see href="https://www.sqlite.org/limits.html"/>), and compression may save nothing.</summary>
    private const int LargestDocumentMiB = 1_000_000_000 >> 20;

    /// <summary>A hundred years, within what a date can be moved by.</summary>
    private const int LongestTimeToLiveHours = 100 * 365 * 24;

    /// <summary>The largest document that is taken, in bytes before it is compressed.</summary>
    public long MaximumDocumentBytes { get; init; } = 64L << 20;

    /// <summary>Bytes of the file in use above which the oldest reports go.</summary>
    public long MaximumTotalBytes { get; init; } = 10L << 30;

    /// <summary>How long the reports of a digest stay after the last resource lost it.</summary>
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Reads the section.</summary>
    /// <exception cref="InputException">A value is not valid.</exception>
    public static ReportLimits Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        var defaults = new ReportLimits();
        return new ReportLimits
        {
            MaximumDocumentBytes = (long)NumberSetting.Read(section, MaximumDocumentName, (int)(defaults.MaximumDocumentBytes >> 20), LargestDocumentMiB) << 20,
            MaximumTotalBytes = (long)NumberSetting.Read(section, MaximumTotalName, (int)(defaults.MaximumTotalBytes >> 20)) << 20,
            TimeToLive = TimeSpan.FromHours(NumberSetting.Read(section, TimeToLiveName, (int)defaults.TimeToLive.TotalHours, LongestTimeToLiveHours)),
        };
    }
}
