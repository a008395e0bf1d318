using Microsoft.Extensions.Configuration;
using RegistryOperator.Host.Budgets;
using RegistryOperator.Host.Settings;

namespace RegistryOperator.Host.Rounds;

/// <summary>How registries are read: the section <c>Reading</c> of the settings.</summary>
internal sealed record ReadingSettings
{
    public const string Section = "Reading";

    public const string MemoryName = "MemoryMiB";

    private const int LongestTimeoutSeconds = 24 * 60 * 60;

    /// <summary>Longest time that one resource's registry is read in one round: the list of its tags, and its images.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>What all rounds together may hold of what they have read.</summary>
    public long MemoryBytes { get; init; } = ReadingBudget.DefaultBytes;

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
        };
    }
}
