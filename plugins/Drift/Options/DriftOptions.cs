using System.ComponentModel.DataAnnotations;

namespace RegistryOperator.Plugins.Drift.Options;

/// <summary>What a resource writes under <c>spec.driftDetection.options</c>. A workload's annotations take precedence.</summary>
public sealed record DriftOptions : IValidatableObject
{
    /// <summary>Which tags are updates: <c>semver</c> (any newer version, the default), <c>major</c>, <c>minor</c>, <c>patch</c> (the largest step),
    /// <c>numeric</c>, <c>alphabetical</c>, <c>digest</c> (none; the tag is followed where it moves).</summary>
    public string? Policy { get; init; }

    /// <summary>The versions that may run, in npm's syntax, e.g. <c>^1.27</c> or <c>&gt;=20 &lt;23</c>.</summary>
    public string? Range { get; init; }

    /// <summary>A regular expression that an update's tag has to match.</summary>
    public string? Pattern { get; init; }

    /// <summary>True offers pre-releases also to workloads that run a release.</summary>
    public bool PreReleases { get; init; }

    /// <summary>True where no full version of the repository is ever built again: each that names another image is an alarm.</summary>
    public bool ExpectImmutableTags { get; init; }

    /// <summary>How long the operator must have seen an image unchanged under its tag before it is recommended: a number and <c>s</c>, <c>m</c>, <c>h</c>,
    /// <c>d</c> or <c>w</c>, e.g. <c>72h</c>, <c>7d</c>.</summary>
    public string? MinimumAge { get; init; }

    /// <summary>An update that fixes a vulnerability of this severity or a higher one is not held back: <c>CRITICAL</c>, <c>HIGH</c>, <c>MEDIUM</c>,
    /// <c>LOW</c>.</summary>
    public string? BypassForSeverity { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            [nameof(Policy)] = Policy,
            [nameof(Range)] = Range,
            [nameof(Pattern)] = Pattern,
            [nameof(MinimumAge)] = MinimumAge,
            [nameof(BypassForSeverity)] = BypassForSeverity,
        };
        foreach (var (name, value) in settings)
        {
            if (value is not null && PolicyReader.ErrorOf(name, value) is { } error) yield return new ValidationResult(error, [name]);
        }
    }
}
