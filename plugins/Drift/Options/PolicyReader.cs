using System.Globalization;
using System.Text.RegularExpressions;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Abstractions.Workloads;
using RegistryOperator.Plugins.Drift.Versions;
using RegistryOperator.Shared;

namespace RegistryOperator.Plugins.Drift.Options;

/// <summary>Reads policies from the resource's options and from a workload's annotations, <c>registry.kubecontroller.io/drift-policy</c> and so on.</summary>
internal sealed class PolicyReader
{
    private const string AnnotationGroup = "registry.kubecontroller.io/";
    private const int LongestPattern = 1024;

    private static readonly TimeSpan PatternTimeout = TimeSpan.FromSeconds(1);

    private static readonly Dictionary<string, UpdateStep> Steps = new(StringComparer.OrdinalIgnoreCase)
    {
        ["semver"] = UpdateStep.Major,
        ["major"] = UpdateStep.Major,
        ["minor"] = UpdateStep.Minor,
        ["patch"] = UpdateStep.Patch,
        ["numeric"] = UpdateStep.Numeric,
        ["alphabetical"] = UpdateStep.Alphabetical,
        ["digest"] = UpdateStep.Digest,
    };

    /// <summary>The annotations and the options that they replace.</summary>
    private static readonly (string Annotation, string Option)[] Annotations =
    [
        ("drift-policy", nameof(DriftOptions.Policy)),
        ("drift-range", nameof(DriftOptions.Range)),
        ("drift-pattern", nameof(DriftOptions.Pattern)),
        ("drift-pre-releases", nameof(DriftOptions.PreReleases)),
        ("drift-expect-immutable-tags", nameof(DriftOptions.ExpectImmutableTags)),
        ("drift-minimum-age", nameof(DriftOptions.MinimumAge)),
        ("drift-bypass-for-severity", nameof(DriftOptions.BypassForSeverity)),
    ];

    private readonly WorkloadPolicy _ofResource;

    public PolicyReader(DriftOptions options)
    {
        var policy = new WorkloadPolicy();
        (string Name, string? Value)[] values =
        [
            (nameof(options.Policy), options.Policy), (nameof(options.Range), options.Range), (nameof(options.Pattern), options.Pattern),
            (nameof(options.PreReleases), options.PreReleases ? "true" : null),
            (nameof(options.ExpectImmutableTags), options.ExpectImmutableTags ? "true" : null),
            (nameof(options.MinimumAge), options.MinimumAge), (nameof(options.BypassForSeverity), options.BypassForSeverity),
        ];
        foreach (var (name, value) in values)
        {
            if (value is not null && With(policy, name, value, out var changed) is null) policy = changed;
        }

        _ofResource = policy;
    }

    /// <summary>What holds for a workload.</summary>
    public WorkloadPolicy Of(Workload workload)
    {
        var policy = _ofResource;
        var problems = new List<string>();
        foreach (var (annotation, option) in Annotations)
        {
            if (!workload.Annotations.TryGetValue(annotation, out var value)) continue;
            if (With(policy, option, value, out var changed) is { } error) problems.Add($"Its annotation {AnnotationGroup}{annotation} is not used: {error}");
            else policy = changed;
        }

        return problems.Count == 0 ? policy : policy with { Problems = problems };
    }

    /// <summary>Why an option's value can't be used; null where it can.</summary>
    public static string? ErrorOf(string option, string value) => With(new WorkloadPolicy(), option, value, out _);

    private static string? With(WorkloadPolicy policy, string option, string value, out WorkloadPolicy changed)
    {
        changed = policy;
        switch (option)
        {
            case nameof(DriftOptions.Policy):
                if (!Steps.TryGetValue(value, out var step)) return $"write one of {string.Join(", ", Steps.Keys)}.";
                changed = policy with { Updates = policy.Updates with { Step = step } };
                return null;
            case nameof(DriftOptions.Range):
                if (!VersionRange.TryParse(value, out var range, out var error)) return error + ".";
                changed = policy with { Updates = policy.Updates with { Range = range } };
                return null;
            case nameof(DriftOptions.Pattern):
                return WithPattern(policy, value, out changed);
            case nameof(DriftOptions.PreReleases) or nameof(DriftOptions.ExpectImmutableTags):
                if (!bool.TryParse(value, out var isOn)) return "write true or false.";
                changed = option == nameof(DriftOptions.PreReleases)
                    ? policy with { Updates = policy.Updates with { TakesPreReleases = isOn } }
                    : policy with { ExpectsImmutableTags = isOn };
                return null;
            case nameof(DriftOptions.MinimumAge):
                if (AgeOf(value) is not { } age) return "write a number and a unit, e.g. 72h or 7d.";
                changed = policy with { MinimumAge = age };
                return null;
            default:
                if (!Enum.TryParse<Severity>(value, ignoreCase: true, out var severity) || severity == Severity.Unknown || char.IsAsciiDigit(value[0]))
                    return "write CRITICAL, HIGH, MEDIUM or LOW.";
                changed = policy with { BypassSeverity = severity };
                return null;
        }
    }

    private static string? WithPattern(WorkloadPolicy policy, string value, out WorkloadPolicy changed)
    {
        changed = policy;
        if (value.Length > LongestPattern) return $"a pattern has at most {LongestPattern} characters.";
        try
        {
            var pattern = new Regex(value, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, PatternTimeout);
            changed = policy with { Updates = policy.Updates with { Pattern = pattern } };
            return null;
        }
        catch (Exception invalid) when (invalid is ArgumentException or NotSupportedException)
        {
            return $"it is no regular expression: {invalid.Message}";
        }
    }

    /// <summary><c>90m</c>, <c>72h</c>, <c>7d</c>.</summary>
    private static TimeSpan? AgeOf(string text)
    {
        if (text.Length < 2 || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return null;
        return (text[^1], number) switch
        {
            ('m', _) => TimeSpan.FromMinutes(number),
            ('h', <= 24 * 3650) => TimeSpan.FromHours(number),
            ('d', <= 3650) => TimeSpan.FromDays(number),
            _ => null,
        };
    }
}
