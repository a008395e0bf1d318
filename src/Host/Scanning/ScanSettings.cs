using System.Globalization;
using Microsoft.Extensions.Configuration;
using RegistryOperator.Host.Cli;

namespace RegistryOperator.Host.Scanning;

/// <summary>How scanners are run: the section <c>Scanning</c> of the settings.</summary>
internal sealed record ScanSettings
{
    public const string Section = "Scanning";

    /// <summary>Scans at the same time, over all scanners and resources. A scanner's tool takes 100 to 200 MiB.</summary>
    public int Concurrency { get; init; } = 4;

    /// <summary>Scans of one scanner at the same time.</summary>
    public int ScannerConcurrency { get; init; } = 2;

    /// <summary>Longest time of one scan.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Reads the section.</summary>
    /// <exception cref="InputException">A value is not valid.</exception>
    public static ScanSettings Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        var defaults = new ScanSettings();
        return new ScanSettings
        {
            Concurrency = ReadNumber(section, nameof(Concurrency), defaults.Concurrency),
            ScannerConcurrency = ReadNumber(section, nameof(ScannerConcurrency), defaults.ScannerConcurrency),
            Timeout = TimeSpan.FromSeconds(ReadNumber(section, "TimeoutSeconds", (int)defaults.Timeout.TotalSeconds)),
        };
    }

    private static int ReadNumber(IConfigurationSection section, string name, int fallback) => section[name] switch
    {
        null => fallback,
        { } text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0 => value,
        { } text => throw new InputException($"Setting {Section}:{name}: '{text}' is not a whole number above 0, e.g. {fallback}."),
    };
}
