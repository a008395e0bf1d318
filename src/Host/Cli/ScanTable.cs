using System.Globalization;
using RegistryOperator.Host.Reconciliation;
using RegistryOperator.Host.Resources;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace RegistryOperator.Host.Cli;

/// <summary>The table that <c>scan</c> prints: one for each resource, a row for each tag.</summary>
internal static class ScanTable
{
    private const int ShortDigestLength = 12;
    private const int MaximumPlatforms = 3;
    private static readonly string[] SizeUnits = ["B", "KiB", "MiB", "GiB", "TiB"];

    public static void Write(IAnsiConsole console, IReadOnlyList<RegistryResource> resources)
    {
        for (var i = 0; i < resources.Count; i++)
        {
            if (i > 0) console.WriteLine();
            Write(console, resources[i]);
        }
    }

    private static void Write(IAnsiConsole console, RegistryResource resource)
    {
        var status = resource.Status ?? new RegistryStatus();
        var succeeded = status.LastScanStatus == ScanStatuses.Success;
        console.MarkupLineInterpolated($"[bold]{resource.FullName}[/]  {resource.Spec.Url.TrimEnd('/')}/{resource.Spec.Repository}");
        console.MarkupInterpolated($"[{(succeeded ? "green" : "red")}]{status.LastScanStatus}[/]");
        console.WriteLine(Counts(status.Tags));
        if (status.Message is { Length: > 0 } message) console.WriteLine(message);
        if (status.Truncated?.Message is { Length: > 0 } truncated) console.WriteLine(truncated);
        foreach (var sentence in UnservedSections.Of(resource.Spec)) console.WriteLine(sentence);
        if (status.Images.Count > 0) console.Write(Images(status.Images));
        foreach (var problem in ScanCells.Problems(status.Images)) console.WriteLine(problem);
    }

    private static string Counts(TagCountsStatus? tags)
    {
        if (tags is null) return "";
        var parts = new List<string> { $"{tags.Found} tags" };
        if (tags.SkippedSignatures > 0) parts.Add($"{tags.SkippedSignatures} signature or referrer tags skipped");
        if (tags.Excluded > 0) parts.Add($"{tags.Excluded} excluded");
        if (tags.Limited > 0) parts.Add($"{tags.Limited} beyond the limit");
        return "  " + string.Join(", ", parts);
    }

    private static Table Images(IReadOnlyList<ImageStatus> images)
    {
        var table = new Table().Border(TableBorder.Rounded);
        table.AddColumn(new TableColumn("TAG").NoWrap());
        table.AddColumn(new TableColumn("DIGEST").NoWrap());
        table.AddColumn(new TableColumn("PLATFORMS"));
        table.AddColumn(new TableColumn("SIZE").RightAligned().NoWrap());
        table.AddColumn(new TableColumn("LAYERS").RightAligned().NoWrap());
        table.AddColumn(new TableColumn("AGE").RightAligned().NoWrap());
        // Columns of scanners that nobody asked for would only take the place of others.
        var hasVulnerabilities = images.Any(image => image.Vulnerabilities is not null);
        var hasSboms = images.Any(image => image.Sbom is not null);
        var custom = images.SelectMany(image => image.Scans.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        if (hasVulnerabilities) table.AddColumn(new TableColumn("VULNERABILITIES"));
        if (hasSboms) table.AddColumn(new TableColumn("PACKAGES"));
        foreach (var scanner in custom) table.AddColumn(new TableColumn(new Text(scanner.ToUpperInvariant())));
        table.AddColumn(new TableColumn("BASE IMAGE / NOTE"));
        foreach (var image in images)
        {
            List<IRenderable> row = [.. new[]
            {
                image.Tag,
                ShortDigest(image.Digest),
                Platforms(image.Platforms),
                image.Size is { } size ? Size(size) : "",
                image.Config?.LayerCount?.ToString(CultureInfo.InvariantCulture) ?? "",
                image.Timestamps?.Age ?? "",
            }.Select(text => new Text(text))];
            if (hasVulnerabilities) row.Add(ScanCells.Of(image.Vulnerabilities));
            if (hasSboms) row.Add(ScanCells.Of(image.Sbom));
            row.AddRange(custom.Select(scanner => ScanCells.Of(image.Scans.GetValueOrDefault(scanner))));
            row.Add(new Text(image.Reason is { } reason ? $"{reason}: {image.Message}" : image.Config?.BaseImage ?? ""));
            table.AddRow(row);
        }

        return table;
    }

    private static string ShortDigest(string? digest)
    {
        var hex = digest?[(digest.IndexOf(':', StringComparison.Ordinal) + 1)..] ?? "";
        return hex.Length > ShortDigestLength ? hex[..ShortDigestLength] : hex;
    }

    private static string Platforms(IReadOnlyList<string> platforms) => platforms.Count <= MaximumPlatforms
        ? string.Join(", ", platforms)
        : $"{string.Join(", ", platforms.Take(MaximumPlatforms))} +{platforms.Count - MaximumPlatforms}";

    private static string Size(long bytes)
    {
        double value = bytes;
        var unit = 0;
        while (value >= 1024 && unit < SizeUnits.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return unit == 0 ? $"{bytes} B" : string.Create(CultureInfo.InvariantCulture, $"{value:0.0} {SizeUnits[unit]}");
    }
}
