using System.Text.Json;
using System.Text.Json.Serialization;
using RegistryOperator.Abstractions.Provenance;
using RegistryOperator.Host.Registry.Status;

namespace RegistryOperator.Host.Kinds.Provenance;

/// <summary>What a status needs of a provenance report. The text comes from the image, and is untrusted: it is cleaned and cut.</summary>
internal sealed record ProvenanceSummary
{
    public string? Builder { get; init; }

    public string? SourceRepository { get; init; }

    public string? SourceCommit { get; init; }

    /// <summary>0 to 3.</summary>
    public int? SlsaLevel { get; init; }

    public bool IsSigned { get; init; }

    public static ProvenanceSummary Of(BuildProvenance provenance) => new()
    {
        Builder = Clean(provenance.Builder),
        SourceRepository = Clean(provenance.SourceRepository),
        SourceCommit = Clean(provenance.SourceCommit),
        SlsaLevel = provenance.SlsaLevel,
        IsSigned = provenance.IsSignatureVerified,
    };

    /// <summary>The section of the status, without times and reasons.</summary>
    public ProvenanceStatus ToStatus() =>
        new() { Builder = Builder, SourceRepo = SourceRepository, SourceCommit = SourceCommit, SlsaLevel = SlsaLevel, Signed = IsSigned };

    /// <summary>The form that registry scanners get.</summary>
    public BuildProvenance ToProvenance() => new()
    {
        Builder = Builder,
        SourceRepository = SourceRepository,
        SourceCommit = SourceCommit,
        SlsaLevel = SlsaLevel,
        IsSignatureVerified = IsSigned,
    };

    private static string? Clean(string? text) => string.IsNullOrWhiteSpace(text) ? null : ResultText.Cut(text);
}

/// <summary>The summary as the report store keeps it.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProvenanceSummary))]
internal sealed partial class ProvenanceSummaryJson : JsonSerializerContext
{
    public static byte[] Write(ProvenanceSummary summary) => JsonSerializer.SerializeToUtf8Bytes(summary, Default.ProvenanceSummary);

    public static ProvenanceSummary Read(ReadOnlyMemory<byte> json) => JsonSerializer.Deserialize(json.Span, Default.ProvenanceSummary)!;
}
