using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Reports;
using RegistryOperator.Host.Scanning.Planning;
using RegistryOperator.Host.Scanning.Summaries;
using RegistryOperator.Sboms;
using RegistryOperator.Sboms.Documents;

namespace RegistryOperator.Host.Scanning;

/// <summary>Joins what is known of the same image: which packages of its SBOM have which of its vulnerabilities, by the full reports of both.</summary>
internal sealed class SbomEnricher(IReportStore store)
{
    /// <summary>Documents parsed at the same time; each takes a few MiB.</summary>
    private const int Concurrency = 2;

    /// <summary>Brings the summaries of all SBOMs up to date with the vulnerability reports there are now.</summary>
    public async Task EnrichAsync(IReadOnlyList<ScanImage> images, ScanState state, CancellationToken cancellationToken)
    {
        // Without both in one resource, what others have found stays with the report: taking it out again would have them put it in again.
        if (state.Scanners.FirstOrDefault(scanner => scanner.Use.Kind == ScannerKind.Sbom) is not { } sboms
            || state.Scanners.FirstOrDefault(scanner => scanner.Use.Kind == ScannerKind.Vulnerability) is not { } vulnerabilities) return;
        var stale = new Dictionary<Digest, (Report Sbom, Report Vulnerabilities)>();
        foreach (var platform in images.SelectMany(image => image.Platforms.Chosen))
        {
            if (state.ReportOf(sboms.KeyOf(platform)) is not { } sbom || state.ReportOf(vulnerabilities.KeyOf(platform)) is not { } found) continue;
            var summary = SummaryJson.ReadSbom(sbom.Summary);
            if (found.Created != summary.EnrichedFrom || found.Key.Scanner != summary.EnrichedBy) stale[platform.Digest] = (sbom, found);
        }

        await Parallel.ForEachAsync(stale.Values, new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken }, async (pair, token) =>
        {
            if (await EnrichAsync(pair.Sbom, pair.Vulnerabilities, token) is { } enriched) state.Replace(enriched);
        });
    }

    private async Task<Report?> EnrichAsync(Report report, Report found, CancellationToken cancellationToken)
    {
        try
        {
            var documents = await store.ReadDocumentsAsync(report.Key, cancellationToken);
            if (documents.FirstOrDefault(document => SbomMediaTypes.IsSbom(document.MediaType)) is not { } document) return null;
            var vulnerabilities = await store.ReadVulnerabilitiesAsync(found.Key, cancellationToken);
            var summary = SummaryJson.Write(EnrichedSbom.Of(SbomReader.Read(document.MediaType, document.Content), found, vulnerabilities));
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
