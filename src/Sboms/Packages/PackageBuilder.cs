using RegistryOperator.Abstractions.Sboms;

namespace RegistryOperator.Sboms.Packages;

/// <summary>Collects a package while its entry is read, and builds the same package whatever the format.</summary>
internal sealed class PackageBuilder
{
    private readonly List<string> _licenses = [];
    private readonly List<string> _locations = [];
    private PackageUrl? _packageUrl;
    private string? _packageUrlText;

    /// <summary>The entry's identifier in its document.</summary>
    public string? Id { get; set; }

    /// <summary>The name as written.</summary>
    public string? Name { get; set; }

    /// <summary>The namespace, where the format separates it from the name.</summary>
    public string? Group { get; set; }

    /// <summary>The version as written.</summary>
    public string? Version { get; set; }

    /// <summary>The source package, where the format itself names it.</summary>
    public string? SourceName { get; set; }

    /// <summary>The type that the format itself gives, as in package URLs.</summary>
    public string Type { get; set; } = PackageTypes.Unknown;

    /// <summary>True where the entry has a valid package URL.</summary>
    public bool HasPackageUrl => _packageUrl is not null;

    /// <summary>Sets the package URL, if it is the first that is valid.</summary>
    public void SetPackageUrl(string? text)
    {
        if (_packageUrl is not null || !PackageUrl.TryParse(text, out var packageUrl)) return;
        (_packageUrl, _packageUrlText) = (packageUrl, text);
    }

    /// <summary>True where both are entries of one package.</summary>
    public bool IsSameAs(PackageBuilder other) =>
        (Name, Group, Version, _packageUrlText) == (other.Name, other.Group, other.Version, other._packageUrlText);

    /// <summary>Adds a licence; absent ones and duplicates are ignored.</summary>
    public void AddLicense(string? license) => Add(_licenses, license);

    /// <summary>Adds a path in the image.</summary>
    public void AddLocation(string? path) => Add(_locations, path);

    /// <summary>The package. <see cref="Id"/> and <see cref="Name"/> must be set.</summary>
    public SbomPackage Build() => new()
    {
        Id = Id!,
        Name = QualifiedName(),
        Version = QualifiedVersion(),
        Type = _packageUrl?.Type ?? Type,
        SourceName = SourceName ?? UpstreamName(),
        PackageUrl = _packageUrlText,
        Licenses = Distinct(_licenses),
        Locations = Distinct(_locations),
    };

    /// <summary>
    /// An rpm's epoch may stand in the package URL only (<see
    /// href="https://github.com/package-url/purl-spec/blob/main/types-doc/rpm-definition.md"/>): without it the version would be compared as a much older one.
    /// </summary>
    private string QualifiedVersion()
    {
        var version = Version ?? "";
        if (version.Length == 0 || version.Contains(':', StringComparison.Ordinal)) return version;
        return _packageUrl is { Type: "rpm" } url
            && url.Qualifiers.TryGetValue("epoch", out var epoch)
            && epoch is { Length: > 0 and < 10 } and not "0"
            && epoch.All(char.IsAsciiDigit)
            ? $"{epoch}:{version}"
            : version;
    }

    /// <summary>
    /// The qualifier that Syft writes for operating systems' packages: a name, a name and version (<c>xz-utils@5.6.1</c>), or an rpm's file
    /// (<c>openssl-3.0.7-25.el9.src.rpm</c>).
    /// </summary>
    private string? UpstreamName()
    {
        if (_packageUrl is null || !_packageUrl.Qualifiers.TryGetValue("upstream", out var upstream)) return null;
        const string SourceRpm = ".src.rpm";
        if (upstream.EndsWith(SourceRpm, StringComparison.Ordinal))
        {
            var release = upstream.LastIndexOf('-');
            var version = release > 0 ? upstream.LastIndexOf('-', release - 1) : -1;
            return version > 0 ? upstream[..version] : null;
        }

        var name = upstream.IndexOf('@', StringComparison.Ordinal) is var at and >= 0 ? upstream[..at] : upstream;
        return name.Length > 0 ? name : null;
    }

    private string QualifiedName()
    {
        var type = _packageUrl?.Type ?? Type;
        if (PackageTypes.NamespaceSeparatorOf(type) is not { } separator)
            return string.IsNullOrEmpty(Group) || type != PackageTypes.Unknown ? Name! : $"{Group}/{Name}";
        if (_packageUrl is null) return string.IsNullOrEmpty(Group) ? Name! : $"{Group}{separator}{Name}";
        if (_packageUrl.Namespace is null) return Name!;
        // The name as written is kept where it is complete: for some types, that of the package URL is in lower case.
        var qualified = $"{_packageUrl.Namespace}{separator}{_packageUrl.Name}";
        if (string.Equals(qualified, Name, StringComparison.OrdinalIgnoreCase)) return Name!;
        var grouped = $"{Group}{separator}{Name}";
        return string.Equals(qualified, grouped, StringComparison.OrdinalIgnoreCase) ? grouped : qualified;
    }

    private static void Add(List<string> to, string? text)
    {
        if (!string.IsNullOrWhiteSpace(text)) to.Add(text);
    }

    private static string[] Distinct(List<string> texts) => texts.Count == 0 ? [] : texts.Distinct(StringComparer.Ordinal).ToArray();
}
