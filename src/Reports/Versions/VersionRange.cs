namespace RegistryOperator.Reports.Versions;

/// <summary>
/// Comparisons that all hold, separated by spaces: <c>&lt;1.2.3</c>, <c>&lt;=</c>, <c>&gt;</c>, <c>&gt;=</c>, <c>=</c>; a version alone means
/// <c>=</c>. An empty range means every version. Compared in the order of the package's type.
/// </summary>
public sealed class VersionRange
{
    private const string Help = "Write comparisons separated by spaces, e.g. \">=1.2 <2\", or a version.";
    private static readonly string[] Operators = ["<=", ">=", "<", ">", "="];

    private readonly IReadOnlyList<Comparison> _comparisons;

    private VersionRange(IReadOnlyList<Comparison> comparisons) => _comparisons = comparisons;

    /// <summary>Reads a range.</summary>
    /// <exception cref="FormatException">The text is not a range.</exception>
    public static VersionRange Parse(string text)
    {
        var comparisons = new List<Comparison>();
        string? pending = null;
        foreach (var word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            var @operator = Operators.FirstOrDefault(candidate => word.StartsWith(candidate, StringComparison.Ordinal)) ?? "";
            if (pending is not null && @operator.Length > 0) throw Missing(text, pending);
            var version = word[@operator.Length..];
            @operator = pending ?? @operator;
            pending = null;
            if (version.Length == 0) pending = @operator;
            else comparisons.Add(new Comparison(@operator, Check(version, word, text)));
        }

        return pending is null ? new VersionRange(comparisons) : throw Missing(text, pending);
    }

    /// <summary>True where the text is a range.</summary>
    internal static bool TryParse(string text)
    {
        try
        {
            Parse(text);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>True where all comparisons hold. An unknown version is in the empty range only.</summary>
    public bool Contains(string version, string type)
    {
        if (_comparisons.Count == 0) return true;
        if (version.Length == 0) return false;
        var order = PackageVersions.OrderOf(type);
        return _comparisons.All(comparison => comparison.Holds(order.Compare(Compared(version, comparison, type), comparison.Version)));
    }

    /// <summary>
    /// A range without a local version is about all builds of a Python version: 2.1.0+cu118 is in "=2.1.0" and "&lt;=2.1.0"
    /// (<see href="https://packaging.python.org/en/latest/specifications/version-specifiers/#version-matching"/>).
    /// </summary>
    private static string Compared(string version, Comparison comparison, string type) =>
        type == "pypi" && comparison.Operator != ">" && !comparison.Version.Contains('+', StringComparison.Ordinal)
            ? PythonVersionOrder.PublicPart(version)
            : version;

    private static string Check(string version, string word, string text)
    {
        // A tilde is part of Debian's versions, but none begins with it.
        if (version[0] is '^' or '~' or '=' or '<' or '>' or '!' or '(' or '[' or '-'
            || version.AsSpan().ContainsAny(',', '|', '*')
            || RangeSuggestion.IsWildcard(version[(version.LastIndexOf('.') + 1)..]))
        {
            var meant = RangeSuggestion.Of(word) is { } suggested ? $"Did you mean \"{suggested}\"? " : "";
            throw new FormatException($"'{word}' in the version range '{text}' can't be read: there are <, <=, >, >= and =. {meant}{Help}");
        }

        return version;
    }

    private static FormatException Missing(string text, string @operator) =>
        new($"There is no version after '{@operator}' in the version range '{text}'. {Help}");

    private sealed record Comparison(string Operator, string Version)
    {
        public bool Holds(int order) => Operator switch
        {
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            ">=" => order >= 0,
            _ => order == 0,
        };
    }
}
