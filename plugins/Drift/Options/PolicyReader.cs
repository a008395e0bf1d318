using System.Globalization;
using System.Text.Json;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Abstractions.Workloads;
using RegistryOperator.Plugins.Drift.Versions;
using RegistryOperator.Shared;

namespace RegistryOperator.Plugins.Drift.Options;

/// <summary>Reads policies from the resource's options and from a workload's annotations, <c>registry.kubecontroller.io/drift-policy</c> and so on.</summary>
internal sealed class PolicyReader
{
    private const string AnnotationGroup = "registry.kubecontroller.io/";
    private const string AnnotationWord = "drift";

    /// <summary>By their names alone: a number, or several names, are no severity.</summary>
    private static readonly Dictionary<string, Severity> Severities =
        new[] { Severity.Critical, Severity.High, Severity.Medium, Severity.Low }.ToDictionary(severity => $"{severity}", StringComparer.OrdinalIgnoreCase);

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

    /// <summary>Characters of a value that are repeated.</summary>
    private const int LongestValue = 64;

    /// <summary>The longest minimum age.</summary>
    private static readonly TimeSpan LongestAge = TimeSpan.FromDays(3650);

    /// <summary>Policies that are remembered: a compiled pattern is large, and each workload may have one of its own.</summary>
    private const int MostKept = 200;

    private readonly WorkloadPolicy _ofResource;
    private readonly BoundedCache<string, WorkloadPolicy> _read = new(MostKept, comparer: StringComparer.Ordinal);

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
        var own = workload.Annotations.Where(pair => pair.Key.StartsWith(AnnotationWord, StringComparison.OrdinalIgnoreCase))
            .OrderBy(pair => pair.Key, StringComparer.Ordinal).ToArray();
        if (own.Length == 0) return _ofResource;
        // Workloads of one kind are often annotated alike.
        var text = string.Join('\0', own.Select(pair => $"{pair.Key}={pair.Value}"));
        if (_read.Find(text) is { } known) return known;
        var policy = Read(own);
        _read.Set(text, policy);
        return policy;
    }

    private WorkloadPolicy Read(IEnumerable<KeyValuePair<string, string>> annotations)
    {
        var policy = _ofResource;
        var problems = new List<string>();
        foreach (var (annotation, value) in annotations)
        {
            if (Array.Find(Annotations, known => known.Annotation == annotation).Option is not { } option)
                problems.Add(Unknown(annotation));
            else if (With(policy, option, value, out var changed) is { } error)
                policy = HeldBack(policy, option, problems, $"Its annotation {AnnotationGroup}{annotation} is not used: {error}{ValueIn(error, value)}");
            else
                policy = changed;
        }

        return problems.Count == 0 ? policy : policy with { Problems = problems };
    }

    /// <summary>What somebody wanted to hold back, and has not written well, is not let through.</summary>
    private static WorkloadPolicy HeldBack(WorkloadPolicy policy, string option, List<string> problems, string problem)
    {
        var isAge = option == nameof(DriftOptions.MinimumAge);
        problems.Add(isAge ? problem + " Until it is corrected, the updates wait." : problem);
        if (isAge) return policy with { MinimumAge = LongestAge, IsAgeUnreadable = true };
        return option == nameof(DriftOptions.BypassForSeverity) ? policy with { BypassSeverity = null } : policy;
    }

    private static string ValueIn(string error, string value) =>
        value.Length > 0 && error.Contains(value, StringComparison.Ordinal) ? "" : $" It says {Quoted(value)}.";

    private static string Quoted(string value) => $"'{OutsideText.Of(value, LongestValue)}'";

    private static string Unknown(string annotation)
    {
        var names = Annotations.Select(known => known.Annotation).ToArray();
        var advice = NearestName.Find(annotation, names) is { } nearest ? $"did you mean {nearest}?" : $"known are {string.Join(", ", names)}.";
        return $"Its annotation {AnnotationGroup}{annotation} is not known: {advice}";
    }

    /// <summary>Why an option's value can't be used, with both; null where it can.</summary>
    public static string? ErrorOf(string option, string value) =>
        With(new WorkloadPolicy(), option, value, out _) is { } error ? $"{JsonNamingPolicy.CamelCase.ConvertName(option)} is {Quoted(value)}: {error}" : null;

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
                if (AgeOf(value) is not { } age) return $"write a number and a unit, which is s, m, h, d or w, e.g. 72h or 7d; at most {LongestAge.Days}d.";
                changed = policy with { MinimumAge = age };
                return null;
            default:
                if (!Severities.TryGetValue(value, out var severity)) return "write CRITICAL, HIGH, MEDIUM or LOW.";
                changed = policy with { BypassSeverity = severity };
                return null;
        }
    }

    private static string? WithPattern(WorkloadPolicy policy, string value, out WorkloadPolicy changed)
    {
        changed = policy;
        if (!TagPattern.TryCompile(value, out var pattern, out var error)) return error + ".";
        changed = policy with { Updates = policy.Updates with { Pattern = pattern } };
        return null;
    }

    /// <summary><c>0</c>, <c>90m</c>, <c>72h</c>, <c>7d</c>.</summary>
    private static TimeSpan? AgeOf(string text)
    {
        if (text == "0") return TimeSpan.Zero;
        if (text.Length < 2 || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return null;
        TimeSpan? unit = text[^1] switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            'w' => TimeSpan.FromDays(7),
            _ => null,
        };
        return number <= LongestAge / unit ? number * unit : null;
    }
}
