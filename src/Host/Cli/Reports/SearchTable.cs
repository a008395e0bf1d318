using RegistryOperator.Host.Reports;
using Spectre.Console;

namespace RegistryOperator.Host.Cli.Reports;

/// <summary>Search hits for people: a row for each image and package version, with the platforms that have it.</summary>
internal static class SearchTable
{
    public static void Write(IAnsiConsole console, IReadOnlyList<SearchHit> hits)
    {
        var isForVulnerability = hits.Any(hit => hit.Vulnerability is not null);
        var table = new Table().Border(TableBorder.None).AddColumns("RESOURCE", "IMAGE", "PLATFORMS", "PACKAGE", "VERSION", "TYPE");
        if (isForVulnerability) table.AddColumn("FIXED IN");
        foreach (var column in table.Columns) column.NoWrap();
        table.AddColumn("RUNNING");
        var rows = hits.GroupBy(hit => (hit.Resource, hit.Image.Repository, hit.Image.Tag, hit.Package, hit.Version, hit.Type, hit.FixedVersion)).ToList();
        foreach (var row in rows)
        {
            var hit = row.First();
            List<string> cells =
            [
                hit.Resource.ToString(), $"{hit.Image.Repository}:{hit.Image.Tag}", string.Join(", ", row.Select(one => one.Platform).Where(platform => platform.Length > 0).Distinct()),
                hit.Package, hit.Version, hit.Type,
            ];
            if (isForVulnerability) cells.Add(hit.FixedVersion ?? "");
            cells.Add(string.Join(", ", hit.Image.Workloads));
            table.AddRow(cells.Select(cell => new Text(cell)));
        }

        console.Write(table);
        var images = hits.Select(hit => $"{hit.Image.Repository}@{hit.Image.Digest}").Distinct().Count();
        var workloads = hits.SelectMany(hit => hit.Image.Workloads).Distinct().Count();
        console.WriteLine($"{Count(images, "image")}, {Count(workloads, "running workload")}");
    }

    private static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
}
