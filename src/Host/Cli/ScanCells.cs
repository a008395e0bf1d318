using RegistryOperator.Host.Resources;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace RegistryOperator.Host.Cli;

/// <summary>What scanners found, in the cells of the table that <c>scan</c> prints. A reason stands as a word; its sentence follows the table once.</summary>
internal static class ScanCells
{
    public static IRenderable Of(VulnerabilitiesStatus? section)
    {
        if (section is null) return Text.Empty;
        if (section.Total is null) return Reason(section.Reason);
        var counts = new List<string>();
        Add(section.Critical, "critical", "red");
        Add(section.High, "high", "yellow");
        Add(section.Medium, "medium", null);
        Add(section.Low, "low", null);
        Add(section.Unknown, "unknown", null);
        if (counts.Count == 0) counts.Add("none");
        if (section.EndOfLife is true) counts.Add("end-of-life OS");
        return new Markup(string.Join(", ", counts) + Suffix(section.Reason));

        void Add(int? count, string name, string? color)
        {
            if (count > 0) counts.Add(color is null ? $"{count} {name}" : $"[{color}]{count} {name}[/]");
        }
    }

    public static IRenderable Of(SbomStatus? section)
    {
        if (section is null) return Text.Empty;
        return section.TotalPackages is { } total ? new Text(total.ToString(System.Globalization.CultureInfo.InvariantCulture) + Suffix(section.Reason)) : Reason(section.Reason);
    }

    public static IRenderable Of(CustomScanStatus? section) => section switch
    {
        null => Text.Empty,
        { Result: { } result } => new Text(result + Suffix(section.Reason)),
        _ => Reason(section.Reason),
    };

    /// <summary>One line for each different sentence, with how many images it is about.</summary>
    public static IEnumerable<string> Problems(IReadOnlyList<ImageStatus> images) => images
        .SelectMany(image => new[] { (image.Vulnerabilities?.Reason, image.Vulnerabilities?.Message), (image.Sbom?.Reason, image.Sbom?.Message) }
            .Concat(image.Scans.Values.Select(scan => (scan.Reason, scan.Message))))
        .Where(problem => problem.Reason is not null)
        .GroupBy(problem => problem)
        .Select(same => $"{same.Key.Reason}{(same.Count() > 1 ? $" ({same.Count()} images)" : "")}: {same.Key.Message}");

    private static Text Reason(string? reason) => new(reason ?? "");

    private static string Suffix(string? reason) => reason is null ? "" : $" ({reason})";
}
