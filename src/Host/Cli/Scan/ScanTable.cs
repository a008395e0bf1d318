using System.Globalization;
using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Host.Text;
using RegistryOperator.Kubernetes.Resources;

namespace RegistryOperator.Host.Cli.Scan;

/// <summary>The table that <c>scan</c> prints: one for each resource, a row for each tag.</summary>
internal sealed class ScanTable(Terminal terminal, ScanKinds kinds)
{
    private const int ShortDigestLength = 12;
    private const int MaximumPlatforms = 3;

    public void Write(IReadOnlyList<RegistryResource> resources)
    {
        for (var i = 0; i < resources.Count; i++)
        {
            if (i > 0) terminal.WriteLine();
            Write(resources[i]);
        }
    }

    private void Write(RegistryResource resource)
    {
        var status = resource.Status ?? new RegistryStatus();
        var succeeded = status.LastScanStatus == ScanStatuses.Success;
        terminal.WriteLine(new TerminalText(resource.FullName, Tone.Strong), $"  {resource.Spec.RepositoryUrl}");
        terminal.WriteLine(new TerminalText(status.LastScanStatus, succeeded ? Tone.Good : Tone.Bad), Counts(status.Tags));
        if (status.Message is { Length: > 0 } message) terminal.WriteLine(message);
        var reachable = status.Conditions.Find(RegistryReachability.ConditionType);
        if (RegistryReachability.Beside(reachable?.Message, status.Message) is { } beside) terminal.WriteLine(beside);
        if (status.Truncated?.Message is { Length: > 0 } truncated) terminal.WriteLine(truncated);
        if (UnservedSections.Webhook(resource.Spec) is { } unserved) terminal.WriteLine(unserved);
        if (UnservedSections.Tls(resource.Spec) is { } unused) terminal.WriteLine(unused);
        if (status.Images.Count > 0) terminal.Write(Images(status.Images));
        foreach (var line in kinds.All.SelectMany(kind => kind.LinesOf(status))) terminal.WriteLine(line);
        foreach (var problem in Problems(status.Images)) terminal.WriteLine(problem);
        foreach (var problem in kinds.All.SelectMany(kind => kind.ProblemsOf(status)).Distinct()) terminal.WriteLine($"{problem.Reason}: {problem.Message}");
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

    private TextTable Images(IReadOnlyList<ImageStatus> images)
    {
        // Columns of scanners that no resource asks for would only take space.
        ScanColumn[] scans = [.. kinds.All.SelectMany(kind => kind.ColumnsOf(images))];
        List<TableColumn> columns =
        [
            "TAG", "DIGEST", "PLATFORMS", new("SIZE") { IsNumber = true }, new("LAYERS") { IsNumber = true }, new("AGE") { IsNumber = true },
            .. scans.Select(scan => new TableColumn(scan.Header)),
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
                image.Size is { } size ? ByteSize.Format(size) : "",
                image.Config?.LayerCount?.ToString(CultureInfo.InvariantCulture),
                image.Timestamps?.Age,
            ];
            row.AddRange(scans.Select(scan => scan.CellOf(image)));
            row.Add(image.Reason is { } reason ? $"{reason}: {image.Message}" : image.Config?.BaseImage);
            table.Add(row);
        }

        return table;
    }

    /// <summary>One line for each distinct sentence, with the number of images it applies to.</summary>
    private IEnumerable<string> Problems(IReadOnlyList<ImageStatus> images) => images
        .SelectMany(kinds.ProblemsOf)
        .GroupBy(problem => (problem.Reason, problem.Message))
        .Select(same => $"{same.Key.Reason}{(same.Count() > 1 ? $" ({same.Count()} images)" : "")}: {same.Key.Message}");

    private static string ShortDigest(string? digest)
    {
        var hex = digest?[(digest.IndexOf(':', StringComparison.Ordinal) + 1)..] ?? "";
        return hex.Length > ShortDigestLength ? hex[..ShortDigestLength] : hex;
    }

    private static string Platforms(IReadOnlyList<string> platforms) => platforms.Count <= MaximumPlatforms
        ? string.Join(", ", platforms)
        : $"{string.Join(", ", platforms.Take(MaximumPlatforms))} +{platforms.Count - MaximumPlatforms}";
}
