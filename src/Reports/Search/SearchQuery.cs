using RegistryOperator.Reports.Versions;

namespace RegistryOperator.Reports.Search;

/// <summary>What a user searches for: a vulnerability's id, or a package with or without a range of versions after <c>@</c>.</summary>
public static class SearchQuery
{
    /// <summary>Versions that a sentence names.</summary>
    private const int MostVersions = 10;

    private static readonly string[] VulnerabilityPrefixes = ["CVE-", "GHSA-"];

    /// <summary>The images found. A name that no package has is also looked up as the id of a vulnerability, such as <c>GO-2024-1234</c>.</summary>
    /// <exception cref="FormatException">The query can't be read.</exception>
    public static async Task<IReadOnlyList<SearchHit>> RunAsync(IReportStore store, string query, CancellationToken cancellationToken)
    {
        query = query.Trim();
        if (VulnerabilityPrefixes.Any(prefix => query.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
        {
            SearchedName.CheckVulnerability(query);
            return await store.FindVulnerabilityAsync(query, cancellationToken);
        }

        SearchedName.CheckForm(query);
        var (name, range) = Split(query);
        SearchedName.CheckPackage(name, query);
        var hits = await store.FindPackageAsync(name, range, cancellationToken);
        if (hits.Count > 0) return hits;
        // A few packages have spaces in their names, e.g. those of Java archives.
        if (name.Any(char.IsWhiteSpace)) throw SearchedName.WithSpaces(name, range);
        return range is null ? await store.FindVulnerabilityAsync(query, cancellationToken) : hits;
    }

    /// <summary>What there is in the place of versions that no image has, in a sentence; null where there is nothing to say.</summary>
    /// <param name="store">Where it is looked up.</param>
    /// <param name="query">A query that has found nothing.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<string?> ExplainNothingAsync(IReportStore store, string query, CancellationToken cancellationToken)
    {
        if (Split(query.Trim()) is not (var name, { } range)) return null;
        var versions = (await store.FindPackageAsync(name, null, cancellationToken)).Select(hit => hit.Version).Distinct(StringComparer.Ordinal).ToList();
        if (versions.Count == 0) return null;
        var more = versions.Count > MostVersions ? $" and {versions.Count - MostVersions} more" : "";
        var there = $"Of {name} there {(versions.Count == 1 ? "is" : "are")} {string.Join(", ", versions.Take(MostVersions))}{more}.";
        return char.IsAsciiDigit(range[0]) && RangeSuggestion.Of($"{range}.*") is { } meant
            ? $"{there} A version is compared as a whole: '{name}@{meant}' finds all that begin with {range}."
            : there;
    }

    /// <summary>Splits at the last <c>@</c> that is not the first character, since npm's names may start with one.</summary>
    private static (string Name, string? Range) Split(string query)
    {
        var at = query.LastIndexOf('@');
        if (at <= 0) return (query == "@" ? "" : query, null);
        var range = query[(at + 1)..].Trim();
        return range.Length > 0
            ? (query[..at].Trim(), range)
            : throw new FormatException($"'{query}': there is no version after '@'. Write e.g. {query}1.2.3 or \"{query}<1.2.3\".");
    }
}
