using System.Text.Json;
using RegistryOperator.Host.Registry.Spec;

namespace RegistryOperator.Host.Registry.Validation;

/// <summary>An error in a spec.</summary>
/// <param name="Path">The field, e.g. <c>spec.tagFilter.include</c>.</param>
/// <param name="Message">What is wrong with it and what to do; without the field's name.</param>
internal sealed record SpecError(string Path, string Message)
{
    public override string ToString() => $"{Path}: {Message}";
}

/// <summary>Collects what is wrong with a spec, and knows the rules that several fields have in common.</summary>
internal sealed class SpecErrors
{
    private readonly List<SpecError> _all = [];

    public IReadOnlyList<SpecError> All => _all;

    public void Add(string path, string message) => _all.Add(new SpecError(path, message));

    public void AddIfAny(string path, string? message)
    {
        if (message is not null) Add(path, message);
    }

    public void CheckScannerName(string path, string? name, string example)
    {
        if (name is "") Add(path, $"is empty; name a scanner, e.g. {example}");
    }

    public void CheckOptions(string path, JsonElement? options)
    {
        if (options is { ValueKind: not JsonValueKind.Object }) Add(path, "must be a map of the scanner's options");
    }

    public void CheckSecretName(string path, string name) => AddIfAny(path, SecretNames.ProblemOfName(name));

    public void CheckSecretKey(string path, string? key) => AddIfAny(path, key is null ? null : SecretNames.ProblemOfKey(key));

    /// <summary>A list that names more than a resource needs.</summary>
    public void CheckCount<T>(string path, IReadOnlyList<T> list, int most)
    {
        if (list.Count > most) Add(path, $"has {list.Count} entries; at most {most} are allowed");
    }

    public void CheckInterval(string path, int? value) => CheckRange(path, value, RegistryLimits.MinInterval, RegistryLimits.MaxInterval, "seconds");

    public void CheckRange(string path, int? value, int minimum, int maximum, string unit = "")
    {
        if (value is null || (value >= minimum && value <= maximum)) return;
        var range = maximum == int.MaxValue ? $"{minimum} or more" : $"{minimum} to {maximum}";
        Add(path, $"is {value}; allowed is {range}{(unit.Length > 0 ? " " + unit : "")}");
    }

    public void CheckDuration(string path, string? value, TimeSpan maximum, bool zeroAllowed)
    {
        if (value is null) return;
        if (!GoDuration.TryParse(value, out var duration)) Add(path, $"'{value}' is not a duration; write {GoDuration.Form}");
        else if (duration > maximum) Add(path, $"is {value}; at most {GoDuration.Format(maximum)} is allowed");
        else if (duration < TimeSpan.Zero || (duration == TimeSpan.Zero && !zeroAllowed))
            Add(path, $"is {value}; it must be {(zeroAllowed ? "0s or more" : "more than 0s")}");
    }

    public void CheckChoice(string path, string? value, IReadOnlyList<string> choices)
    {
        if (value is null || choices.Contains(value, StringComparer.Ordinal)) return;
        Add(path, $"'{value}' is not known; use one of {string.Join(", ", choices)}");
    }
}
