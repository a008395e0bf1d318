using Microsoft.Extensions.Configuration;
using RegistryOperator.Host.Settings;

namespace RegistryOperator.Host.Rounds;

/// <summary>How registries are read: the section <c>Reading</c> of the settings.</summary>
internal sealed record ReadingSettings
{
    public const string Section = "Reading";

    private const int LongestTimeoutSeconds = 24 * 60 * 60;

    /// <summary>Longest time that one resource's registry is read in one round: the list of its tags, and its images.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Reads the section.</summary>
    /// <exception cref="InputException">A value is not valid.</exception>
    public static ReadingSettings Read(IConfiguration configuration)
    {
        var seconds = (int)new ReadingSettings().Timeout.TotalSeconds;
        return new ReadingSettings
        {
            Timeout = TimeSpan.FromSeconds(NumberSetting.Read(configuration.GetSection(Section), "TimeoutSeconds", seconds, LongestTimeoutSeconds)),
        };
    }
}
