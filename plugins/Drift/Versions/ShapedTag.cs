using System.Numerics;
using RegistryOperator.Abstractions.Images;

namespace RegistryOperator.Plugins.Drift.Versions;

/// <summary>What the first numbers of a tag are. Those of two kinds say nothing of each other: 20240131 is not newer than 5.2.3.</summary>
internal enum NumberKind
{
    /// <summary>A version.</summary>
    Version,

    /// <summary>A version that begins with a year.</summary>
    YearVersion,

    /// <summary>A date or a time stamp.</summary>
    Date,

    /// <summary>A date whose parts stand apart: <c>2024-01-31</c>.</summary>
    DashedDate,

    /// <summary>A build number.</summary>
    Build,
}

/// <summary>Numbers behind the version that move from release to release.</summary>
/// <param name="IsBase">True for a distribution's version, which never goes back; false for a build or a date.</param>
/// <param name="Numbers">The numbers.</param>
internal sealed record MovingPart(bool IsBase, IReadOnlyList<BigInteger> Numbers);

/// <summary>
/// A tag taken apart: <c>24.0.7-rc.1-dind-alpine3.18</c> has the version <c>24.0.7-rc.1</c> and the shape of <c>24.0.8-dind-alpine3.19</c>. Tags of one
/// shape name the same thing at different times.
/// </summary>
internal sealed record ShapedTag
{
    /// <summary>The tag.</summary>
    public required string Tag { get; init; }

    /// <summary>What stands before the version, its <c>v</c> included.</summary>
    public required string Prefix { get; init; }

    public required NumberKind Kind { get; init; }

    /// <summary>The dotted numbers, at least one.</summary>
    public required IReadOnlyList<BigInteger> Numbers { get; init; }

    /// <summary>The pre-release's stage, ascending towards the release; 0 for a release.</summary>
    public int Stage { get; init; }

    /// <summary>The pre-release's word, e.g. <c>rc</c>; empty for a release.</summary>
    public string StageWord { get; init; } = "";

    /// <summary>The pre-release's numbers.</summary>
    public IReadOnlyList<BigInteger> StageNumbers { get; init; } = [];

    /// <summary>What follows the version and the pre-release, with <c>#</c> for numbers that move and <c>@</c> for a commit; empty for nothing.</summary>
    public required string Variant { get; init; }

    public IReadOnlyList<MovingPart> Moving { get; init; } = [];

    /// <summary>The version as ranges read it; null where they read none.</summary>
    public TagVersion? Version { get; init; }

    public bool IsPreRelease => Stage > 0;

    /// <summary>True where both name the same thing at different times, whatever their versions.</summary>
    public bool HasShapeOf(ShapedTag other) =>
        (Kind == other.Kind || CountsByYearsAfter(other)) && Numbers.Count == other.Numbers.Count
        && string.Equals(Prefix, other.Prefix, StringComparison.Ordinal) && string.Equals(Variant, other.Variant, StringComparison.Ordinal);

    /// <summary>True where the other one's versions began at 0 or 1, and these with the year, as of projects that have changed to it.</summary>
    public bool CountsByYearsAfter(ShapedTag other) => Kind == NumberKind.YearVersion && other.Kind == NumberKind.Version;

    /// <summary>Version, pre-release, and what moves behind them, in this order. Of tags of one shape it is total, apart from commits.</summary>
    public int CompareReleaseTo(ShapedTag other)
    {
        var order = CompareVersionTo(other);
        for (var i = 0; order == 0 && i < Math.Min(Moving.Count, other.Moving.Count); i++) order = Compare(Moving[i].Numbers, other.Moving[i].Numbers);
        return order != 0 ? order : Moving.Count.CompareTo(other.Moving.Count);
    }

    /// <summary>Version and pre-release.</summary>
    public int CompareVersionTo(ShapedTag other)
    {
        var order = Compare(Numbers, other.Numbers);
        if (order != 0) return order;
        // A release comes after its pre-releases.
        order = (Stage == 0 ? int.MaxValue : Stage).CompareTo(other.Stage == 0 ? int.MaxValue : other.Stage);
        if (order == 0) order = string.CompareOrdinal(StageWord, other.StageWord);
        return order != 0 ? order : Compare(StageNumbers, other.StageNumbers);
    }

    /// <summary>True where the distribution that this is built on is not older than that of <paramref name="other"/>.</summary>
    public bool KeepsBaseOf(ShapedTag other)
    {
        for (var i = 0; i < Math.Min(Moving.Count, other.Moving.Count); i++)
        {
            if (Moving[i].IsBase && Compare(Moving[i].Numbers, other.Moving[i].Numbers) < 0) return false;
        }

        return true;
    }

    private static int Compare(IReadOnlyList<BigInteger> left, IReadOnlyList<BigInteger> right)
    {
        for (var i = 0; i < Math.Min(left.Count, right.Count); i++)
        {
            var order = left[i].CompareTo(right[i]);
            if (order != 0) return order;
        }

        return left.Count.CompareTo(right.Count);
    }
}
