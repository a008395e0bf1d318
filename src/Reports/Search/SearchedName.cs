using RegistryOperator.Reports.Versions;

namespace RegistryOperator.Reports.Search;

/// <summary>
/// Refuses names that no package and no vulnerability can have: a query of a form that is not supported would find nothing, which reads as if no image had
/// what is meant.
/// </summary>
internal static class SearchedName
{
    private const string UrlPrefix = "pkg:";
    private const string Forms =
        "Write PACKAGE, PACKAGE@VERSION, \"PACKAGE@>=1.2 <2\" (comparisons that all hold), or the id of a vulnerability, e.g. CVE-2021-44906.";

    /// <exception cref="FormatException">It is a package URL, a CPE name, or begins like another kind of query.</exception>
    public static void CheckForm(string query)
    {
        if (query.StartsWith(UrlPrefix, StringComparison.OrdinalIgnoreCase))
            throw Unsupported($"'{query}' is a package URL: packages are found by name, and by version.", OfUrl(query));
        if (query.StartsWith("cpe:", StringComparison.OrdinalIgnoreCase))
            throw Unsupported($"'{query}' is a CPE name: packages are found by name, and by version.", meant: null);
    }

    /// <exception cref="FormatException">It is no package's name.</exception>
    public static void CheckPackage(string name, string query)
    {
        if (name.Length == 0) throw Unsupported($"'{query}' names no package.", meant: null);
        if (name.AsSpan().ContainsAny('*', '?'))
            throw Unsupported($"'{query}': there are no wildcards, and a package is found by its whole name.", meant: null);
        if (IndexOfComparison(name) is var at && at >= 0)
            throw Unsupported($"'{query}': comparisons of versions follow the package's name and '@'.", WithRange(name[..at], name[at..]));
        if (name.AsSpan().ContainsAny(',', '[', '|')) throw Unsupported($"'{query}' is no package's name; search for one at a time.", meant: null);
    }

    /// <exception cref="FormatException">It is no vulnerability's id: CVE-, the year and a number; GHSA- and three groups.</exception>
    public static void CheckVulnerability(string id)
    {
        string[] parts = id.Split('-');
        var isOne = parts[0].Equals("CVE", StringComparison.OrdinalIgnoreCase)
            ? parts is [_, { Length: 4 } year, { Length: > 0 } number] && year.All(char.IsAsciiDigit) && number.All(char.IsAsciiDigit)
            : parts.All(part => part.Length > 0 && part.All(char.IsAsciiLetterOrDigit));
        if (!isOne) throw Unsupported($"'{id}' is no id of a vulnerability: those are CVE-YEAR-NUMBER and GHSA-xxxx-xxxx-xxxx.", meant: null);
    }

    /// <summary>What is said where no package has a name with spaces in it.</summary>
    public static FormatException WithSpaces(string name, string? range)
    {
        var space = name.LastIndexOf(' ');
        var meant = range is null && space > 0 && char.IsAsciiDigit(name[space + 1]) ? WithRange(name[..space], name[space..]) : null;
        return Unsupported($"No package is called '{name}', and a query is about one package.", meant);
    }

    private static FormatException Unsupported(string problem, string? meant) =>
        new(meant is null ? $"{problem} {Forms}" : $"{problem} Did you mean '{meant}'? {Forms}");

    /// <summary>Where a comparison begins that does not follow <c>@</c>; negative for none.</summary>
    private static int IndexOfComparison(string name)
    {
        var at = name.AsSpan().IndexOfAny("<>=^");
        if (at > 0 && name[at - 1] is '~' or '!') at--;
        if (at >= 0) return at;
        // Not that of a module such as git.sr.ht/~user/name.
        var tilde = name.IndexOf('~', StringComparison.Ordinal);
        return tilde > 0 && name[tilde - 1] != '/' && tilde + 1 < name.Length && char.IsAsciiDigit(name[tilde + 1]) ? tilde : -1;
    }

    private static string? WithRange(string name, string comparisons)
    {
        var (package, range) = (name.Trim(), comparisons.Trim());
        if (package.Length == 0 || package.Any(char.IsWhiteSpace)) return null;
        var plain = range.TrimStart('=').TrimStart();
        if (RangeSuggestion.Of(range) is { } suggested) return $"{package}@{suggested}";
        return VersionRange.TryParse(plain) ? $"{package}@{plain}" : null;
    }

    /// <summary>
    /// The name as scanners tell it, and the version (<see href="https://github.com/package-url/purl-spec/blob/main/docs/how-to-parse.md"/>).
    /// </summary>
    private static string? OfUrl(string url)
    {
        var text = url[UrlPrefix.Length..].Split('#')[0].Split('?')[0].Trim('/');
        var at = text.LastIndexOf('@');
        var version = at > text.LastIndexOf('/') ? text[(at + 1)..] : "";
        string[] path = (version.Length > 0 ? text[..at] : text).TrimEnd('@').Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (path.Length < 2) return null;
        var name = path[0].ToLowerInvariant() switch
        {
            // The namespace is the distribution.
            "deb" or "rpm" or "apk" or "alpm" => path[^1],
            "maven" => string.Join(':', path[1..]),
            _ => string.Join('/', path[1..]),
        };
        return Uri.UnescapeDataString(version.Length > 0 ? $"{name}@{version}" : name);
    }
}
