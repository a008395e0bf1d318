using Microsoft.Extensions.Configuration;
using RegistryOperator.Host.Budgets;
using RegistryOperator.Host.Settings;
using RegistryOperator.Oci;

namespace RegistryOperator.Host.Rounds;

/// <summary>How registries are read: the section <c>Reading</c> of the settings.</summary>
internal sealed record ReadingSettings
{
    public const string Section = "Reading";

    public const string MemoryName = "MemoryMiB";

    public const string PageName = "MaximumPageMiB";

    /// <summary>A page is read within the timeout of one request: larger ones could not be.</summary>
    private const int LargestPageMiB = 1024;

    private const int LongestTimeoutSeconds = 24 * 60 * 60;

    /// <summary>Longest time that one resource's registry is read in one round: the list of its tags, and its images.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>What all rounds together may hold of what they have read.</summary>
    public long MemoryBytes { get; init; } = ReadingBudget.DefaultBytes;

    /// <summary>The largest page of tags.</summary>
    public long PageBytes { get; init; } = OciClientOptions.Default.MaximumTagPageBytes;

    /// <summary>Reads the section.</summary>
    /// <exception cref="InputException">A value is not valid.</exception>
    public static ReadingSettings Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        var seconds = (int)new ReadingSettings().Timeout.TotalSeconds;
        return new ReadingSettings
        {
            Timeout = TimeSpan.FromSeconds(NumberSetting.Read(section, "TimeoutSeconds", seconds, LongestTimeoutSeconds)),
            MemoryBytes = (long)NumberSetting.Read(section, MemoryName, (int)(ReadingBudget.DefaultBytes >> 20)) << 20,
            PageBytes = (long)NumberSetting.Read(section, PageName, (int)(OciClientOptions.Default.MaximumTagPageBytes >> 20), LargestPageMiB) << 20,
        };
    }
}
