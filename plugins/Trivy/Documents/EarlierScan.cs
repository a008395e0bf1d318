using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Vulnerabilities;

namespace RegistryOperator.Plugins.Trivy.Documents;

/// <summary>The identity of a finding, whatever else a newer database says about it.</summary>
internal readonly record struct Finding(string Id, string Package, string Version, string? Path)
{
    /// <summary>What was found.</summary>
    public static IReadOnlySet<Finding> Of(IEnumerable<Vulnerability> vulnerabilities) =>
        vulnerabilities.Select(found => new Finding(found.Id, found.Package, found.InstalledVersion, found.PackagePath)).ToHashSet();
}

/// <summary>What an earlier scan of an image has left in the report store.</summary>
/// <param name="Sbom">The image's SBOM; null where none is kept.</param>
/// <param name="Findings">What it found; null where that is not known, and nothing can be compared with it.</param>
internal sealed record EarlierScan(ReportDocument? Sbom, IReadOnlySet<Finding>? Findings)
{
    /// <summary>True where the same Trivy has kept no SBOM: it would keep none this time either.</summary>
    public bool IsSbomUseless => Sbom is null;

    /// <summary>Reads it.</summary>
    /// <param name="report">What is in the store.</param>
    /// <param name="withFindings">False where nothing is to be compared: a report may be large.</param>
    public static EarlierScan Read(ImageReport report, bool withFindings)
    {
        var sbom = Find(report, SbomMediaTypes.CycloneDxJson);
        return new EarlierScan(sbom, withFindings && sbom is not null ? ReadFindings(Find(report, TrivyMediaTypes.Report)) : null);
    }

    private static ReportDocument? Find(ImageReport report, string mediaType) => report.Documents.FirstOrDefault(document => document.MediaType == mediaType);

    private static IReadOnlySet<Finding>? ReadFindings(ReportDocument? report)
    {
        if (report is null) return null;
        try
        {
            return Finding.Of(TrivyReportReader.Read(report.Content.Span).Vulnerabilities);
        }
        catch (TrivyReportException)
        {
            return null;
        }
    }
}
