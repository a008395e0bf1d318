using System.Globalization;
using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Host.Text;

namespace RegistryOperator.Host.Cli.Scan;

/// <summary>The table that <c>scan</c> prints: one for each resource, a row for each tag.</summary>
internal static class ScanTable
{
    private const int ShortDigestLength = 12;
    private const int MaximumPlatforms = 3;
    private static readonly string[] SizeUnits = ["B", "KiB", "MiB", "GiB", "TiB"];

    public static void Write(Terminal terminal, IReadOnlyList<RegistryResource> resources)
    {
        for (var i = 0; i < resources.Count; i++)
        {
            if (i > 0) terminal.WriteLine();
            Write(terminal, resources[i]);
        }
    }

    private static void Write(Terminal terminal, RegistryResource resource)
    {
        var status = resource.Status ?? new RegistryStatus();
        var succeeded = status.LastScanStatus == ScanStatuses.Success;
        terminal.WriteLine(new TerminalText(resource.FullName, Tone.Strong), $"  {resource.Spec.Url.TrimEnd('/')}/{resource.Spec.Repository}");
        terminal.WriteLine(new TerminalText(status.LastScanStatus, succeeded ? Tone.Good : Tone.Bad), Counts(status.Tags));
        if (status.Message is { Length: > 0 } message) terminal.WriteLine(message);
        if (status.Truncated?.Message is { Length: > 0 } truncated) terminal.WriteLine(truncated);
        foreach (var sentence in UnservedSections.Of(resource.Spec)) terminal.WriteLine(sentence);
        if (status.Images.Count > 0) terminal.Write(Images(status.Images));
        foreach (var problem in ScanCells.Problems(status.Images)) terminal.WriteLine(problem);
    }

    private static string Counts(TagCountsStatus? tags)
    {
        if (tags is null) return "";
        var parts = new List<string> { Counted.Of(tags.Found, "tag") };
        if (tags.SkippedSignatures > 0) parts.Add($"{Counted.Of(tags.SkippedSignatures, "signature or referrer tag")} skipped");
        if (tags.Excluded > 0) parts.Add($"{tags.Excluded} excluded");
        if (tags.Limited > 0) parts.Add($"{tags.Limited} beyond the limit");
        return "  " + string.Join(", ", parts);
    }

    private static TextTable Images(IReadOnlyList<ImageStatus> images)
    {
        // Columns of scanners that nobody asked for would only take the place of others.
        var hasVulnerabilities = images.Any(image => image.Vulnerabilities is not null);
        var hasSboms = images.Any(image => image.Sbom is not null);
        var custom = images.SelectMany(image => image.Scans.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        List<TableColumn> columns =
        [
            "TAG", "DIGEST", "PLATFORMS", new("SIZE") { IsNumber = true }, new("LAYERS") { IsNumber = true }, new("AGE") { IsNumber = true },
            .. hasVulnerabilities ? ["VULNERABILITIES"] : (TableColumn[])[],
            .. hasSboms ? ["PACKAGES"] : (TableColumn[])[],
            .. custom.Select(scanner => new TableColumn(scanner.ToUpperInvariant())),
            new("BASE IMAGE / NOTE") { IsProse = true },
        ];
        var table = new TextTable(columns) { HasBorder = true };
        foreach (var image in images)
        {
            List<TerminalText> row =
            [
                image.Tag,
                ShortDigest(image.Digest),
                Platforms(image.Platforms),
                image.Size is { } size ? Size(size) : "",
                image.Config?.LayerCount?.ToString(CultureInfo.InvariantCulture),
                image.Timestamps?.Age,
            ];
            if (hasVulnerabilities) row.Add(ScanCells.Of(image.Vulnerabilities));
            if (hasSboms) row.Add(ScanCells.Of(image.Sbom));
            row.AddRange(custom.Select(scanner => ScanCells.Of(image.Scans.GetValueOrDefault(scanner))));
            row.Add(image.Reason is { } reason ? $"{reason}: {image.Message}" : image.Config?.BaseImage);
            table.Add(row);
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
