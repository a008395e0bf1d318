namespace RegistryOperator.Plugins.Trivy.Documents.CycloneDx;

/// <summary>A package URL in the canonical form that Trivy writes (<see href="https://github.com/package-url/purl-spec"/>), parsed.</summary>
internal sealed record PackageUrlParts(string Type, string Namespace, string Name, string Version, string? Epoch)
{
    private const string Scheme = "pkg:";
    private const string EpochQualifier = "epoch=";

    /// <summary>Parses it; null where it is no package URL.</summary>
    public static PackageUrlParts? Parse(string text)
    {
        if (!text.StartsWith(Scheme, StringComparison.Ordinal)) return null;
        var (identity, _) = Split(text[Scheme.Length..], '#');
        var (path, qualifiers) = Split(identity, '?');
        var (names, version) = Split(path, '@');
        var segments = names.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (segments.Length < 2) return null;
        return new PackageUrlParts(
            segments[0],
            string.Join('/', segments[1..^1].Select(Uri.UnescapeDataString)),
            Uri.UnescapeDataString(segments[^1]),
            Uri.UnescapeDataString(version),
            FindEpoch(qualifiers));
    }

    private static string? FindEpoch(string qualifiers) =>
        Array.Find(qualifiers.Split('&'), qualifier => qualifier.StartsWith(EpochQualifier, StringComparison.Ordinal)) is { } found
            ? Uri.UnescapeDataString(found[EpochQualifier.Length..])
            : null;

    private static (string Before, string After) Split(string text, char separator) =>
        text.IndexOf(separator, StringComparison.Ordinal) is var index and >= 0 ? (text[..index], text[(index + 1)..]) : (text, "");
}
