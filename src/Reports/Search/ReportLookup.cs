using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Reports.Search;

/// <summary>A platform's manifest, or the index of them, that a user named, directly or by its image.</summary>
/// <param name="Digest">Its digest.</param>
/// <param name="Platform">The platform; null where it is not known.</param>
/// <param name="Images">The tags that name it, each <c>repository:tag</c>.</param>
public sealed record ReportTarget(Digest Digest, string? Platform, IReadOnlyList<string> Images)
{
    /// <summary>True for an index: its reports are about all its platforms together. Few scanners make such reports.</summary>
    public bool IsIndex { get; init; }

    /// <summary>The resources whose image it is of; none where no resource has it.</summary>
    public IReadOnlyList<ResourceName> Resources { get; init; } = [];

    /// <summary>The shortest name that says what it is.</summary>
    public string Name => Images is [var first, ..] ? first : Digest.ToString();
}

/// <summary>A report and what it is about.</summary>
public sealed record LocatedReport(ReportTarget Target, Report Report);

/// <summary>Finds reports by image names as users write them.</summary>
public static class ReportLookup
{
    /// <summary>
    /// The manifests that a name denotes: for a tag or an index, all platforms and then the index; for a platform's digest, that manifest.
    /// </summary>
    /// <exception cref="FormatException">The name can't be read, or names more than one image.</exception>
    public static async Task<IReadOnlyList<ReportTarget>> FindTargetsAsync(IReportStore store, string name, CancellationToken cancellationToken)
    {
        var prefix = ImageName.Parse(name).DigestPrefix;
        var found = await store.FindImagesAsync(name, cancellationToken);
        var targets = new Dictionary<Digest, (Manifest Manifest, SortedSet<string> Images, HashSet<ResourceName> Resources)>();
        foreach (var (resource, image) in found)
        {
            foreach (var manifest in Manifests(image, prefix))
            {
                if (!targets.TryGetValue(manifest.Digest, out var target))
                    targets.Add(manifest.Digest, target = (manifest, new(StringComparer.Ordinal), []));
                target.Images.Add($"{image.Repository}:{image.Tag}");
                target.Resources.Add(resource);
            }
        }

        // No resource has it any more, but its reports may not be deleted yet.
        if (targets.Count == 0 && Digest.TryParse(prefix, out var exact)) return [new ReportTarget(exact, Platform: null, [])];
        return
        [
            .. targets.Values
                .Select(target => new ReportTarget(target.Manifest.Digest, target.Manifest.Platform, [.. target.Images])
                {
                    IsIndex = target.Manifest.IsIndex,
                    Resources = [.. target.Resources],
                })
                .OrderBy(target => target.Name, StringComparer.Ordinal)
                .ThenBy(target => target.IsIndex)
                .ThenBy(target => target.Platform, StringComparer.Ordinal),
        ];
    }

    /// <summary>
    /// The reports of the targets that their resources use, by target, kind, scanner and registry (and repository, where that counts). Of several that
    /// differ in
    /// the rest, the newest. Of a target that no resource has any more, all that are still there count.
    /// </summary>
    public static async Task<IReadOnlyList<LocatedReport>> FindReportsAsync(
        IReportStore store, IReadOnlyList<ReportTarget> targets, CancellationToken cancellationToken)
    {
        var reports = (await store.FindUsedAsync([.. targets.Select(target => target.Digest)], cancellationToken)).ToLookup(used => used.Report.Key.Digest);
        return
        [
            .. targets.SelectMany(target => reports[target.Digest]
                .Where(used => target.Resources.Count == 0 || used.Resources.Any(target.Resources.Contains))
                .Select(used => used.Report)
                .GroupBy(report => (report.Key.Kind, report.Key.Scanner, report.Key.Registry, report.Key.Repository))
                .Select(same => same.MaxBy(report => report.Created)!)
                .OrderBy(report => report.Key.Kind.Name, StringComparer.Ordinal).ThenBy(report => report.Key.Scanner, StringComparer.Ordinal)
                .ThenBy(report => report.Key.Registry, StringComparer.Ordinal).ThenBy(report => report.Key.Repository, StringComparer.Ordinal)
                .Select(report => new LocatedReport(target, report))),
        ];
    }

    /// <summary>
    /// True where a user who writes <paramref name="asked"/> means the registry, or the repository, in which a report was made: its origin or its host, or a
    /// repository's URL or host and path.
    /// </summary>
    public static bool IsRegistry(ReportKey key, string asked)
    {
        string[] names = [key.Registry, ReportKey.WithoutScheme(key.Registry), key.Repository, ReportKey.WithoutScheme(key.Repository)];
        return names.Any(name => name.Length > 0 && name.Equals(asked, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The reports over all images of a resource, named <c>NAMESPACE/NAME</c>; empty where no such resource has any.</summary>
    public static async Task<IReadOnlyList<ResourceReport>> FindOfResourceAsync(IReportStore store, string name, CancellationToken cancellationToken)
    {
        // Distinct from image names, which have a tag or a digest after the repository.
        if (name.AsSpan().ContainsAny(':', '@') || name.Split('/') is not [{ Length: > 0 } space, { Length: > 0 } own]) return [];
        return await store.FindOfResourceAsync(new ResourceName(space, own), cancellationToken);
    }

    /// <summary>
    /// True where a user who writes <paramref name="asked"/> means <paramref name="platform"/>: <c>linux/arm64</c> is <c>linux/arm64/v8</c> too.
    /// </summary>
    public static bool IsPlatform(string? platform, string asked) =>
        platform is not null
            && (platform.Equals(asked, StringComparison.OrdinalIgnoreCase) || platform.StartsWith(asked + "/", StringComparison.OrdinalIgnoreCase));

    private static List<Manifest> Manifests(StoredImage image, string? prefix)
    {
        var all = image.Platforms.Select(pair => new Manifest(pair.Value, pair.Key)).ToList();
        if (all.Count == 0) return [new Manifest(image.Digest)];
        var named = prefix is null ? [] : all.FindAll(one => one.Digest.ToString().StartsWith(prefix, StringComparison.Ordinal));
        if (named.Count > 0) return named;
        if (!all.Exists(one => one.Digest == image.Digest)) all.Add(new Manifest(image.Digest, IsIndex: true));
        return all;
    }

    private sealed record Manifest(Digest Digest, string? Platform = null, bool IsIndex = false);
}
