using RegistryOperator.Abstractions.Vulnerabilities;

namespace RegistryOperator.Plugins.Trivy.Documents;

/// <summary>
/// Keeps equal texts once. A report repeats an advisory's text and links for each package it hits, and a target's name for each of its
/// vulnerabilities: without this, a large image's result is several times as large.
/// </summary>
internal sealed class SharedTexts
{
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Vulnerability> _advisories = new(StringComparer.Ordinal);

    /// <summary>The same vulnerability, with texts shared with those before it.</summary>
    public Vulnerability Share(Vulnerability vulnerability)
    {
        vulnerability = vulnerability with
        {
            Id = Share(vulnerability.Id)!,
            Package = Share(vulnerability.Package)!,
            InstalledVersion = Share(vulnerability.InstalledVersion)!,
            FixedVersion = Share(vulnerability.FixedVersion),
            Status = Share(vulnerability.Status),
            PackageUrl = Share(vulnerability.PackageUrl),
            PackageType = Share(vulnerability.PackageType),
            PackagePath = Share(vulnerability.PackagePath),
            LayerDigest = Share(vulnerability.LayerDigest),
            Title = Share(vulnerability.Title),
            Description = Share(vulnerability.Description),
            CvssVector = Share(vulnerability.CvssVector),
            PrimaryUrl = Share(vulnerability.PrimaryUrl),
        };
        if (_advisories.TryAdd(vulnerability.Id, vulnerability)) return vulnerability;
        var first = _advisories[vulnerability.Id];
        return vulnerability with
        {
            References = Share(vulnerability.References, first.References),
            Weaknesses = Share(vulnerability.Weaknesses, first.Weaknesses),
        };
    }

    private static IReadOnlyList<string> Share(IReadOnlyList<string> list, IReadOnlyList<string> earlier) =>
        list.SequenceEqual(earlier, StringComparer.Ordinal) ? earlier : list;

    private string? Share(string? text)
    {
        if (text is null) return null;
        if (_texts.TryGetValue(text, out var earlier)) return earlier;
        _texts.Add(text, text);
        return text;
    }
}
