using System.Globalization;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Text;
using RegistryOperator.Reports;
using RegistryOperator.Reports.Search;

namespace RegistryOperator.Host.Cli.Reports;

/// <summary>Reports for people: what is vulnerable, the worst first; how many packages there are; what else was found.</summary>
internal sealed class ReportTable(Terminal terminal, IReportStore store, ScanKinds kinds)
{
    public async Task WriteAsync(IReadOnlyList<LocatedReport> reports, CancellationToken cancellationToken)
    {
        ReportTarget? last = null;
        foreach (var report in reports)
        {
            if (report.Target != last) WriteTarget(report.Target, isFirst: last is null);
            last = report.Target;
            terminal.WriteLine();
            WriteOrigin(report.Report);
            Write(await kinds.Of(report.Report.Key.Kind).ViewAsync(report.Report, store, cancellationToken));
        }
    }

    private void Write(ReportView view)
    {
        terminal.WriteLine(view.Line);
        if (view.Rows.Count == 0) return;
        var table = new TextTable(view.Columns);
        foreach (var row in view.Rows) table.Add(row);
        terminal.Write(table);
    }

    private void WriteTarget(ReportTarget target, bool isFirst)
    {
        if (!isFirst) terminal.WriteLine();
        terminal.WriteLine(new TerminalText(target.Name, Tone.Strong), target.Platform is { } platform ? $"  {platform}" : "");
        if (target.Images.Count > 0) terminal.WriteLine(target.Digest.ToString());
        if (target.Images.Count > 1) terminal.WriteLine($"also {string.Join(", ", target.Images.Skip(1))}");
    }

    private void WriteOrigin(Report report)
    {
        var parts = new List<string> { $"{report.Key.Scanner} {report.Versions.Tool ?? report.Versions.Scanner}" };
        if (report.Versions.Database is { } database) parts.Add($"database {database}");
        parts.Add(report.Created.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        if (report.Method != ScanMethods.Image) parts.Add($"from {(report.Method == ScanMethods.Sbom ? "the stored SBOM" : report.Method)}");
        terminal.WriteLine(new TerminalText(report.Key.Kind.Name.ToUpperInvariant(), Tone.Strong), $"  {string.Join(", ", parts)}");
    }
}
