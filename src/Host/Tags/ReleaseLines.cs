using System.Numerics;
using RegistryOperator.Host.Images;

namespace RegistryOperator.Host.Tags;

/// <summary>
/// Groups tags into release lines: runs of versions that were published one after the other, so that inside a line version order is the order
/// of creation. <c>1.4.0</c>, <c>1.4.1</c>, <c>1.4.2</c> are one; <c>1.4.9</c> and <c>2.0.0</c> are two, since an old line still gets patches after
/// a new one has begun. A tag that moves (<c>latest</c>, <c>1.4</c>) is a line of its own. The newest images of a repository are then found
/// by reading the head of each line and going down only the lines whose head is among them.
/// </summary>
internal static class ReleaseLines
{
    /// <summary>A single number of this many digits or more is a date or a build number, which grows, and no floating major version.</summary>
    private const int BuildNumberDigits = 6;

    private static readonly BigInteger SmallestBuildNumber = BigInteger.Pow(10, BuildNumberDigits - 1);

    /// <summary>The lines, each from its highest version to its lowest.</summary>
    public static IReadOnlyList<IReadOnlyList<VersionedTag>> Group(IEnumerable<VersionedTag> tags)
    {
        var lines = new Dictionary<string, List<VersionedTag>>(StringComparer.Ordinal);
        foreach (var tag in tags)
        {
            var key = Key(tag);
            if (!lines.TryGetValue(key, out var line)) lines[key] = line = [];
            line.Add(tag);
        }

        foreach (var line in lines.Values) line.Sort((x, y) => TagOrder.ByVersion.Compare(y, x));
        return [.. lines.Values];
    }

    private static string Key(VersionedTag tag) => tag.Version switch
    {
        { PartCount: >= 3 } version => $"{version.Number(0)}.{version.Number(1)}-{version.Variant}",
        { PartCount: 1 } version when version.Number(0) >= SmallestBuildNumber => $"build-{version.Variant}",
        _ => "=" + tag.Tag,
    };
}
