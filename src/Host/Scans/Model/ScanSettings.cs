using Microsoft.Extensions.Configuration;
using RegistryOperator.Host.Settings;

namespace RegistryOperator.Host.Scans.Model;

/// <summary>How scanners are run: the section <c>Scanning</c> of the settings.</summary>
internal sealed record ScanSettings
{
    public const string Section = "Scanning";

    /// <summary>The longest timeout that can be set; a timer knows no more than 49 days.</summary>
    private const int LongestTimeoutSeconds = 24 * 60 * 60;

    /// <summary>Scans at the same time, over all scanners and resources. A scanner's tool takes 100 to 200 MiB.</summary>
    public int Concurrency { get; init; } = 4;

    /// <summary>Scans of one scanner at the same time.</summary>
    public int ScannerConcurrency { get; init; } = 2;

    /// <summary>Longest time of one scan.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// True where what is known of a digest serves all registries that have it, e.g. mirrors: for installations of one tenant alone, since any registry
    /// may claim
    /// to have any digest.
    /// </summary>
    public bool ShareAcrossRegistries { get; init; }

    /// <summary>Reads the section.</summary>
    /// <exception cref="InputException">A value is not valid.</exception>
    public static ScanSettings Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        var defaults = new ScanSettings();
        return new ScanSettings
        {
            Concurrency = NumberSetting.Read(section, nameof(Concurrency), defaults.Concurrency),
            ScannerConcurrency = NumberSetting.Read(section, nameof(ScannerConcurrency), defaults.ScannerConcurrency),
            Timeout = TimeSpan.FromSeconds(NumberSetting.Read(section, "TimeoutSeconds", (int)defaults.Timeout.TotalSeconds, LongestTimeoutSeconds)),
            ShareAcrossRegistries = FlagSetting.Read(section, nameof(ShareAcrossRegistries)),
        };
    }
}
