using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Text;

namespace RegistryOperator.Host.Kinds.Provenance;

/// <summary>Below the table of images: why they are not verified, which the table has no room for. Each sentence once.</summary>
internal static class ProvenanceLines
{
    private const int MostLines = 5;

    public static IEnumerable<string> Of(RegistryStatus status)
    {
        var lines = status.Images.Where(image => image.Provenance is { LastCheckTime: not null })
            .SelectMany(image => Why(image.Provenance!), (image, why) => (image.Tag, Why: why))
            .GroupBy(one => one.Why, one => one.Tag, StringComparer.Ordinal)
            .OrderByDescending(same => same.Count())
            .Select(same => $"{(same.Count() == 1 ? same.First() : Counted.Of(same.Count(), "image"))}: {same.Key}")
            .ToArray();
        foreach (var line in lines.Take(MostLines)) yield return line;
        if (lines.Length > MostLines)
            yield return $"{lines.Length - MostLines} more reasons: 'registry-operator report IMAGE --kind provenance' tells that of an image.";
    }

    private static IEnumerable<string> Why(ProvenanceStatus found)
    {
        if (found is { Signed: not true, Verification: { Reason: { } reason, Message: var message } })
            yield return $"{Word(reason)}: {reason}: {message}";
        if (found.Expectations is { Met: false } expectations) yield return $"not as expected: {string.Join(' ', expectations.Unmet)}";
    }

    /// <summary>Most reasons are of a signature that is there and not verified.</summary>
    public static string Word(string reason) => reason == SignatureReasons.Unsigned ? "not signed" : "not verified";
}
