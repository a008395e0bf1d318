using System.Text.Json;
using System.Text.Json.Serialization;

namespace RegistryOperator.Plugins.Trivy.Documents.CycloneDx;

/// <summary>The packages of a report; all other content is skipped.</summary>
internal sealed record PackageReport
{
    public int SchemaVersion { get; init; }

    public string? CreatedAt { get; init; }

    public string? ArtifactName { get; init; }

    public ImageMetadata? Metadata { get; init; }

    public PackageResult[]? Results { get; init; }

    /// <summary>Reads it from a report of <c>trivy image --format json --list-all-pkgs</c>.</summary>
    /// <exception cref="JsonException">The content is not such a report.</exception>
    public static PackageReport Read(ReadOnlySpan<byte> report) =>
        JsonSerializer.Deserialize(report, PackageReportJson.Default.PackageReport) ?? throw new JsonException("The report is null.");
}

/// <summary><c>Metadata</c>, as far as it belongs to the image's component.</summary>
internal sealed record ImageMetadata
{
    public long Size { get; init; }

    [JsonPropertyName("OS")]
    public ImageOperatingSystem? OperatingSystem { get; init; }

    public string? ImageID { get; init; }

    public string[]? DiffIDs { get; init; }

    public string[]? RepoTags { get; init; }

    public string[]? RepoDigests { get; init; }

    public string? Reference { get; init; }

    public ImageConfiguration? ImageConfig { get; init; }
}

internal sealed record ImageOperatingSystem
{
    public string? Family { get; init; }

    public string? Name { get; init; }

    /// <summary>Who has rebuilt the system's packages, and has advisories of his own for them.</summary>
    public string? Supplier { get; init; }

    [JsonPropertyName("extended")]
    public bool IsExtended { get; init; }
}

internal sealed record ImageConfiguration
{
    [JsonPropertyName("architecture")]
    public string? Architecture { get; init; }

    [JsonPropertyName("config")]
    public ContainerConfiguration? Container { get; init; }
}

internal sealed record ContainerConfiguration
{
    public Dictionary<string, string?>? Labels { get; init; }
}

/// <summary>One entry of <c>Results</c>: the packages of the operating system, of a language, or of one file.</summary>
internal sealed record PackageResult
{
    public string? Target { get; init; }

    public string? Class { get; init; }

    public string? Type { get; init; }

    public ReportedPackage[]? Packages { get; init; }
}

internal sealed record ReportedPackage
{
    [JsonPropertyName("ID")]
    public string? Id { get; init; }

    public string? Name { get; init; }

    public ReportedIdentifier? Identifier { get; init; }

    public string? Version { get; init; }

    public string? Release { get; init; }

    public int Epoch { get; init; }

    public string? SrcName { get; init; }

    public string? SrcVersion { get; init; }

    public string? SrcRelease { get; init; }

    public int SrcEpoch { get; init; }

    public string?[]? Licenses { get; init; }

    public string? Maintainer { get; init; }

    public string? Modularitylabel { get; init; }

    public RedHatBuild? BuildInfo { get; init; }

    public PackageRepository? Repository { get; init; }

    public string? Relationship { get; init; }

    public string[]? DependsOn { get; init; }

    public ReportedLayer? Layer { get; init; }

    public string? FilePath { get; init; }

    public string? Digest { get; init; }
}

internal sealed record ReportedIdentifier
{
    [JsonPropertyName("PURL")]
    public string? PackageUrl { get; init; }

    [JsonPropertyName("BOMRef")]
    public string? Reference { get; init; }
}

internal sealed record ReportedLayer
{
    public string? Digest { get; init; }

    public string? DiffID { get; init; }
}

/// <summary>Where a package of the system comes from.</summary>
internal sealed record PackageRepository
{
    public string? Class { get; init; }
}

internal sealed record RedHatBuild
{
    public string[]? ContentSets { get; init; }

    public string? Nvr { get; init; }

    public string? Arch { get; init; }
}

[JsonSerializable(typeof(PackageReport))]
internal sealed partial class PackageReportJson : JsonSerializerContext;
