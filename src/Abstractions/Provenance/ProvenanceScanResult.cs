using RegistryOperator.Abstractions.Scanning;

namespace RegistryOperator.Abstractions.Provenance;

/// <summary>What a scanner of kind <see cref="ScannerKind.Provenance"/> returns.</summary>
public sealed record ProvenanceScanResult : ImageScanResult
{
    /// <summary>What is known of how the image was built; all null or false where the image has no provenance.</summary>
    public required BuildProvenance Provenance { get; init; }
}

/// <summary>How an image was built, as its provenance says (<see href="https://slsa.dev/spec/v1.0/provenance"/>).</summary>
public sealed record BuildProvenance
{
    /// <summary>The highest level of SLSA's build track (<see href="https://slsa.dev/spec/v1.0/levels"/>).</summary>
    public const int HighestSlsaLevel = 3;

    /// <summary>The builder's identity, mostly a URI.</summary>
    public string? Builder { get; init; }

    /// <summary>The source repository's URL.</summary>
    public string? SourceRepository { get; init; }

    /// <summary>The source's commit, as its version control writes it.</summary>
    public string? SourceCommit { get; init; }

    /// <summary>The level of SLSA's build track that is shown, 0 to 3; null where it could not be determined.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is set to another number.</exception>
    public int? SlsaLevel
    {
        get;
        init => field = value is null or (>= 0 and <= HighestSlsaLevel)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"SLSA's build track has the levels 0 to {HighestSlsaLevel}.");
    }

    /// <summary>True only where a signature over the provenance or the image was verified; the presence of one is not enough.</summary>
    public bool IsSignatureVerified { get; init; }
}
