using RegistryOperator.Abstractions.Drift;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Host.Text;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Kinds.Drift;

/// <summary>What updates change as <c>report</c> prints it: a few lines for each pair of a running image and an update.</summary>
internal static class AdviceLines
{
    /// <summary>Names in one line.</summary>
    private const int Most = 20;

    public static IEnumerable<string> Of(DriftAdvice advice)
    {
        foreach (var update in advice.Updates)
        {
            if (update is null) continue;
            yield return "";
            yield return $"{update.RunningTag ?? update.Running} -> {update.Tag}{InBrackets(update)}";
            if (update.Fixed is null && update.Introduced is null)
            {
                yield return "  vulnerabilities: notComparable, or not of both images";
            }
            else
            {
                yield return $"  fixes {NamesOf(update.Fixed, update.FixedCount)}";
                yield return $"  brings {NamesOf(update.Introduced, update.IntroducedCount)}";
            }

            if (update.Packages is { } packages)
                yield return $"  packages: {packages.Changed} changed, {packages.Added} new, {packages.Removed} gone{NamesOf(packages)}";
        }

        if (advice.LeftOut is not ({ } leftOut and > 0)) yield break;
        yield return "";
        yield return $"and {leftOut} more {(leftOut == 1 ? "update" : "updates")}, for which the report has no room";
    }

    private static string InBrackets(UpdateAdvice update)
    {
        string?[] parts =
        [
            update.Created is { } created ? $"created {UtcText.ToDay(created)}" : null,
            update.SeenSince is { } seen ? $"seen since {UtcText.ToDay(seen)}" : null,
            update.SizeDifference is { } difference ? ByteSize.FormatDifference(difference) : null,
            (update.IsRunningSigned, update.IsUpdateSigned) switch
            {
                (true, false) => "loses its signature",
                (_, true) => "signed",
                (false, false) => "not signed",
                _ => null,
            },
            (update.IsRunningProvenanceVerified, update.IsUpdateProvenanceVerified) switch
            {
                (true, false) => "loses its provenance",
                (_, true) => "with provenance",
                _ => null,
            },
        ];
        var known = string.Join(", ", parts.OfType<string>());
        return known.Length > 0 ? $" ({known})" : "";
    }

    private static string NamesOf(IReadOnlyList<AdvisedVulnerability>? vulnerabilities, int? count)
    {
        // Any plugin may have written the document.
        var known = (vulnerabilities ?? []).OfType<AdvisedVulnerability>().ToArray();
        return known.Length == 0 ? "nothing" : Listed([.. known.Select(one => $"{one.Id} {Word(one.Severity)}")], count ?? 0);
    }

    private static string NamesOf(PackageChanges packages)
    {
        var known = packages.List.OfType<PackageChange>().Select(Describe).ToArray();
        return known.Length == 0 ? "" : $": {Listed(known, packages.Added + packages.Removed + packages.Changed)}";
    }

    private static string Describe(PackageChange change) => (change.Before, change.After) switch
    {
        (null, _) => $"{change.Name} {change.After} is new",
        (_, null) => $"{change.Name} {change.Before} is gone",
        _ => $"{change.Name} {change.Before} -> {change.After}",
    };

    /// <summary>The first names, and how many there are beyond them. The document need not list them all.</summary>
    private static string Listed(IReadOnlyList<string> names, int count)
    {
        var first = string.Join(", ", names.Take(Most));
        var more = Math.Max(count, names.Count) - Math.Min(Most, names.Count);
        if (more == 0) return first;
        if (count <= names.Count) return $"{first} and {more} more (-o json)";
        return $"{first} and {more} more{(names.Count > Most ? $" (-o json lists {names.Count})" : "")}";
    }

    private static string Word(Severity severity) => severity.ToString().ToUpperInvariant();
}
