using RegistryOperator.Abstractions.Provenance;
using RegistryOperator.Plugins.Provenance.Documents;

namespace RegistryOperator.Plugins.Provenance.Verdicts;

/// <summary>
/// Whether the provenance says what a policy expects. Who built it and from what is believed only where it is verified: anyone who may push can write a
/// statement.
/// </summary>
internal static class ExpectationCheck
{
    /// <returns>Null where nothing is expected.</returns>
    public static ExpectationOutcome? Of(ProvenanceExpectations? expected, Verdict? provenance)
    {
        if (expected is null) return null;
        string?[] unmet =
        [
            Check("builder", expected.Builders, provenance, build => build.Builder, (one, other) => one == other),
            Check(
                "source repository", expected.SourceRepositories, provenance, build => build.SourceRepository,
                (one, other) => SourceUri.Comparable(one) == SourceUri.Comparable(other)),
            CheckLevel(expected.MinimumSlsaLevel, provenance),
        ];
        string[] told = [.. unmet.OfType<string>()];
        return new ExpectationOutcome(told.Length == 0, told);
    }

    private static string? Check(
        string what, IReadOnlyList<string> expected, Verdict? provenance, Func<BuildFacts, string?> told, Func<string, string, bool> isSame)
    {
        if (expected.Count == 0) return null;
        if (provenance?.Build is not { } build) return $"The {what} is not known: the image has no provenance.";
        if (told(build) is not { } found) return $"The provenance tells no {what}.";
        if (!expected.Any(one => isSame(one, found))) return $"The {what} is {found}, which is not expected.";
        return provenance.IsVerified ? null : $"The {what} is {found}, as expected, but the provenance is not verified.";
    }

    private static string? CheckLevel(int? minimum, Verdict? provenance) => minimum is { } expected && !(provenance?.Level >= expected)
        ? $"SLSA level {provenance?.Level ?? 0} is earned; level {expected} is expected."
        : null;
}
