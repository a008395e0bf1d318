using RegistryOperator.Abstractions.Provenance;
using RegistryOperator.Plugins.Provenance.Documents;

namespace RegistryOperator.Plugins.Provenance.Verdicts;

/// <summary>
/// Whether the provenance says what a policy expects. Who built it and from what is believed only where it is verified: anyone who may push can write a
/// statement.
/// </summary>
internal static class ExpectationCheck
{
    private const string NotAll = "not all that is attached to the image was looked at";

    /// <param name="expected">The policy's expectations.</param>
    /// <param name="provenance">The one that shows most; null for none.</param>
    /// <param name="isComplete">True where everything that is attached was looked at.</param>
    /// <returns>Null where nothing is expected.</returns>
    public static ExpectationOutcome? Of(ProvenanceExpectations? expected, Verdict? provenance, bool isComplete = true)
    {
        if (expected is null) return null;
        string?[] unmet =
        [
            Check("builder", expected.Builders, provenance, isComplete, build => build.Builder, (one, other) => one == other),
            Check(
                "source repository", expected.SourceRepositories, provenance, isComplete, build => build.SourceRepository,
                (one, other) => SourceUri.Comparable(one) == SourceUri.Comparable(other)),
            CheckLevel(expected.MinimumSlsaLevel, provenance, isComplete),
        ];
        string[] told = [.. unmet.OfType<string>()];
        return new ExpectationOutcome(told.Length == 0, told);
    }

    private static string? Check(
        string what, IReadOnlyList<string> expected, Verdict? provenance, bool isComplete, Func<BuildFacts, string?> told, Func<string, string, bool> isSame)
    {
        if (expected.Count == 0) return null;
        if (provenance?.Build is not { } build) return $"The {what} is not known: {(isComplete ? "the image has no provenance" : NotAll)}.";
        if (told(build) is not { } found) return $"The provenance tells no {what}.";
        if (!expected.Any(one => isSame(one, found))) return $"The {what} is {found}, which is not expected.";
        return provenance.IsVerified ? null : $"The {what} is {found}, as expected, but the provenance is not verified.";
    }

    private static string? CheckLevel(int? minimum, Verdict? provenance, bool isComplete)
    {
        if (minimum is not { } expected || provenance?.Level >= expected) return null;
        if (provenance is null && !isComplete) return expected > 0 ? $"The SLSA level is not known: {NotAll}; level {expected} is expected." : null;
        return (provenance?.Level ?? 0) < expected ? $"SLSA level {provenance?.Level ?? 0} is earned; level {expected} is expected." : null;
    }
}
