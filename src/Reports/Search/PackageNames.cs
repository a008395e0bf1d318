using System.Text;

namespace RegistryOperator.Reports.Search;

/// <summary>When two names mean the same package: mostly when they are equal.</summary>
public static class PackageNames
{
    private const string Python = "pypi";
    private const string NuGet = "nuget";

    /// <summary>The canonical form of a name: equal for all names of the same package of the type.</summary>
    public static string Normalize(string name, string type) => type switch
    {
        Python => NormalizePython(name),
        NuGet => name.ToLowerInvariant(),
        _ => name,
    };

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
