using System.Globalization;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Host.Reports;
using Spectre.Console;

namespace RegistryOperator.Host.Cli.Reports;

/// <summary>Reports for people: what is vulnerable, the worst first; how many packages there are; what else was found.</summary>
internal static class ReportTable
{
    public static async Task WriteAsync(IAnsiConsole console, IReportStore store, IReadOnlyList<LocatedReport> reports, CancellationToken cancellationToken)
    {
        ReportTarget? last = null;
        foreach (var report in reports)
        {
            if (report.Target != last) WriteTarget(console, report.Target, isFirst: last is null);
            last = report.Target;
            console.WriteLine();
            WriteOrigin(console, report.Report);
            var vulnerabilities = await store.ReadVulnerabilitiesAsync(report.Report.Key, cancellationToken);
            if (report.Report.Key.Kind == ScannerKind.Vulnerability) WriteVulnerabilities(console, vulnerabilities);
            else if (report.Report.Key.Kind == ScannerKind.Sbom) WritePackages(console, await store.CountPackagesAsync(report.Report.Key, cancellationToken));
            else console.WriteLine(report.Report.Result);
        }
    }

    private static void WriteTarget(IAnsiConsole console, ReportTarget target, bool isFirst)
    {
        if (!isFirst) console.WriteLine();
        console.MarkupLineInterpolated($"[bold]{target.Name}[/]{(target.Platform is { } platform ? $"  {platform}" : "")}");
        if (target.Images.Count > 0) console.WriteLine(target.Digest.ToString());
        if (target.Images.Count > 1) console.WriteLine($"also {string.Join(", ", target.Images.Skip(1))}");
    }

    private static void WriteOrigin(IAnsiConsole console, Report report)
    {
        var parts = new List<string> { $"{report.Key.Scanner} {report.Versions.Tool ?? report.Versions.Scanner}" };
        if (report.Versions.Database is { } database) parts.Add($"database {database}");
        parts.Add(report.Created.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        if (report.Method != ScanMethods.Image) parts.Add($"from {(report.Method == ScanMethods.Sbom ? "the stored SBOM" : report.Method)}");
        console.MarkupLineInterpolated($"[bold]{report.Key.Kind.Name.ToUpperInvariant()}[/]  {string.Join(", ", parts)}");
    }

    private static void WriteVulnerabilities(IAnsiConsole console, IReadOnlyList<Vulnerability> vulnerabilities)
    {
        var counts = vulnerabilities.CountBy(vulnerability => vulnerability.Severity).ToDictionary();
        var worstFirst = Enum.GetValues<Severity>().Reverse().Select(severity => $"{counts.GetValueOrDefault(severity)} {severity.ToString().ToLowerInvariant()}");
        console.WriteLine($"{vulnerabilities.Count} vulnerabilities: {string.Join(", ", worstFirst)}");
        if (vulnerabilities.Count == 0) return;

        var table = new Table().Border(TableBorder.None).AddColumns("VULNERABILITY", "SEVERITY", "CVSS", "PACKAGE", "INSTALLED", "FIXED IN");
        foreach (var column in table.Columns) column.NoWrap();
        table.AddColumn("TITLE");
        foreach (var vulnerability in VulnerabilityOrder.Sort(vulnerabilities))
        {
            table.AddRow(
                new Text(vulnerability.Id),
                new Text(vulnerability.Severity.ToString(), new Style(Color(vulnerability.Severity))),
                new Text(vulnerability.CvssScore?.ToString("0.0", CultureInfo.InvariantCulture) ?? ""),
                new Text(vulnerability.Package),
                new Text(vulnerability.InstalledVersion),
                new Text(vulnerability.FixedVersion ?? vulnerability.Status ?? ""),
                new Text(vulnerability.Title ?? ""));
        }

        console.Write(table);
    }

    private static void WritePackages(IAnsiConsole console, IReadOnlyDictionary<string, int> counts)
    {
        var byCount = counts.OrderByDescending(count => count.Value).ThenBy(count => count.Key, StringComparer.Ordinal).Select(count => $"{count.Value} {count.Key}");
        console.WriteLine(counts.Count == 0 ? "0 packages" : $"{counts.Values.Sum()} packages: {string.Join(", ", byCount)}");
    }

    private static Color Color(Severity severity) => severity switch
    {
        Severity.Critical or Severity.High => Spectre.Console.Color.Red,
        Severity.Medium => Spectre.Console.Color.Yellow,
        _ => Spectre.Console.Color.Default,
    };
}
