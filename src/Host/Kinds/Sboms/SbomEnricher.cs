using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Reports;
using RegistryOperator.Sboms;
using RegistryOperator.Sboms.Documents;

namespace RegistryOperator.Host.Kinds.Sboms;

/// <summary>Joins what is known of the same image: which packages of its SBOM have which of its vulnerabilities, by the full reports of both.</summary>
internal static class SbomEnricher
{
    /// <summary>Documents parsed at the same time; each takes a few MiB.</summary>
    private const int Concurrency = 2;

    /// <summary>Brings the summaries of all SBOMs up to date with the vulnerability reports there are now.</summary>
    public static async Task EnrichAsync(IRoundReports reports, IReportStore store, CancellationToken cancellationToken)
    {
        // A resource without both kinds leaves shared reports as they are: removing the join would have another resource add it again.
        if (!reports.Asks(ScannerKind.Sbom) || !reports.Asks(ScannerKind.Vulnerability)) return;
        var stale = new Dictionary<Digest, (Report Sbom, Report Vulnerabilities)>();
        foreach (var subject in reports.Subjects)
        {
            if (reports.Find(ScannerKind.Sbom, subject) is not { } sbom) continue;
            var summary = EnrichedSbomJson.Read(sbom.Summary);
            var found = reports.Find(ScannerKind.Vulnerability, subject);
            if (found is not null && summary.IsFrom(found)) continue;
            // The report is shared: what others found in the image, with options of theirs, is not shown as this resource's.
            if (summary.EnrichedBy is not null) reports.Replace(sbom with { Summary = EnrichedSbomJson.Write(summary.WithoutVulnerabilities()) });
            if (found is not null) stale[subject] = (sbom, found);
        }

        var options = new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(stale.Values, options, async (pair, token) =>
        {
            if (await EnrichAsync(pair.Sbom, pair.Vulnerabilities, store, token) is { } enriched) reports.Replace(enriched);
        });
    }

    private static async Task<Report?> EnrichAsync(Report report, Report found, IReportStore store, CancellationToken cancellationToken)
    {
        try
        {
            var documents = await store.ReadDocumentsAsync(report.Key, cancellationToken);
            if (documents.FirstOrDefault(document => SbomMediaTypes.IsSbom(document.MediaType)) is not { } document) return null;
            var vulnerabilities = await store.ReadVulnerabilitiesAsync(found.Key, cancellationToken);
            var summary = EnrichedSbomJson.Write(EnrichedSbom.Of(SbomReader.Read(document.MediaType, document.Content), found, vulnerabilities));
            await store.UpdateSummaryAsync(report, summary, cancellationToken);
            return report with { Summary = summary };
        }
        catch (Exception failure) when (failure is ReportStoreException or SbomFormatException)
        {
            // The summary stays without what this step adds; the next round tries again.
            return null;
        }
    }
}
