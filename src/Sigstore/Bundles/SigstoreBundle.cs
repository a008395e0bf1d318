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

    /// <summary>What an envelope says it contains, unverified; null for a signature over an artifact.</summary>
    public string? PayloadType => (_content?.Signed as DsseEnvelope)?.PayloadType;

    /// <summary>What it is, or the refusal of what can't be read.</summary>
    internal BundleContent Content => _content ?? throw _problem!;

    internal BundleContent? ContentOrNone => _content;

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
