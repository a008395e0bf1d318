namespace RegistryOperator.Plugins.Trivy.Documents;

/// <summary>
/// Chooses one score among those of several sources: the newest CVSS version given; of that, the score of the vendor whose advisory it is, then of
/// the source of the severity, then NVD's, then the first by name, so that the choice is always the same.
/// </summary>
internal static class CvssChoice
{
    private const string Nvd = "nvd";

    public static (double? Score, string? Vector) Choose(TrivyVulnerability vulnerability)
    {
        if (vulnerability.Cvss is not { Count: > 0 } sources) return default;
        var ordered = sources
            .OrderBy(source => Rank(source.Key, vulnerability))
            .ThenBy(source => source.Key, StringComparer.Ordinal)
            .Select(source => source.Value)
            .ToArray();
        return First(ordered, cvss => (cvss.V40Score, cvss.V40Vector))
            ?? First(ordered, cvss => (cvss.V3Score, cvss.V3Vector))
            ?? First(ordered, cvss => (cvss.V2Score, cvss.V2Vector))
            ?? default;
    }

    private static (double? Score, string? Vector)? First(IEnumerable<TrivyCvss> sources, Func<TrivyCvss, (double? Score, string? Vector)> read)
    {
        foreach (var (score, vector) in sources.Select(read))
        {
            // Trivy leaves out a score that is not known; 0 stands for "no impact" and comes with its vector.
            if (score is > 0 || score is not null && vector is not null) return (score, vector);
        }

        return null;
    }

    private static int Rank(string source, TrivyVulnerability vulnerability) =>
        IsSourceOf(source, vulnerability.DataSource?.Id) ? 0
        : IsSourceOf(source, vulnerability.SeveritySource) ? 1
        : source == Nvd ? 2
        : 3;

    // An advisory's source may be a part of a vendor's: 'redhat-oval' of 'redhat'.
    private static bool IsSourceOf(string source, string? id) =>
        id is not null && (id == source || id.StartsWith(source + "-", StringComparison.Ordinal));
}
