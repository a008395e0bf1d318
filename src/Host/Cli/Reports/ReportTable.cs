using System.Globalization;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Reports;
using RegistryOperator.Host.Text;

namespace RegistryOperator.Host.Cli.Reports;

/// <summary>Reports for people: what is vulnerable, the worst first; how many packages there are; what else was found.</summary>
internal static class ReportTable
{
    public static async Task WriteAsync(Terminal terminal, IReportStore store, IReadOnlyList<LocatedReport> reports, CancellationToken cancellationToken)
    {
        ReportTarget? last = null;
        foreach (var report in reports)
        {
            if (report.Target != last) WriteTarget(terminal, report.Target, isFirst: last is null);
            last = report.Target;
            terminal.WriteLine();
            WriteOrigin(terminal, report.Report);
            var vulnerabilities = await store.ReadVulnerabilitiesAsync(report.Report.Key, cancellationToken);
            if (report.Report.Key.Kind == ScannerKind.Vulnerability) WriteVulnerabilities(terminal, vulnerabilities);
            else if (report.Report.Key.Kind == ScannerKind.Sbom) WritePackages(terminal, await store.CountPackagesAsync(report.Report.Key, cancellationToken));
            else terminal.WriteLine(report.Report.Result);
        }
    }

    private static void WriteTarget(Terminal terminal, ReportTarget target, bool isFirst)
    {
        if (!isFirst) terminal.WriteLine();
        terminal.WriteLine(new TerminalText(target.Name, Tone.Strong), target.Platform is { } platform ? $"  {platform}" : "");
        if (target.Images.Count > 0) terminal.WriteLine(target.Digest.ToString());
        if (target.Images.Count > 1) terminal.WriteLine($"also {string.Join(", ", target.Images.Skip(1))}");
    }

    private static void WriteOrigin(Terminal terminal, Report report)
    {
        var parts = new List<string> { $"{report.Key.Scanner} {report.Versions.Tool ?? report.Versions.Scanner}" };
        if (report.Versions.Database is { } database) parts.Add($"database {database}");
        parts.Add(report.Created.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        if (report.Method != ScanMethods.Image) parts.Add($"from {(report.Method == ScanMethods.Sbom ? "the stored SBOM" : report.Method)}");
        terminal.WriteLine(new TerminalText(report.Key.Kind.Name.ToUpperInvariant(), Tone.Strong), $"  {string.Join(", ", parts)}");
    }

    private static void WriteVulnerabilities(Terminal terminal, IReadOnlyList<Vulnerability> vulnerabilities)
    {
        var counts = vulnerabilities.CountBy(vulnerability => vulnerability.Severity).ToDictionary();
        var worstFirst = Enum.GetValues<Severity>().Reverse().Select(severity => $"{counts.GetValueOrDefault(severity)} {severity.ToString().ToLowerInvariant()}");
        terminal.WriteLine($"{Counted.Of(vulnerabilities.Count, "vulnerability", "vulnerabilities")}: {string.Join(", ", worstFirst)}");
        if (vulnerabilities.Count == 0) return;

        var table = new TextTable("VULNERABILITY", "SEVERITY", "CVSS", "PACKAGE", "INSTALLED", "FIXED IN", new TableColumn("TITLE") { IsProse = true });
        foreach (var vulnerability in VulnerabilityOrder.Sort(vulnerabilities))
        {
            table.Add(
                vulnerability.Id,
                new TerminalText(vulnerability.Severity.ToString(), ToneOf(vulnerability.Severity)),
                vulnerability.CvssScore?.ToString("0.0", CultureInfo.InvariantCulture),
                vulnerability.Package,
                vulnerability.InstalledVersion,
                vulnerability.FixedVersion ?? vulnerability.Status,
                vulnerability.Title);
        }

        terminal.Write(table);
    }

    private static void WritePackages(Terminal terminal, IReadOnlyDictionary<string, int> counts)
    {
        var byCount = counts.OrderByDescending(count => count.Value).ThenBy(count => count.Key, StringComparer.Ordinal).Select(count => $"{count.Value} {count.Key}");
        terminal.WriteLine(counts.Count == 0 ? "0 packages" : $"{Counted.Of(counts.Values.Sum(), "package")}: {string.Join(", ", byCount)}");
    }

    private static Tone ToneOf(Severity severity) => severity switch
    {
        Severity.Critical or Severity.High => Tone.Bad,
        Severity.Medium => Tone.Warning,
        _ => Tone.Plain,
    };
}
