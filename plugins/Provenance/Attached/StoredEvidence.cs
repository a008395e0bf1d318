using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;

namespace RegistryOperator.Plugins.Provenance.Attached;

/// <summary>What the last report of this scanner has of the image: contents never change under their digest, so none is fetched again.</summary>
internal sealed class StoredEvidence
{
    private static readonly StoredEvidence None = new(null, []);

    private readonly Dictionary<Digest, ReportDocument> _contents;

    private StoredEvidence(Listing? listing, Dictionary<Digest, ReportDocument> contents)
    {
        Listing = listing;
        _contents = contents;
    }

    /// <summary>Null where there is no report.</summary>
    public Listing? Listing { get; }

    public static async Task<StoredEvidence> ReadAsync(IImageReports? reports, string scanner, CancellationToken cancellationToken)
    {
        if (reports is null) return None;
        var report = await reports.FindAsync(ScannerKind.Provenance, scanner, cancellationToken);
        if (report is not { Documents: [{ MediaType: Listing.MediaType } first, ..] }) return None;
        return new StoredEvidence(Listing.TryRead(first.Content), report.Documents.Skip(1).DistinctBy(IdOf).ToDictionary(IdOf));
    }

    /// <summary>A content that hashes to the digest.</summary>
    public ReportDocument? Find(Digest digest) => _contents.GetValueOrDefault(digest);

    private static Digest IdOf(ReportDocument document) => Digest.Compute(document.Content.Span);
}
