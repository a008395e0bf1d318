using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Text;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Cli.Reports;

/// <summary>Search hits for people: a row for each image and package version, with the platforms that have it.</summary>
internal static class SearchTable
{
    public static void Write(Terminal terminal, IReadOnlyList<SearchHit> hits)
    {
        var isForVulnerability = hits.Any(hit => hit.Vulnerability is not null);
        List<TableColumn> columns = ["RESOURCE", "IMAGE", "PLATFORMS", "PACKAGE", "VERSION", "TYPE"];
        if (isForVulnerability) columns.Add("FIXED IN");
        columns.Add("RUNNING");
        var table = new TextTable(columns);
        var rows = hits.GroupBy(hit => (hit.Resource, hit.Image.Repository, hit.Image.Tag, hit.Package, hit.Version, hit.Type, hit.FixedVersion)).ToList();
        foreach (var row in rows)
        {
            var hit = row.First();
            var platforms = string.Join(", ", row.Select(one => one.Platform).Where(platform => platform.Length > 0).Distinct());
            List<TerminalText> cells =
            [
                hit.Resource.ToString(), $"{hit.Image.Repository}:{hit.Image.Tag}", platforms, hit.Package, hit.Version, hit.Type,
            ];
            if (isForVulnerability) cells.Add(hit.FixedVersion ?? "");
            cells.Add(string.Join(", ", hit.Image.Workloads));
            table.Add(cells);
        }

        terminal.Write(table);
        var images = hits.Select(hit => $"{hit.Image.Repository}@{hit.Image.Digest}").Distinct().Count();
        var workloads = hits.SelectMany(hit => hit.Image.Workloads).Distinct().Count();
        terminal.WriteLine($"{Counted.Of(images, "image")}, {Counted.Of(workloads, "running workload")}");
    }
}
