using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Text;
using RegistryOperator.Reports;
using RegistryOperator.Reports.Search;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Cli.Reports;

/// <summary>Reports for people: what is vulnerable, the worst first; how many packages there are; what else was found.</summary>
internal sealed class ReportTable(Terminal terminal, IReportStore store, ScanKinds kinds)
{
    /// <summary>What was found over all images of a resource.</summary>
    public async Task WriteAsync(string resource, IReadOnlyList<ResourceReport> reports, CancellationToken cancellationToken)
    {
        terminal.WriteLine(new TerminalText(resource, Tone.Strong), "  all images together");
        foreach (var report in reports)
        {
            terminal.WriteLine();
            WriteOrigin(report.Key.Kind, OriginOf(report.Key.Scanner, report.Versions, report.Created));
            Write(await kinds.Of(report.Key.Kind).ViewAsync(report, store, cancellationToken));
        }
    }

    public async Task WriteAsync(IReadOnlyList<LocatedReport> reports, CancellationToken cancellationToken)
    {
        ReportTarget? last = null;
        var ofSeveral = reports.Select(report => report.Report.Key.Registry).Distinct(StringComparer.Ordinal).Skip(1).Any();
        foreach (var report in reports)
        {
            if (report.Target != last) WriteTarget(report.Target, isFirst: last is null);
            last = report.Target;
            terminal.WriteLine();
            WriteOrigin(report.Report, ofSeveral);
            Write(await kinds.Of(report.Report.Key.Kind).ViewAsync(report.Report, store, cancellationToken));
        }
    }

    private void Write(ReportView view)
    {
        terminal.WriteLine(view.Line);
        foreach (var note in view.Notes) terminal.WriteLine(note);
        if (view.Rows.Count > 0)
        {
            var table = new TextTable(view.Columns);
            foreach (var row in view.Rows) table.Add(row);
            terminal.Write(table);
        }

        foreach (var detail in view.Details) terminal.WriteLine(detail);
    }

    private void WriteTarget(ReportTarget target, bool isFirst)
    {
        if (!isFirst) terminal.WriteLine();
        terminal.WriteLine(new TerminalText(target.Name, Tone.Strong), Described(target));
        if (target.Images.Count > 0) terminal.WriteLine(target.Digest.ToString());
        if (target.Images.Count > 1) terminal.WriteLine($"also {string.Join(", ", target.Images.Skip(1))}");
    }

    private static string Described(ReportTarget target)
    {
        if (target.IsIndex) return "  all platforms together";
        return target.Platform is { } platform ? $"  {platform}" : "";
    }

    private void WriteOrigin(Report report, bool withRegistry)
    {
        var parts = OriginOf(report.Key.Scanner, report.Versions, report.Created);
        if (withRegistry && report.Key.Registry.Length > 0) parts.Add($"in {report.Key.Registry}");
        if (report.Method != ScanMethods.Image) parts.Add($"from {(report.Method == ScanMethods.Sbom ? "the stored SBOM" : report.Method)}");
        WriteOrigin(report.Key.Kind, parts);
    }

    private void WriteOrigin(ScannerKind kind, List<string> parts) =>
        terminal.WriteLine(new TerminalText(kind.Name.ToUpperInvariant(), Tone.Strong), $"  {string.Join(", ", parts)}");

    private static List<string> OriginOf(string scanner, ReportVersions versions, DateTimeOffset created)
    {
        var parts = new List<string> { $"{scanner} {versions.Tool ?? versions.Scanner}" };
        if (versions.Database is { } database) parts.Add($"database {database}");
        parts.Add(UtcText.ToSecond(created));
        return parts;
    }
}
