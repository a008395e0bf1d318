using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Host.Plugins.Guards;
using RegistryOperator.Host.Reports;
using RegistryOperator.Host.Scanning.Planning;
using RegistryOperator.Sboms;
using RegistryOperator.Sboms.Documents;

namespace RegistryOperator.Host.Scanning.Summaries;

/// <summary>Makes a report, with its summary and what the search looks at, of what a scanner returned.</summary>
internal static class ReportBuilder
{
    /// <summary>Entries of a custom scanner's summary that are kept.</summary>
    private const int LongestSummary = 20;

    /// <summary>Characters of a name or value in it.</summary>
    private const int LongestValue = 200;

    /// <summary>Builds.</summary>
    /// <exception cref="ScanException">What the scanner returned is not what its kind promises.</exception>
    public static NewReport Build(ScanWork work, ImageScanResult result, ReportVersions versions, DateTimeOffset now)
    {
        var (summary, vulnerabilities, packages) = work.Key.Kind == ScannerKind.Vulnerability ? Vulnerabilities(work, result)
            : work.Key.Kind == ScannerKind.Sbom ? Sbom(work, result)
            : Custom(result);
        return new NewReport
        {
            Report = new Report
            {
                Key = work.Key,
                Versions = versions,
                Created = now,
                Method = result.Method,
                Result = Cut(result.Result),
                Summary = summary,
            },
            Documents = result.Documents,
            Vulnerabilities = vulnerabilities,
            Packages = packages,
        };
    }

    private static (byte[] Summary, IReadOnlyList<Vulnerability> Vulnerabilities, IReadOnlyList<SbomPackage> Packages) Vulnerabilities(ScanWork work, ImageScanResult result)
    {
        if (result is not VulnerabilityScanResult found)
            throw new ScanException(ScanReasons.InvalidContent, $"{work.Key.Scanner} is of kind {work.Key.Kind} but does not return a {nameof(VulnerabilityScanResult)}.");
        return (SummaryJson.Write(VulnerabilitySummary.Of(found.Vulnerabilities, found.OperatingSystem?.IsEndOfLife is true)), found.Vulnerabilities, []);
    }

    private static (byte[] Summary, IReadOnlyList<Vulnerability> Vulnerabilities, IReadOnlyList<SbomPackage> Packages) Sbom(ScanWork work, ImageScanResult result)
    {
        if (result.Documents.FirstOrDefault(document => SbomMediaTypes.IsSbom(document.MediaType)) is not { } document)
            throw new ScanException(ScanReasons.InvalidContent, $"{work.Key.Scanner} is of kind {work.Key.Kind} but returned no SBOM document.");
        try
        {
            var sbom = SbomReader.Read(document.MediaType, document.Content);
            return (SummaryJson.Write(EnrichedSbom.Of(sbom, report: null, [])), [], sbom.Packages);
        }
        catch (SbomFormatException invalid)
        {
            throw new ScanException(ScanReasons.InvalidContent, $"The SBOM that {work.Key.Scanner} made can't be read: {invalid.Message}", invalid);
        }
    }

    private static (byte[] Summary, IReadOnlyList<Vulnerability> Vulnerabilities, IReadOnlyList<SbomPackage> Packages) Custom(ImageScanResult result)
    {
        var values = result.Summary.OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .Select(entry => (Name: Cut(entry.Key), Value: Cut(entry.Value))).DistinctBy(entry => entry.Name).Take(LongestSummary)
            .ToDictionary(entry => entry.Name, entry => entry.Value, StringComparer.Ordinal);
        return (SummaryJson.Write(new CustomSummary { Values = values }), [], []);
    }

    private static string Cut(string text) => PlainText.OneLine(text, LongestValue);
}
