using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Kubernetes;

namespace RegistryOperator.Host.Reports;

/// <summary>A platform's manifest that a user named, directly or by its image.</summary>
/// <param name="Digest">Its digest.</param>
/// <param name="Platform">The platform; null where it is not known.</param>
/// <param name="Images">The tags that lead to it, each <c>repository:tag</c>.</param>
internal sealed record ReportTarget(Digest Digest, string? Platform, IReadOnlyList<string> Images)
{
    /// <summary>The shortest name that says what it is.</summary>
    public string Name => Images is [var first, ..] ? first : Digest.ToString();
}

/// <summary>A report and what it is about.</summary>
internal sealed record LocatedReport(ReportTarget Target, Report Report);

/// <summary>Finds reports by what users call images.</summary>
internal static class ReportLookup
{
    /// <summary>The platforms that a name means: of a tag or an index all of them, of a platform's own digest that one.</summary>
    /// <exception cref="FormatException">The name can't be read, or names more than one image.</exception>
    public static async Task<IReadOnlyList<ReportTarget>> FindTargetsAsync(IReportStore store, string name, CancellationToken cancellationToken)
    {
        var prefix = ImageName.Parse(name).DigestPrefix;
        var found = await store.FindImagesAsync(name, cancellationToken);
        var targets = new Dictionary<Digest, (string? Platform, SortedSet<string> Images)>();
        foreach (var image in found.Select(one => one.Image))
        {
            foreach (var (platform, digest) in Platforms(image, prefix))
            {
                if (!targets.TryGetValue(digest, out var target)) targets.Add(digest, target = (platform, new SortedSet<string>(StringComparer.Ordinal)));
                target.Images.Add($"{image.Repository}:{image.Tag}");
            }
        }

        // No resource has it any more, but its reports may be there for a while.
        if (targets.Count == 0 && Digest.TryParse(prefix, out var exact)) return [new ReportTarget(exact, Platform: null, [])];
        return
        [
            .. targets.Select(target => new ReportTarget(target.Key, target.Value.Platform, [.. target.Value.Images]))
                .OrderBy(target => target.Name, StringComparer.Ordinal).ThenBy(target => target.Platform, StringComparer.Ordinal),
        ];
    }

    /// <summary>The reports of the targets, by target, kind and scanner. Of several that differ in the options only, the newest.</summary>
    public static async Task<IReadOnlyList<LocatedReport>> FindReportsAsync(IReportStore store, IReadOnlyList<ReportTarget> targets, CancellationToken cancellationToken)
    {
        var reports = (await store.FindAsync([.. targets.Select(target => target.Digest)], cancellationToken)).ToLookup(report => report.Key.Digest);
        return
        [
            .. targets.SelectMany(target => reports[target.Digest]
                .GroupBy(report => (report.Key.Kind, report.Key.Scanner))
                .Select(same => same.MaxBy(report => report.Created)!)
                .OrderBy(report => report.Key.Kind.Name, StringComparer.Ordinal).ThenBy(report => report.Key.Scanner, StringComparer.Ordinal)
                .Select(report => new LocatedReport(target, report))),
        ];
    }

    /// <summary>The reports over all images of a resource, where a user writes <c>NAMESPACE/NAME</c>; none where that names no resource that has any.</summary>
    public static async Task<IReadOnlyList<ResourceReport>> FindOfResourceAsync(IReportStore store, string name, CancellationToken cancellationToken)
    {
        // No name of an image has this form: there is a tag or a digest behind a repository.
        if (name.AsSpan().ContainsAny(':', '@') || !ResourceKey.TryParse(name, provider: null, out var resource) || resource.Namespace.Length == 0) return [];
        return await store.FindOfResourceAsync(resource, cancellationToken);
    }

    /// <summary>True where a user who writes <paramref name="asked"/> means <paramref name="platform"/>: <c>linux/arm64</c> is <c>linux/arm64/v8</c> too.</summary>
    public static bool IsPlatform(string? platform, string asked) =>
        platform is not null && (platform.Equals(asked, StringComparison.OrdinalIgnoreCase) || platform.StartsWith(asked + "/", StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<(string? Platform, Digest Digest)> Platforms(StoredImage image, string? prefix)
    {
        var all = image.Platforms.Select(pair => ((string?)pair.Key, pair.Value)).ToList();
        if (all.Count == 0) return [(null, image.Digest)];
        var named = prefix is null ? [] : all.FindAll(one => one.Value.ToString().StartsWith(prefix, StringComparison.Ordinal));
        return named.Count > 0 ? named : all;
    }
}
