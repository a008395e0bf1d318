using System.Numerics;
using RegistryOperator.Abstractions.Images;

namespace RegistryOperator.Host.Tags;

/// <summary>
/// The tags of a repository as a tree: families, major lines, minor lines, releases, shapes of variants, tags. Each level below the families has the
/// one first that is expected to be the newest (or the oldest).
/// </summary>
internal static class ReleaseTree
{
    private static readonly Comparer<TagVersion?> ByRelease =
        Comparer<TagVersion?>.Create((x, y) => x is null ? (y is null ? 0 : -1) : x.CompareReleaseTo(y));

    /// <summary>Builds the families, the largest first.</summary>
    /// <param name="names">The tags that may be chosen.</param>
    /// <param name="newestFirst">False to begin with the lowest versions.</param>
    public static IReadOnlyList<LineNode> Build(IEnumerable<TagName> names, bool newestFirst) =>
    [
        .. names.GroupBy(FamilyOf, StringComparer.Ordinal)
            .Select(family => Family([.. family], newestFirst))
            .OrderByDescending(family => family.Count),
    ];

    /// <summary>A word and a commit have no neighbours that tell of their age.</summary>
    private static string FamilyOf(TagName name) => name.Version is null ? "=" + name.Tag.Tag : name.Family;

    private static LineNode Family(TagName[] names, bool newestFirst) =>
        new(LineLevel.Majors, Group(names, name => name.Version?.Number(0) ?? 0, newestFirst).Select(major =>
            new LineNode(LineLevel.Minors, Group(major, name => name.Version?.Number(1) ?? 0, newestFirst).Select(minor =>
                new LineNode(LineLevel.Releases, Releases(minor, newestFirst))))));

    private static IEnumerable<TagName[]> Group(TagName[] names, Func<TagName, BigInteger> number, bool newestFirst)
    {
        var groups = names.GroupBy(number);
        return (newestFirst ? groups.OrderByDescending(group => group.Key) : groups.OrderBy(group => group.Key)).Select(group => group.ToArray());
    }

    private static IEnumerable<ReleaseNode> Releases(TagName[] names, bool newestFirst)
    {
        var ordered = names.OrderBy(name => name.Version, ByRelease);
        var releases = new List<List<TagName>>();
        foreach (var name in newestFirst ? ordered.Reverse() : ordered)
        {
            if (releases.Count > 0 && ByRelease.Compare(releases[^1][0].Version, name.Version) == 0) releases[^1].Add(name);
            else releases.Add([name]);
        }

        return releases.Select(release => new ReleaseNode(release, newestFirst));
    }
}
