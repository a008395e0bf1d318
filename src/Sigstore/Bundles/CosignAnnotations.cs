namespace RegistryOperator.Sigstore.Bundles;

/// <summary>The annotations of a layer that cosign's signatures and attestations outside of bundles have.</summary>
/// <param name="Signature">Base64; empty for an envelope, which has its own.</param>
/// <param name="Certificate">PEM.</param>
/// <param name="Bundle">JSON: the log's inclusion promise, with what it is over.</param>
/// <param name="Timestamp">JSON with a RFC 3161 response.</param>
public sealed record CosignAnnotations(string? Signature = null, string? Certificate = null, string? Bundle = null, string? Timestamp = null)
{
    /// <summary>Annotation of the signature.</summary>
    public const string SignatureKey = "dev.cosignproject.cosign/signature";

    /// <summary>Annotation of the certificate.</summary>
    public const string CertificateKey = "dev.sigstore.cosign/certificate";

    /// <summary>Annotation of the log's promise.</summary>
    public const string BundleKey = "dev.sigstore.cosign/bundle";

    /// <summary>Annotation of the timestamp.</summary>
    public const string TimestampKey = "dev.sigstore.cosign/rfc3161timestamp";

    /// <summary>Takes what is known from a layer's annotations. The chain is left out: issuers come from the trusted root.</summary>
    public static CosignAnnotations Of(IReadOnlyDictionary<string, string> annotations)
    {
        ArgumentNullException.ThrowIfNull(annotations);
        return new CosignAnnotations(
            annotations.GetValueOrDefault(SignatureKey),
            annotations.GetValueOrDefault(CertificateKey),
            annotations.GetValueOrDefault(BundleKey),
            annotations.GetValueOrDefault(TimestampKey));
    }
}
