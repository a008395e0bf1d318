namespace RegistryOperator.Abstractions.Sboms;

/// <summary>A software bill of materials, independent of the format it was written in.</summary>
public sealed record Sbom
{
    /// <summary>The format it was read from, one of <see cref="SbomFormat"/>.</summary>
    public required string Format { get; init; }

    /// <summary>All packages, without files.</summary>
    public required IReadOnlyList<SbomPackage> Packages { get; init; }

    /// <summary>The dependencies between packages, by <see cref="SbomPackage.Id"/>. May be empty: then nothing is known about it.</summary>
    public IReadOnlyList<SbomDependency> Dependencies { get; init; } = [];

    /// <summary>When it was made.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>The tool that made it, e.g. <c>syft 1.18.1</c>.</summary>
    public string? Tool { get; init; }
}

/// <summary>A package of an image.</summary>
public sealed record SbomPackage
{
    /// <summary>Unique in its document.</summary>
    public required string Id { get; init; }

    /// <summary>Name, with its namespace where the ecosystem has one, e.g. <c>@angular/core</c>, <c>org.slf4j:slf4j-api</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Version; empty where not known.</summary>
    public string Version { get; init; } = "";

    /// <summary>The type as in the package URL, e.g. <c>deb</c>, <c>npm</c>; <c>unknown</c> where there is none.</summary>
    public string Type { get; init; } = "unknown";

    /// <summary>The source package that it is built from, e.g. <c>xz-utils</c> for Debian's <c>liblzma5</c>: advisories name it. Null where not
    /// known.</summary>
    public string? SourceName { get; init; }

    /// <summary>The package URL, without which only name, version and type identify it.</summary>
    public string? PackageUrl { get; init; }

    /// <summary>Licences as written, mostly SPDX expressions.</summary>
    public IReadOnlyList<string> Licenses { get; init; } = [];

    /// <summary>Where in the image it was found.</summary>
    public IReadOnlyList<string> Locations { get; init; } = [];
}

/// <summary>One package needs another.</summary>
/// <param name="From">The <see cref="SbomPackage.Id"/> of the one that needs; <see cref="Root"/> stands for the image's application itself.</param>
/// <param name="To">The <see cref="SbomPackage.Id"/> of the one that is needed.</param>
public sealed record SbomDependency(string From, string To)
{
    /// <summary>The source of dependencies that the application itself declares.</summary>
    public const string Root = "";
}

/// <summary>Formats of SBOM documents, as a resource names them.</summary>
public static class SbomFormat
{
    /// <summary>Syft's own JSON.</summary>
    public const string SyftJson = "syft-json";

    /// <summary>SPDX 2.x JSON.</summary>
    public const string SpdxJson = "spdx-json";

    /// <summary>CycloneDX JSON.</summary>
    public const string CycloneDxJson = "cyclonedx-json";

    /// <summary>All formats.</summary>
    public static IReadOnlyList<string> All { get; } = [SyftJson, SpdxJson, CycloneDxJson];

    /// <summary>The media type of a format's documents; null for a format not known.</summary>
    public static string? MediaTypeOf(string format) => format switch
    {
        SyftJson => SbomMediaTypes.SyftJson,
        SpdxJson => SbomMediaTypes.SpdxJson,
        CycloneDxJson => SbomMediaTypes.CycloneDxJson,
        _ => null,
    };
}

/// <summary>Media types of SBOM documents.</summary>
public static class SbomMediaTypes
{
    /// <summary>Syft's own JSON.</summary>
    public const string SyftJson = "application/vnd.syft+json";

    /// <summary>SPDX JSON (<see href="https://www.iana.org/assignments/media-types/application/spdx+json"/>).</summary>
    public const string SpdxJson = "application/spdx+json";

    /// <summary>CycloneDX JSON (<see href="https://www.iana.org/assignments/media-types/application/vnd.cyclonedx+json"/>).</summary>
    public const string CycloneDxJson = "application/vnd.cyclonedx+json";

    /// <summary>True for a document that is an SBOM.</summary>
    public static bool IsSbom(string? mediaType) => mediaType is SyftJson or SpdxJson or CycloneDxJson;
}
