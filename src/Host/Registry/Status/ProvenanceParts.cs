namespace RegistryOperator.Host.Registry.Status;

/// <summary>How many signatures there are.</summary>
internal sealed record SignatureCountsStatus
{
    public int Found { get; init; }

    /// <summary>Those that a key or an identity of the resource verifies.</summary>
    public int Verified { get; init; }
}

/// <summary>What a signature was verified with, or why none was.</summary>
internal sealed record VerificationStatus
{
    /// <summary><c>key</c> or <c>keyless</c>; null where none was verified.</summary>
    public string? Method { get; init; }

    public string? Identity { get; init; }

    public string? Issuer { get; init; }

    /// <summary>The SHA-256 of the key.</summary>
    public string? Key { get; init; }

    /// <summary>When it was signed, as a log or a timestamp authority says.</summary>
    public DateTimeOffset? LoggedAt { get; init; }

    public string? Reason { get; init; }

    public string? Message { get; init; }
}

/// <summary>Whether the provenance says what the resource expects.</summary>
internal sealed record ExpectationsStatus
{
    public bool Met { get; init; }

    /// <summary>A sentence for each expectation that is not met.</summary>
    public IReadOnlyList<string> Unmet { get => field ?? []; init; }
}

/// <summary>A signature of the image, or an attestation about it.</summary>
internal sealed record AttestationStatus
{
    /// <summary>E.g. <c>signature</c>, <c>provenance</c>, <c>sbom</c>.</summary>
    public string Type { get => field ?? ""; init; }

    public string? PredicateType { get; init; }

    /// <summary>The manifest that holds it.</summary>
    public string? Digest { get; init; }

    /// <summary>What it is about.</summary>
    public string? Subject { get; init; }

    /// <summary>Where it was found, e.g. <c>ReferrersApi</c>.</summary>
    public string? Source { get; init; }

    public bool Verified { get; init; }

    public string? Reason { get; init; }
}
