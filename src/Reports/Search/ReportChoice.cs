namespace RegistryOperator.Reports.Search;

/// <summary>Lists reports for a user who has to choose among them.</summary>
public static class ReportChoice
{
    /// <summary>How many an error names.</summary>
    private const int MaximumNamed = 10;

    /// <summary>The reports in a sentence: scanner, kind, platform, and where they differ the registry.</summary>
    public static string Describe(IReadOnlyList<LocatedReport> reports)
    {
        var withOrigin = reports.Select(OriginOf).Distinct(StringComparer.Ordinal).Skip(1).Any();
        return string.Join(", ", reports.Take(MaximumNamed).Select(report => Describe(report, withOrigin)))
            + (reports.Count > MaximumNamed ? $" and {reports.Count - MaximumNamed} more" : "");
    }

    /// <summary>The registry, or the repository, only where the reports come from several: mostly there is one.</summary>
    private static string Describe(LocatedReport report, bool withOrigin)
    {
        var described = $"{report.Report.Key.Scanner} ({report.Report.Key.Kind}) on {report.Target.Platform ?? report.Target.Digest.ToString()}";
        return withOrigin && OriginOf(report) is { Length: > 0 } origin ? $"{described} in {origin}" : described;
    }

    private static string OriginOf(LocatedReport report) => report.Report.Key switch
    {
        { Repository.Length: > 0 } key => key.Repository,
        var key => key.Registry,
    };
}
