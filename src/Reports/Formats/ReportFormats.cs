using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Reports.Search;

namespace RegistryOperator.Reports.Formats;

/// <summary>The forms in which a report is printed.</summary>
public static class ReportFormats
{
    /// <summary>A table for people, printed by the caller; not a document.</summary>
    public const string Table = "table";

    /// <summary>The scanner's own main document.</summary>
    public const string Json = "json";

    /// <summary>An SBOM as CycloneDX JSON.</summary>
    public const string CycloneDx = "cyclonedx";

    /// <summary>An SBOM as SPDX JSON.</summary>
    public const string Spdx = "spdx";

    /// <summary>Vulnerabilities as SARIF, generated from the stored ones.</summary>
    public const string Sarif = "sarif";

    /// <summary>All formats, in the order in which they are documented.</summary>
    public static IReadOnlyList<string> All { get; } = [Table, Json, CycloneDx, Spdx, Sarif];

    /// <summary>The media type of the stored document that a format stands for; null for a format that is not one document's type.</summary>
    public static string? MediaTypeOf(string format) => format switch
    {
        CycloneDx => SbomMediaTypes.CycloneDxJson,
        Spdx => SbomMediaTypes.SpdxJson,
        _ => null,
    };

    /// <summary>True where a report can be printed as SARIF.</summary>
    public static bool HasSarif(Report report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return report.Key.Kind == ScannerKind.Vulnerability;
    }

    /// <summary>The document in a format; null where no report has it.</summary>
    /// <exception cref="FormatException">More than one report has it; the message lists them.</exception>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(
        IReportStore store, IReadOnlyList<LocatedReport> reports, string format, CancellationToken cancellationToken)
    {
        var having = new List<LocatedReport>();
        foreach (var report in reports)
        {
            if (format == Sarif ? HasSarif(report.Report) : await HasAsync(store, report, format, cancellationToken)) having.Add(report);
        }

        if (having.Count == 0) return null;
        if (having.Count > 1)
        {
            throw new FormatException(
                $"{having.Count} reports can be printed as {format}: {ReportChoice.Describe(having)}. " +
                "Choose one with --scanner, --kind and --platform, or --registry, or name a platform's digest.");
        }

        var key = having[0].Report.Key;
        if (format == Sarif) return SarifWriter.Write(having[0], await store.ReadVulnerabilitiesAsync(key, cancellationToken));
        var mediaType = MediaTypeOf(format);
        return (await store.ReadDocumentsAsync(key, cancellationToken))
            .FirstOrDefault(document => mediaType is null || document.MediaType == mediaType)?.Content;
    }

    /// <summary>A sentence that no report has the format, and which formats there are.</summary>
    public static async Task<string> DescribeMissingAsync(
        IReportStore store, IReadOnlyList<LocatedReport> reports, string format, CancellationToken cancellationToken)
    {
        var there = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var report in reports)
        {
            foreach (var document in await store.ListDocumentsAsync(report.Report.Key, cancellationToken))
                there.Add($"{document.MediaType} of {report.Report.Key.Scanner}");
        }

        var what = format switch
        {
            Sarif => "vulnerability report, which sarif is made from",
            Json => "stored document",
            _ => $"{MediaTypeOf(format)} document",
        };
        return $"There is no {what}. {(there.Count == 0 ? "No document is stored." : $"There are: {string.Join(", ", there)}.")}";
    }

    private static async Task<bool> HasAsync(IReportStore store, LocatedReport report, string format, CancellationToken cancellationToken)
    {
        var mediaType = MediaTypeOf(format);
        return (await store.ListDocumentsAsync(report.Report.Key, cancellationToken)).Any(document => mediaType is null || document.MediaType == mediaType);
    }
}
