using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Host.Scans.Redaction;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Scans.Execution;

/// <summary>Makes a report of a scanner's result: its summary, and the packages and vulnerabilities for search.</summary>
internal static class ReportBuilder
{
    /// <summary>Builds.</summary>
    /// <exception cref="ScanException">What the scanner returned is not what its kind promises.</exception>
    public static NewReport Build(
        ScanWork work, IScanKind kind, ImageScanResult result, ReportVersions versions, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        var summary = kind.Summarize(result, work.Key.Scanner);
        return new NewReport
        {
            Report = new Report
            {
                Key = work.Key,
                Versions = versions,
                Created = now,
                Method = result.Method,
                Result = ResultText.Cut(result.Result),
                Summary = summary.Json,
            },
            Documents = [.. result.Documents.Select(document => DocumentRedaction.Apply(document, cancellationToken))],
            Vulnerabilities = summary.Vulnerabilities,
            Packages = summary.Packages,
        };
    }
}
