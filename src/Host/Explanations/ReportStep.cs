using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Decisions;
using RegistryOperator.Host.Scans.Planning;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Explanations;

/// <summary>Says what a stored result is: when it was made, with which versions, under which key.</summary>
internal static class ReportStep
{
    private const string Name = "last result";

    public static DecisionStep Of(Report report)
    {
        var explained = new ExplainedReport(
            report.Key.Digest.ToString(), report.Key.Kind.Name, report.Key.Scanner, report.Key.Options, report.Created, report.Result)
        {
            Registry = report.Key.Registry,
            Repository = report.Key.Repository,
            ScannerVersion = report.Versions.Scanner,
            ToolVersion = report.Versions.Tool,
            DatabaseVersion = report.Versions.Database,
            Method = report.Method,
        };
        var method = report.Method == ScanMethods.Image ? "" : $", from {report.Method}";
        return Of(explained, $"Made {DueRules.Time(report.Created)} with {DueRules.Words(report.Versions)}{method}.");
    }

    public static DecisionStep Of(ResourceReport report)
    {
        var explained = new ExplainedReport(
            report.Key.Resource.ToString(), report.Key.Kind.Name, report.Key.Scanner, report.Options, report.Created, report.Result)
        {
            ScannerVersion = report.Versions.Scanner,
            ToolVersion = report.Versions.Tool,
            DatabaseVersion = report.Versions.Database,
        };
        return Of(explained, $"Made {DueRules.Time(report.Created)} with {DueRules.Words(report.Versions)}, over all images together.");
    }

    private static DecisionStep Of(ExplainedReport report, string sentence) =>
        new(Name, Decision.Tell(report.Result, sentence).By("report", report.Key)) { Report = report };
}
