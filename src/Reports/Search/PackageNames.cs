using System.Text;

namespace RegistryOperator.Reports.Search;

/// <summary>
/// When two names mean the same package: mostly when they are equal but for case. Advisories also name a package by its source (<c>xz-utils</c> for Debian's
/// <c>liblzma5</c>) or without its group (<c>log4j-core</c>).
/// </summary>
public static class PackageNames
{
    private const string Python = "pypi";
    private const string NuGet = "nuget";
    private const string Maven = "maven";

    /// <summary>The canonical form of a name: equal for all names of the same package of the type.</summary>
    public static string Normalize(string name, string type) => type switch
    {
        Python => NormalizePython(name),
        NuGet => name.ToLowerInvariant(),
        _ => name,
    };

    /// <summary>All names under which a package is found, the canonical one first.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">Its type, as in package URLs.</param>
    /// <param name="source">The source package; null where it is not known.</param>
    public static IReadOnlyList<string> Lookups(string name, string type, string? source)
    {
        var canonical = Normalize(name, type);
        var others = new List<string> { canonical.ToLowerInvariant() };
        if (type == Maven && name.LastIndexOf(':') is var colon and >= 0) others.Add(name[(colon + 1)..].ToLowerInvariant());
        if (!string.IsNullOrEmpty(source)) others.Add(source.ToLowerInvariant());
        return [canonical, .. others.Where(other => other.Length > 0 && other != canonical).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>True where a package of the type that is found under <paramref name="lookup"/> is meant by a name as a user writes it.</summary>
    public static bool IsMeant(string asked, string lookup, string type) =>
        type == Python ? NormalizePython(asked) == lookup : asked.Equals(lookup, StringComparison.OrdinalIgnoreCase);

    /// <summary>All forms that a name may be stored in, whatever the type.</summary>
    public static IReadOnlyList<string> Forms(string name) => [.. new[] { name, name.ToLowerInvariant(), NormalizePython(name) }.Distinct()];

    /// <summary>Lower case, and one hyphen for each run of hyphens, underscores and dots
    /// (<see href="https://packaging.python.org/en/latest/specifications/name-normalization/"/>).</summary>
    private static string NormalizePython(string name)
    {
        var normalized = new StringBuilder(name.Length);
        var afterSeparator = false;
        foreach (var character in name)
        {
            var isSeparator = character is '-' or '_' or '.';
            if (!isSeparator) normalized.Append(char.ToLowerInvariant(character));
            else if (!afterSeparator) normalized.Append('-');
            afterSeparator = isSeparator;
        }

        return normalized.ToString();
    }
}
