using System.Text.RegularExpressions;
using RegistryOperator.Shared;

namespace RegistryOperator.Plugins.Drift.Versions;

/// <summary>Which tags may take the place of a running one.</summary>
internal enum UpdateStep
{
    /// <summary>Any newer version.</summary>
    Major,

    /// <summary>Newer versions with the same first number.</summary>
    Minor,

    /// <summary>Newer versions with the same first two numbers.</summary>
    Patch,

    /// <summary>The highest build number or date.</summary>
    Numeric,

    /// <summary>The last name in alphabetical order.</summary>
    Alphabetical,

    /// <summary>None: a tag is kept, and followed where it moves.</summary>
    Digest,
}

/// <summary>How candidates are chosen.</summary>
internal sealed record UpdatePolicy
{
    /// <summary>The default: any newer version.</summary>
    public static UpdatePolicy Default { get; } = new();

    public UpdateStep Step { get; init; } = UpdateStep.Major;

    /// <summary>The versions that may run; null for all.</summary>
    public VersionRange? Range { get; init; }

    /// <summary>True offers pre-releases also to who runs a release.</summary>
    public bool TakesPreReleases { get; init; }

    /// <summary>Only tags that match; null for all.</summary>
    public Regex? Pattern { get; init; }

    /// <summary>The same for policies that choose the same. What is remembered by it holds no compiled pattern.</summary>
    public string Text => string.Join('\0', Step, Range?.Text, TakesPreReleases, Pattern);
}
