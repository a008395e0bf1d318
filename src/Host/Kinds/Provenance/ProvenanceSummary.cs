using System.Text.Json;
using System.Text.Json.Serialization;
using RegistryOperator.Abstractions.Provenance;
using RegistryOperator.Host.Registry.Status;

namespace RegistryOperator.Host.Kinds.Provenance;

/// <summary>What a status needs of a provenance report. The words are an image's own, and so anybody's: they are cleaned and cut.</summary>
internal sealed record ProvenanceSummary
{
    public string? Builder { get; init; }

    public string? BuildType { get; init; }

    public string? SourceRepository { get; init; }

    public string? SourceCommit { get; init; }

    /// <summary>0 to 3.</summary>
    public int? SlsaLevel { get; init; }

    /// <summary>0 to 3.</summary>
    public int? ClaimedSlsaLevel { get; init; }

    public bool IsSigned { get; init; }

    /// <summary>True where builder and source are verified; else they are anybody's claim.</summary>
    public bool IsProved { get; init; }

    public AttestationSummary? Attested { get; init; }

    public static ProvenanceSummary Of(ProvenanceScanResult result)
    {
        var provenance = result.Provenance;
        return new ProvenanceSummary
        {
            Builder = AttestationSummary.Clean(provenance.Builder),
            BuildType = AttestationSummary.Clean(provenance.BuildType),
            SourceRepository = AttestationSummary.Clean(provenance.SourceRepository),
            SourceCommit = AttestationSummary.Clean(provenance.SourceCommit),
            SlsaLevel = provenance.SlsaLevel,
            ClaimedSlsaLevel = provenance.ClaimedSlsaLevel,
            IsSigned = provenance.IsSignatureVerified,
            IsProved = provenance.IsProvenanceVerified,
            Attested = AttestationSummary.Of(result),
        };
    }

    /// <summary>What stands in the status, without times and reasons.</summary>
    public ProvenanceStatus ToStatus()
    {
        var section = new ProvenanceStatus
        {
            Builder = Builder,
            BuildType = BuildType,
            SourceRepo = SourceRepository,
            SourceCommit = SourceCommit,
            SlsaLevel = SlsaLevel,
            ClaimedSlsaLevel = ClaimedSlsaLevel,
            Signed = IsSigned,
        };
        return Attested?.AddTo(section) ?? section;
    }

    /// <summary>All of it, for who verifies an image by hand.</summary>
    public ImageVerification ToVerification()
    {
        var status = ToStatus();
        return new ImageVerification
        {
            Signed = IsSigned,
            Signatures = status.Signatures,
            Verification = status.Verification,
            SlsaLevel = SlsaLevel,
            ClaimedSlsaLevel = ClaimedSlsaLevel,
            ProvenanceVerified = IsProved,
            Builder = Builder,
            BuildType = BuildType,
            SourceRepo = SourceRepository,
            SourceCommit = SourceCommit,
            Expectations = status.Expectations,
            Attestations = [.. (Attested?.Attestations ?? []).Select(one => one.ToEvidence())],
            LeftOut = Attested is { LeftOut: > 0 and var cut } ? cut : null,
        };
    }

    /// <summary>What scanners of all images are told of it.</summary>
    public BuildProvenance ToProvenance() => new()
    {
        Builder = Builder,
        BuildType = BuildType,
        SourceRepository = SourceRepository,
        SourceCommit = SourceCommit,
        SlsaLevel = SlsaLevel,
        ClaimedSlsaLevel = ClaimedSlsaLevel,
        IsSignatureVerified = IsSigned,
        IsProvenanceVerified = IsProved,
        SignedBy = SignedBy,
    };

    private string? SignedBy => IsSigned
        ? Attested?.Verification switch
        {
            { Identity: { } identity, Issuer: var issuer } => issuer is null ? identity : $"{identity} ({issuer})",
            { Key: { } key } => key,
            _ => null,
        }
        : null;
}

/// <summary>The summary as the report store keeps it.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProvenanceSummary))]
internal sealed partial class ProvenanceSummaryJson : JsonSerializerContext
{
    public static byte[] Write(ProvenanceSummary summary) => JsonSerializer.SerializeToUtf8Bytes(summary, Default.ProvenanceSummary);

    public static ProvenanceSummary Read(ReadOnlyMemory<byte> json) => JsonSerializer.Deserialize(json.Span, Default.ProvenanceSummary)!;
}
