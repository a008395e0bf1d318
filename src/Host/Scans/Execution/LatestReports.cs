using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Reports;
using RegistryOperator.Sboms;

namespace RegistryOperator.Host.Scans.Execution;

/// <summary>Which of an image's stored reports is the latest one.</summary>
internal sealed class LatestReports(IReportStore store, TimeProvider time)
{
    /// <summary>The latest report of a kind; null where there is none.</summary>
    /// <param name="digest">The image.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="scanner">Only this scanner's; null for any.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<Report?> FindAsync(Digest digest, ScannerKind kind, string? scanner, CancellationToken cancellationToken)
    {
        var reports = await store.FindAsync([digest], cancellationToken);
        // What was made here before what some repository has attached: whoever may push there says what is in it.
        return reports.Where(report => report.Key.Kind == kind && (scanner is null || report.Key.Scanner == scanner))
            .OrderBy(report => scanner is null && report.Method == ScanMethods.Attached).ThenByDescending(BelievedTime).FirstOrDefault();
    }

    /// <summary>The SBOM of a report; null where it has none.</summary>
    public async Task<Sbom?> ReadSbomAsync(Report report, CancellationToken cancellationToken)
    {
        var document = (await store.ReadDocumentsAsync(report.Key, cancellationToken)).FirstOrDefault(document => SbomMediaTypes.IsSbom(document.MediaType));
        return document is null ? null : SbomReader.Read(document.MediaType, document.Content);
    }

    /// <summary>A report that a wrong clock has dated into the future is the oldest there is, or it would hide all others until then.</summary>
    private DateTimeOffset BelievedTime(Report report) => report.Created <= time.GetUtcNow() ? report.Created : DateTimeOffset.MinValue;
}
