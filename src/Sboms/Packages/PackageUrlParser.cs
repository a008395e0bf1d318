using System.Diagnostics.CodeAnalysis;

namespace RegistryOperator.Sboms.Packages;

/// <summary>
/// Parses a package URL in the specification's order (<see href="https://github.com/package-url/purl-spec/blob/main/docs/how-to-parse.md"/>).
/// </summary>
internal static class PackageUrlParser
{
    public static bool TryParse(string text, [NotNullWhen(true)] out PackageUrl? packageUrl, [NotNullWhen(false)] out string? problem)
    {
        packageUrl = null;
        var rest = text.AsSpan().Trim();
        if (!rest.StartsWith("pkg:", StringComparison.OrdinalIgnoreCase)) return Fail("it does not start with 'pkg:'", out problem);
        rest = rest[4..].TrimStart('/');

        string? subpath = null;
        if (rest.LastIndexOf('#') is >= 0 and var hash)
        {
            if (!TrySegments(rest[(hash + 1)..], isPath: true, out subpath)) return Fail("its subpath has a bad percent-encoding", out problem);
            rest = rest[..hash];
        }

        var qualifiers = new List<KeyValuePair<string, string>>();
        if (rest.LastIndexOf('?') is >= 0 and var question)
        {
            if (!TryQualifiers(rest[(question + 1)..], qualifiers, out problem)) return false;
            rest = rest[..question];
        }

        var slash = rest.IndexOf('/');
        if (slash < 0) return Fail("it has no type and name, parted by '/'", out problem);
        var type = rest[..slash];
        rest = rest[(slash + 1)..].Trim('/');

        string? version = null;
        if (VersionSeparator(rest) is >= 0 and var at)
        {
            if (!PackageUrlEncoding.TryDecode(rest[(at + 1)..], out version)) return Fail("its version has a bad percent-encoding", out problem);
            // A slash before the version would leave the name empty.
            rest = rest[..at];
        }

        var nameStart = rest.LastIndexOf('/') + 1;
        if (!PackageUrlEncoding.TryDecode(rest[nameStart..], out var name)) return Fail("its name has a bad percent-encoding", out problem);
        if (!TrySegments(rest[..nameStart], isPath: false, out var @namespace)) return Fail("its namespace has a bad percent-encoding", out problem);
        return TryCreate(type.ToString(), @namespace, name, version, qualifiers, subpath, out packageUrl, out problem);
    }

    public static bool TryCreate(
        string type,
        string? @namespace,
        string name,
        string? version,
        IEnumerable<KeyValuePair<string, string>> qualifiers,
        string? subpath,
        [NotNullWhen(true)] out PackageUrl? packageUrl,
        [NotNullWhen(false)] out string? problem)
    {
        packageUrl = null;
        if (!IsType(type)) return Fail("its type is not letters, digits, '.', '+' and '-', starting with a letter", out problem);
        if (name.Length == 0) return Fail("it has no name", out problem);
        var kept = PackageUrl.NoQualifiers;
        foreach (var (key, value) in qualifiers)
        {
            if (!IsKey(key)) return Fail($"its qualifier '{key}' is not letters, digits, '.', '-' and '_', starting with a letter", out problem);
            if (value.Length == 0) continue;
            if (ReferenceEquals(kept, PackageUrl.NoQualifiers)) kept = new Dictionary<string, string>(StringComparer.Ordinal);
            if (!((Dictionary<string, string>)kept).TryAdd(Lower(key), value)) return Fail($"its qualifier '{key}' comes twice", out problem);
        }

        type = Lower(type);
        @namespace = Segments(@namespace, isPath: false);
        var rules = PackageTypes.RulesOf(type);
        packageUrl = new PackageUrl(
            type,
            rules.HasLowerCaseNamespace && @namespace is not null ? Lower(@namespace) : @namespace,
            rules.Apply(name),
            version is { Length: > 0 } ? version : null,
            kept,
            Segments(subpath, isPath: true));
        problem = null;
        return true;
    }

    // A scope that is not encoded (`pkg:npm/@angular/core`) is not the start of a version.
    private static int VersionSeparator(ReadOnlySpan<char> rest)
    {
        var at = rest.LastIndexOf('@');
        var startsSegment = at >= 0 && (at == 0 || rest[at - 1] == '/');
        return startsSegment && rest[at..].Contains('/') ? -1 : at;
    }

    private static bool TryQualifiers(ReadOnlySpan<char> text, List<KeyValuePair<string, string>> qualifiers, [NotNullWhen(false)] out string? problem)
    {
        foreach (var range in text.Split('&'))
        {
            var pair = text[range];
            if (pair.IsEmpty) continue;
            var equals = pair.IndexOf('=');
            if (equals < 0) return Fail($"its qualifier '{pair}' has no value", out problem);
            if (!PackageUrlEncoding.TryDecode(pair[(equals + 1)..], out var value))
                return Fail($"its qualifier '{pair}' has a bad percent-encoding", out problem);
            qualifiers.Add(new(pair[..equals].ToString(), value));
        }

        problem = null;
        return true;
    }

    private static bool TrySegments(ReadOnlySpan<char> text, bool isPath, out string? path)
    {
        path = null;
        var segments = new List<string>();
        foreach (var range in text.Split('/'))
        {
            if (!PackageUrlEncoding.TryDecode(text[range], out var segment)) return false;
            segments.Add(segment);
        }

        path = Segments(string.Join('/', segments), isPath);
        return true;
    }

    private static string? Segments(string? path, bool isPath)
    {
        if (path is null) return null;
        var kept = path.Split('/').Where(segment => segment.Length > 0 && !(isPath && segment is "." or "..")).ToArray();
        return kept.Length == 0 ? null : string.Join('/', kept);
    }

    private static bool IsType(string type) =>
        type.Length > 0 && char.IsAsciiLetter(type[0]) && type.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '+' or '-');

    private static bool IsKey(string key) =>
        key.Length > 0 && char.IsAsciiLetter(key[0]) && key.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_');

    [SuppressMessage("Globalization", "CA1308:Normalize strings to uppercase", Justification = "The specification's canonical form has small letters.")]
    internal static string Lower(string text) => text.ToLowerInvariant();

    private static bool Fail(string reason, [NotNullWhen(false)] out string? problem)
    {
        problem = reason;
        return false;
    }
}
