namespace RegistryOperator.Reports.Search;

/// <summary>Lists reports for a user who has to choose among them.</summary>
public static class ReportChoice
{
    /// <summary>How many an error names.</summary>
    private const int MaximumNamed = 10;

    /// <summary>The reports in a sentence: scanner, kind, platform.</summary>
    public static string Describe(IReadOnlyList<LocatedReport> reports) =>
        string.Join(", ", reports.Take(MaximumNamed).Select(Describe)) + (reports.Count > MaximumNamed ? $" and {reports.Count - MaximumNamed} more" : "");

    private static string Describe(LocatedReport report) =>
        $"{report.Report.Key.Scanner} ({report.Report.Key.Kind}) on {report.Target.Platform ?? report.Target.Digest.ToString()}";
}
