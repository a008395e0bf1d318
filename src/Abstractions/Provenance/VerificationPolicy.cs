using RegistryOperator.Abstractions.Secrets;

namespace RegistryOperator.Abstractions.Provenance;

/// <summary>
/// How signatures and attestations are verified, as <c>spec.provenanceTracking.verification</c> says. One key or identity that fits is enough.
/// </summary>
public sealed record VerificationPolicy
{
    /// <summary>Public keys, of which one has to verify a signature.</summary>
    public IReadOnlyList<VerificationKey> Keys { get; init; } = [];

    /// <summary>Identities, of which a signature's certificate has to have one.</summary>
    public IReadOnlyList<KeylessIdentity> Keyless { get; init; } = [];

    /// <summary>What the provenance has to say; null for nothing.</summary>
    public ProvenanceExpectations? Expectations { get; init; }

    /// <summary>True where there is a key or an identity to verify with.</summary>
    public bool CanVerify => Keys.Count + Keyless.Count > 0;
}

/// <summary>A public key. One of the two is set.</summary>
public sealed record VerificationKey
{
    /// <summary>The key in PEM, e.g. what <c>cosign generate-key-pair</c> writes into <c>cosign.pub</c>.</summary>
    public string? Pem { get; init; }

    /// <summary>The key in a Secret of the resource's namespace.</summary>
    public SecretKeyReference? SecretRef { get; init; }
}

/// <summary>
/// An identity in a certificate that a Fulcio has issued
/// (<see href="https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md"/>). Of each pair one is set.
/// </summary>
public sealed record KeylessIdentity
{
    /// <summary>The OpenID Connect issuer, exactly.</summary>
    public string? Issuer { get; init; }

    /// <summary>A regular expression without backtracking that the whole issuer has to match.</summary>
    public string? IssuerPattern { get; init; }

    /// <summary>The subject alternative name, exactly: an e-mail address, or a URI such as that of a workflow.</summary>
    public string? Identity { get; init; }

    /// <summary>A regular expression without backtracking that the whole name has to match.</summary>
    public string? IdentityPattern { get; init; }

    /// <summary>Where certificates and logs of another Sigstore instance than the public-good one are; null for that one.</summary>
    public TrustedRootReference? TrustedRoot { get; init; }
}

/// <summary>Names a trusted root (<see href="https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_trustroot.proto"/>).</summary>
public sealed record TrustedRootReference
{
    /// <summary>Its JSON in a Secret of the resource's namespace.</summary>
    public required SecretKeyReference SecretRef { get; init; }
}

/// <summary>What the provenance of an image has to say. What is empty or null is not looked at.</summary>
public sealed record ProvenanceExpectations
{
    /// <summary>The builder has to be one of these, exactly.</summary>
    public IReadOnlyList<string> Builders { get; init; } = [];

    /// <summary>The source repository has to be one of these: URLs, compared without a scheme's <c>git+</c>, a trailing <c>.git</c> and a reference.</summary>
    public IReadOnlyList<string> SourceRepositories { get; init; } = [];

    /// <summary>The level of SLSA's build track that has to be earned, 1 to 3.</summary>
    public int? MinimumSlsaLevel { get; init; }
}
