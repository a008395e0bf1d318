using System.Text.Json.Serialization;

namespace RegistryOperator.Plugins.Trivy.Documents;

/// <summary>One entry of <c>Results[].Vulnerabilities</c>, as far as it is used.</summary>
internal sealed record TrivyVulnerability
{
    public string? VulnerabilityID { get; init; }

    public string? PkgName { get; init; }

    public string? PkgPath { get; init; }

    public TrivyPackageIdentifier? PkgIdentifier { get; init; }

    public string? InstalledVersion { get; init; }

    public string? FixedVersion { get; init; }

    public string? Status { get; init; }

    public TrivyLayer? Layer { get; init; }

    public string? SeveritySource { get; init; }

    public string? PrimaryURL { get; init; }

    public TrivyDataSource? DataSource { get; init; }

    public string? Title { get; init; }

    public string? Description { get; init; }

    public string? Severity { get; init; }

    public string[]? CweIDs { get; init; }

    [JsonPropertyName("CVSS")]
    public Dictionary<string, TrivyCvss>? Cvss { get; init; }

    public string[]? References { get; init; }

    public DateTimeOffset? PublishedDate { get; init; }

    public DateTimeOffset? LastModifiedDate { get; init; }
}

internal sealed record TrivyPackageIdentifier
{
    [JsonPropertyName("PURL")]
    public string? PackageUrl { get; init; }
}

internal sealed record TrivyLayer
{
    public string? Digest { get; init; }
}

internal sealed record TrivyDataSource
{
    [JsonPropertyName("ID")]
    public string? Id { get; init; }
}

/// <summary>One source's scores of a vulnerability.</summary>
internal sealed record TrivyCvss
{
    public string? V2Vector { get; init; }

    public double? V2Score { get; init; }

    public string? V3Vector { get; init; }

    public double? V3Score { get; init; }

    public string? V40Vector { get; init; }

    public double? V40Score { get; init; }
}

/// <summary><c>Metadata</c> of a report, as far as it is used.</summary>
internal sealed record TrivyMetadata
{
    [JsonPropertyName("OS")]
    public TrivyOperatingSystem? OperatingSystem { get; init; }
}

internal sealed record TrivyOperatingSystem
{
    public string? Family { get; init; }

    public string? Name { get; init; }

    [JsonPropertyName("EOSL")]
    public bool IsEndOfLife { get; init; }
}

[JsonSerializable(typeof(TrivyVulnerability))]
[JsonSerializable(typeof(TrivyMetadata))]
internal sealed partial class TrivyJson : JsonSerializerContext;
