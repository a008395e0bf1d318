using System.Text.Json;
using System.Text.Json.Serialization;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Vulnerabilities;

namespace RegistryOperator.Abstractions.Drift;

/// <summary>
/// What available updates change, by name: a document of a <see cref="DriftScanResult"/>, since a status has room for numbers alone. What several workloads
/// run is there once.
/// </summary>
public sealed record DriftAdvice
{
    /// <summary>The document's media type.</summary>
    public const string MediaType = "application/vnd.registry-operator.drift-advice.v1+json";

    /// <summary>Pairs of a running image and an update.</summary>
    public IReadOnlyList<UpdateAdvice> Updates { get => field ?? []; init; } = [];

    /// <summary>How many more pairs there are, for which there was no room; null for none.</summary>
    public int? LeftOut { get; init; }

    /// <summary>The advice as a document.</summary>
    public ReportDocument ToDocument() => new(MediaType, JsonSerializer.SerializeToUtf8Bytes(this, DriftAdviceJson.Default.DriftAdvice));

    /// <summary>Reads the advice among documents; null where there is none, or none that can be read.</summary>
    public static DriftAdvice? Of(IEnumerable<ReportDocument> documents)
    {
        ArgumentNullException.ThrowIfNull(documents);
        if (documents.FirstOrDefault(document => document.MediaType == MediaType) is not { } document) return null;
        try
        {
            return JsonSerializer.Deserialize(document.Content.Span, DriftAdviceJson.Default.DriftAdvice);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>What an update changes.</summary>
public sealed record UpdateAdvice
{
    /// <summary>The digest of the manifest that runs.</summary>
    public required string Running { get; init; }

    /// <summary>The tag of the update.</summary>
    public required string Tag { get; init; }

    /// <summary>The digest of its manifest.</summary>
    public required string Update { get; init; }

    /// <summary>Vulnerabilities that it does not have any more, the worst first; null where the two can't be compared. The first ones, where there are very
    /// many: <see cref="FixedCount"/> counts them all.</summary>
    public IReadOnlyList<AdvisedVulnerability>? Fixed { get; init; }

    /// <summary>Vulnerabilities that it brings in, the worst first; null where the two can't be compared. The first ones, where there are very many:
    /// <see cref="IntroducedCount"/> counts them all.</summary>
    public IReadOnlyList<AdvisedVulnerability>? Introduced { get; init; }

    /// <summary>The tag that runs.</summary>
    public string? RunningTag { get; init; }

    /// <summary>How many vulnerabilities it fixes; null where that is not known, or no more than are listed.</summary>
    public int? FixedCount { get; init; }

    /// <summary>How many vulnerabilities it brings in; null where that is not known, or no more than are listed.</summary>
    public int? IntroducedCount { get; init; }

    /// <summary>When its image was created, as it says itself.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>Since when its tag was seen to name this image.</summary>
    public DateTimeOffset? SeenSince { get; init; }

    /// <summary>Its size minus that of the running one, in bytes.</summary>
    public long? SizeDifference { get; init; }

    /// <summary>Whether a signature of the running image was verified; null where none was looked for.</summary>
    public bool? IsRunningSigned { get; init; }

    /// <summary>Whether a signature of the update was verified; null where none was looked for.</summary>
    public bool? IsUpdateSigned { get; init; }

    /// <summary>Whether a provenance of the running image was verified; null where none was looked for.</summary>
    public bool? IsRunningProvenanceVerified { get; init; }

    /// <summary>Whether a provenance of the update was verified; null where none was looked for.</summary>
    public bool? IsUpdateProvenanceVerified { get; init; }

    /// <summary>The packages that it changes; null where not both have an SBOM.</summary>
    public PackageChanges? Packages { get; init; }
}

/// <summary>A vulnerability that an update fixes or brings in.</summary>
/// <param name="Id">Its identifier.</param>
/// <param name="Severity">Its highest severity in the image.</param>
public sealed record AdvisedVulnerability(string Id, Severity Severity);

/// <summary>The packages that differ between two images.</summary>
public sealed record PackageChanges
{
    /// <summary>Packages of the update alone.</summary>
    public int Added { get; init; }

    /// <summary>Packages of the running image alone.</summary>
    public int Removed { get; init; }

    /// <summary>Packages of both, in other versions.</summary>
    public int Changed { get; init; }

    /// <summary>Which: those in other versions, then the new ones, then those that are gone; the first ones, where there are very many.</summary>
    public IReadOnlyList<PackageChange> List { get => field ?? []; init; } = [];
}

/// <summary>A package that differs.</summary>
/// <param name="Type">Its type as in the package URL.</param>
/// <param name="Name">Its name.</param>
/// <param name="Before">The running image's versions; null where it does not have the package.</param>
/// <param name="After">The update's versions; null where it does not have the package.</param>
public sealed record PackageChange(string Type, string Name, string? Before, string? After);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(DriftAdvice))]
internal sealed partial class DriftAdviceJson : JsonSerializerContext;
