using RegistryOperator.Sigstore.Artifacts;
using RegistryOperator.Sigstore.Findings;

namespace RegistryOperator.Sigstore.Bundles;

/// <summary>
/// A signature with what is needed to verify it. Nothing of it is verified by reading, and reading never throws: what can't be read is refused.
/// </summary>
public sealed class SigstoreBundle
{
    private readonly BundleContent? _content;
    private readonly RejectedException? _problem;

    private SigstoreBundle(Func<BundleContent> read)
    {
        try
        {
            _content = read();
        }
        catch (Exception problem) when (Unreadable.Is(problem))
        {
            _problem = Unreadable.Of(problem, "The bundle");
        }
    }

    /// <summary>Why it can't be read: one of <see cref="VerificationReasons"/>; null where it can.</summary>
    public string? Problem => _problem?.Reason;

    /// <summary>
    /// What an envelope contains, by the word of whoever wrote it: to be told as a claim, and to choose what is asked for. What is verified stands in the
    /// verification's result. Null for a signature over an artifact, and for what can't be read.
    /// </summary>
    public UnverifiedPayload? UnverifiedPayload =>
        _content?.Signed is DsseEnvelope envelope ? new UnverifiedPayload(envelope.PayloadType, envelope.Payload) : null;

    /// <summary>
    /// The digest that a signature over an artifact says it is for, such as <c>sha256:…</c>, unverified: a bundle whose signature is for another is refused.
    /// Null for an envelope, and where nothing is said.
    /// </summary>
    public string? UnverifiedDigest => _content?.Signed is MessageSignature { Digest: { } digest } signature
        ? $"{Digests.NameOf(signature.Algorithm)}:{Convert.ToHexStringLower(digest)}"
        : null;

    /// <summary>What it is, or the refusal of what can't be read.</summary>
    internal BundleContent Content => _content ?? throw _problem!;

    /// <summary>Reads a Sigstore bundle of version 0.1, 0.2 or 0.3.</summary>
    /// <param name="json">UTF-8; kept until the bundle is read, not longer.</param>
    public static SigstoreBundle Read(ReadOnlyMemory<byte> json) => new(() => BundleReader.Read(json));

    /// <summary>Reads a DSSE envelope outside of a bundle.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="annotations">Of the layer, where cosign attached it.</param>
    public static SigstoreBundle ReadEnvelope(ReadOnlyMemory<byte> json, CosignAnnotations? annotations = null) =>
        new(() => LegacyReader.ReadEnvelope(json, annotations ?? new CosignAnnotations()));

    /// <summary>Reads cosign's signature over a payload that names an image.</summary>
    /// <param name="payload">The layer, as it is.</param>
    /// <param name="annotations">Of the layer, with the signature.</param>
    public static SigstoreBundle ReadSimpleSigning(ReadOnlyMemory<byte> payload, CosignAnnotations annotations)
    {
        ArgumentNullException.ThrowIfNull(annotations);
        return new SigstoreBundle(() => LegacyReader.ReadSimpleSigning(payload.ToArray(), annotations));
    }
}

/// <summary>What an envelope contains, whoever wrote it.</summary>
/// <param name="Type">Its media type.</param>
/// <param name="Bytes">The payload.</param>
public sealed record UnverifiedPayload(string Type, ReadOnlyMemory<byte> Bytes);
