using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace RegistryOperator.Sboms.Packages;

/// <summary>
/// A package URL, e.g. <c>pkg:npm/%40angular/core@17.0.0?arch=x#src</c> (<see href="https://github.com/package-url/purl-spec"/>). The parts are decoded, and
/// normalized by the type's rules, so that equal packages have equal parts. Two are equal where their canonical texts are.
/// </summary>
public sealed class PackageUrl : IEquatable<PackageUrl>
{
    private readonly string _canonical;

    internal PackageUrl(string type, string? @namespace, string name, string? version, IReadOnlyDictionary<string, string> qualifiers, string? subpath)
    {
        (Type, Namespace, Name, Version, Qualifiers, Subpath) = (type, @namespace, name, version, qualifiers, subpath);
        _canonical = Write();
    }

    /// <summary>The package's type, in lower case, e.g. <c>deb</c>.</summary>
    public string Type { get; }

    /// <summary>
    /// The namespace before the name, e.g. <c>debian</c>, <c>@angular</c>, <c>org.slf4j</c>; its segments are separated by <c>/</c>. Null for none.
    /// </summary>
    public string? Namespace { get; }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The version; null where there is none.</summary>
    public string? Version { get; }

    /// <summary>Further data, e.g. <c>arch</c>; keys in lower case.</summary>
    public IReadOnlyDictionary<string, string> Qualifiers { get; }

    /// <summary>A path within the package; null where there is none.</summary>
    public string? Subpath { get; }

    /// <summary>Reads a package URL.</summary>
    /// <exception cref="FormatException">It is not valid; the message says why.</exception>
    public static PackageUrl Parse(string text) =>
        PackageUrlParser.TryParse(text, out var packageUrl, out var problem)
            ? packageUrl
            : throw new FormatException($"'{text}' is no package URL: {problem}.");

    /// <summary>Reads a package URL; false where it is not valid.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out PackageUrl? packageUrl)
    {
        packageUrl = null;
        return text is not null && PackageUrlParser.TryParse(text, out packageUrl, out _);
    }

    /// <summary>Creates a package URL from parts that are not encoded. Empty parts are absent.</summary>
    /// <exception cref="FormatException">A part is not allowed; the message says why.</exception>
    public static PackageUrl Create(
        string type,
        string? @namespace,
        string name,
        string? version = null,
        IEnumerable<KeyValuePair<string, string>>? qualifiers = null,
        string? subpath = null) =>
        PackageUrlParser.TryCreate(type, @namespace, name, version, qualifiers ?? [], subpath, out var packageUrl, out var problem)
            ? packageUrl
            : throw new FormatException($"The parts make no package URL: {problem}.");

    /// <summary>The canonical text.</summary>
    public override string ToString() => _canonical;

    /// <inheritdoc />
    public bool Equals(PackageUrl? other) => other is not null && other._canonical == _canonical;

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as PackageUrl);

    /// <inheritdoc />
    public override int GetHashCode() => string.GetHashCode(_canonical, StringComparison.Ordinal);

    internal static IReadOnlyDictionary<string, string> NoQualifiers { get; } = ReadOnlyDictionary<string, string>.Empty;

    private string Write()
    {
        var text = new StringBuilder("pkg:").Append(Type).Append('/');
        if (Namespace is not null) AppendSegments(text, Namespace).Append('/');
        PackageUrlEncoding.Append(text, Name);
        if (Version is not null) PackageUrlEncoding.Append(text.Append('@'), Version);
        var separator = '?';
        foreach (var (key, value) in Qualifiers.OrderBy(qualifier => qualifier.Key, StringComparer.Ordinal))
        {
            PackageUrlEncoding.Append(text.Append(separator).Append(key).Append('='), value);
            separator = '&';
        }

        if (Subpath is not null) AppendSegments(text.Append('#'), Subpath);
        return text.ToString();
    }

    private static StringBuilder AppendSegments(StringBuilder text, string path)
    {
        var first = true;
        foreach (var segment in path.Split('/'))
        {
            if (!first) text.Append('/');
            PackageUrlEncoding.Append(text, segment);
            first = false;
        }

        return text;
    }
}
