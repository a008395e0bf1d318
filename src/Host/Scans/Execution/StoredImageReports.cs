using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Reports;
using RegistryOperator.Sboms;

namespace RegistryOperator.Host.Scans.Execution;

/// <summary>What the report store knows of one image, for its scanners.</summary>
internal sealed class StoredImageReports(IReportStore store, Digest digest, TimeProvider time) : IImageReports
{
    public async Task<ImageReport?> FindAsync(ScannerKind kind, string scanner, CancellationToken cancellationToken)
    {
        var reports = await store.FindAsync([digest], cancellationToken);
        var latest = reports.Where(report => report.Key.Kind == kind && report.Key.Scanner == scanner).MaxBy(BelievedTime);
        return latest is null
            ? null
            : new ImageReport
            {
                ToolVersion = latest.Versions.Tool,
                DatabaseVersion = latest.Versions.Database,
                Created = latest.Created,
                Documents = await store.ReadDocumentsAsync(latest.Key, cancellationToken),
            };
    }

    public async Task<Sbom?> FindSbomAsync(CancellationToken cancellationToken)
    {
        var reports = await store.FindAsync([digest], cancellationToken);
        // One that was made here before one that some repository has attached: whoever may push there says what is in it.
        var latest = reports.Where(report => report.Key.Kind == ScannerKind.Sbom).OrderBy(report => report.Method == ScanMethods.Attached).ThenByDescending(BelievedTime).FirstOrDefault();
        if (latest is null) return null;
        var document = (await store.ReadDocumentsAsync(latest.Key, cancellationToken)).FirstOrDefault(document => SbomMediaTypes.IsSbom(document.MediaType));
        return document is null ? null : SbomReader.Read(document.MediaType, document.Content);
    }

    /// <summary>A report that a wrong clock has dated into the future is the oldest there is, or it would hide all others until then.</summary>
    private DateTimeOffset BelievedTime(Report report) => report.Created <= time.GetUtcNow() ? report.Created : DateTimeOffset.MinValue;
}
