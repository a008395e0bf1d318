using System.Numerics;
using RegistryOperator.Abstractions.Images;

namespace RegistryOperator.Host.Images;

/// <summary>A tag with the version it spells, if any.</summary>
internal sealed record VersionedTag(string Tag, TagVersion? Version)
{
    /// <summary>A single number of this many digits or more is a date, a time stamp or a build number, and no floating major version.</summary>
    public const int BuildNumberDigits = 6;

    private static readonly BigInteger SmallestBuildNumber = BigInteger.Pow(10, BuildNumberDigits - 1);

    /// <summary>
    /// How much the tag says of a release: 2 where it begins with a version, 1 where a number stands behind a word (<c>pr-412</c>) or is a date or a build's, 0
    /// for a word. Numbers of different kinds can't be compared.
    /// </summary>
    public int Kind { get; } = Version is null ? 0 : BeginsWithVersion(Tag) && !IsDate(Tag) && !IsBuildNumber(Version) ? 2 : 1;

    public static VersionedTag Read(string tag) => new(tag, TagVersion.TryParse(tag, out var version) ? version : null);

    private static bool BeginsWithVersion(string tag) => tag is [>= '0' and <= '9', ..] or ['v' or 'V', >= '0' and <= '9', ..];

    /// <summary>A year and a number behind a dash: 2024-01-31.</summary>
    private static bool IsDate(string tag) =>
        tag is ['1', '9', >= '0' and <= '9', >= '0' and <= '9', '-', >= '0' and <= '9', ..]
            or ['2', '0', >= '0' and <= '9', >= '0' and <= '9', '-', >= '0' and <= '9', ..];

    private static bool IsBuildNumber(TagVersion version) => version.PartCount == 1 && version.Number(0) >= SmallestBuildNumber;
}
