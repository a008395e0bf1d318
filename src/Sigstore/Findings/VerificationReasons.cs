namespace RegistryOperator.Sigstore.Findings;

/// <summary>Why a bundle is refused: one of these words, beside a message that says what, where and what to do.</summary>
public static class VerificationReasons
{
    /// <summary>The bundle, or a part of it, can't be read: malformed JSON, base64 or DER, a missing or contradicting field.</summary>
    public const string InvalidBundle = nameof(InvalidBundle);

    /// <summary>A version of the bundle, or a kind of log entry, that is not known here.</summary>
    public const string UnsupportedBundle = nameof(UnsupportedBundle);

    /// <summary>The bundle, or the number of its parts, exceeds a limit.</summary>
    public const string TooLarge = nameof(TooLarge);

    /// <summary>A key or a signature of an algorithm that is not supported.</summary>
    public const string UnsupportedAlgorithm = nameof(UnsupportedAlgorithm);

    /// <summary>A log or an authority that is not in the trusted root: of another instance, or newer than the root.</summary>
    public const string TrustedRootOutdated = nameof(TrustedRootOutdated);

    /// <summary>A certificate is to be verified, and no trusted root is given.</summary>
    public const string TrustedRootMissing = nameof(TrustedRootMissing);

    /// <summary>The bundle names a key where the policy wants a certificate.</summary>
    public const string CertificateMissing = nameof(CertificateMissing);

    /// <summary>The bundle has a certificate where the policy names a key.</summary>
    public const string KeyExpected = nameof(KeyExpected);

    /// <summary>The certificate does not chain to its authority, or is not one for signing code.</summary>
    public const string UntrustedCertificate = nameof(UntrustedCertificate);

    /// <summary>The certificate, or one of its issuers, was not valid at a verified time of the signature.</summary>
    public const string CertificateNotValid = nameof(CertificateNotValid);

    /// <summary>The certificate has no signed certificate timestamp, though the trusted root has certificate logs.</summary>
    public const string SctMissing = nameof(SctMissing);

    /// <summary>No signed certificate timestamp verifies.</summary>
    public const string SctInvalid = nameof(SctInvalid);

    /// <summary>The certificate is of an identity that the policy does not name.</summary>
    public const string IdentityMismatch = nameof(IdentityMismatch);

    /// <summary>The identity was told by an issuer that the policy does not name.</summary>
    public const string IssuerMismatch = nameof(IssuerMismatch);

    /// <summary>The signature does not verify.</summary>
    public const string SignatureInvalid = nameof(SignatureInvalid);

    /// <summary>The signature is for another artifact.</summary>
    public const string ArtifactMismatch = nameof(ArtifactMismatch);

    /// <summary>The signed payload is not what its type promises.</summary>
    public const string InvalidStatement = nameof(InvalidStatement);

    /// <summary>The statement's predicate is of another type than asked for.</summary>
    public const string PredicateMismatch = nameof(PredicateMismatch);

    /// <summary>No entry of a transparency log, though the trusted root has logs.</summary>
    public const string LogEntryMissing = nameof(LogEntryMissing);

    /// <summary>The log's entry is about another signature, artifact, key or certificate than the bundle.</summary>
    public const string LogEntryMismatch = nameof(LogEntryMismatch);

    /// <summary>The entry is of a time at which the trusted root does not trust the log.</summary>
    public const string LogNotValid = nameof(LogNotValid);

    /// <summary>The entry has no inclusion promise, which bundles of version 0.1 need.</summary>
    public const string InclusionPromiseMissing = nameof(InclusionPromiseMissing);

    /// <summary>The log's signature of the inclusion promise does not verify.</summary>
    public const string InclusionPromiseInvalid = nameof(InclusionPromiseInvalid);

    /// <summary>The entry has no inclusion proof, which bundles from version 0.2 need.</summary>
    public const string InclusionProofMissing = nameof(InclusionProofMissing);

    /// <summary>The inclusion proof does not lead from the entry to the root hash.</summary>
    public const string InclusionProofInvalid = nameof(InclusionProofInvalid);

    /// <summary>The checkpoint can't be read as a signed note.</summary>
    public const string CheckpointMalformed = nameof(CheckpointMalformed);

    /// <summary>The checkpoint does not say of which log it is.</summary>
    public const string CheckpointOriginMissing = nameof(CheckpointOriginMissing);

    /// <summary>The checkpoint does not say the size of the tree.</summary>
    public const string CheckpointSizeMissing = nameof(CheckpointSizeMissing);

    /// <summary>The checkpoint is of another tree than the inclusion proof.</summary>
    public const string CheckpointRootMismatch = nameof(CheckpointRootMismatch);

    /// <summary>The checkpoint has no signature by the log, or is of another origin.</summary>
    public const string CheckpointNotFromLog = nameof(CheckpointNotFromLog);

    /// <summary>The log's signature of the checkpoint does not verify.</summary>
    public const string CheckpointSignatureInvalid = nameof(CheckpointSignatureInvalid);

    /// <summary>Nothing tells reliably when the signature was made.</summary>
    public const string VerifiedTimeMissing = nameof(VerifiedTimeMissing);

    /// <summary>A signed timestamp can't be read, or its signature does not verify.</summary>
    public const string TimestampInvalid = nameof(TimestampInvalid);

    /// <summary>A signed timestamp is for other bytes than the signature.</summary>
    public const string TimestampMismatch = nameof(TimestampMismatch);

    /// <summary>A signed timestamp is of a time at which its authority is not trusted.</summary>
    public const string TimestampAuthorityNotValid = nameof(TimestampAuthorityNotValid);
}
