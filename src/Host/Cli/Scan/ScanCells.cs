using System.Globalization;
using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Registry.Status;

namespace RegistryOperator.Host.Cli.Scan;

/// <summary>What scanners found, in the cells of the table that <c>scan</c> prints. A reason stands as a word; its sentence follows the table once.</summary>
internal static class ScanCells
{
    public static TerminalText Of(VulnerabilitiesStatus? section)
    {
        if (section is null) return default;
        if (section.Total is null) return section.Reason;
        var counts = new List<string>();
        Add(section.Critical, "critical");
        Add(section.High, "high");
        Add(section.Medium, "medium");
        Add(section.Low, "low");
        Add(section.Unknown, "unknown");
        if (counts.Count == 0) counts.Add("none");
        if (section.EndOfLife is true) counts.Add("end-of-life OS");
        return new TerminalText(string.Join(", ", counts) + Suffix(section.Reason), section.Critical > 0 ? Tone.Bad : section.High > 0 ? Tone.Warning : Tone.Plain);

        void Add(int? count, string name)
        {
            if (count > 0) counts.Add($"{count} {name}");
        }
    }

    public static TerminalText Of(SbomStatus? section)
    {
        if (section is null) return default;
        return section.TotalPackages is { } total ? total.ToString(CultureInfo.InvariantCulture) + Suffix(section.Reason) : section.Reason;
    }

    public static TerminalText Of(CustomScanStatus? section) => section switch
    {
        null => default,
        { Result: { } result } => result + Suffix(section.Reason),
        _ => section.Reason,
    };

    /// <summary>One line for each different sentence, with how many images it is about.</summary>
    public static IEnumerable<string> Problems(IReadOnlyList<ImageStatus> images) => images
        .SelectMany(image => new[] { (image.Vulnerabilities?.Reason, image.Vulnerabilities?.Message), (image.Sbom?.Reason, image.Sbom?.Message) }
            .Concat(image.Scans.Values.Select(scan => (scan.Reason, scan.Message))))
        .Where(problem => problem.Reason is not null)
        .GroupBy(problem => problem)
        .Select(same => $"{same.Key.Reason}{(same.Count() > 1 ? $" ({same.Count()} images)" : "")}: {same.Key.Message}");

    private static string Suffix(string? reason) => reason is null ? "" : $" ({reason})";
}
