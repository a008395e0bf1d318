using RegistryOperator.Sigstore.Findings;
using RegistryOperator.Sigstore.Formats;

namespace RegistryOperator.Sigstore.Bundles;

/// <summary>Reads DSSE envelopes (https://github.com/secure-systems-lab/dsse/blob/master/envelope.md).</summary>
internal static class EnvelopeReader
{
    public static DsseEnvelope Read(JsonMessage envelope)
    {
        envelope.Only("payload", "payloadType", "signatures");
        var signatures = envelope.Messages("signatures", BundleLimits.Signatures)
            .Select(one => new EnvelopeSignature(one.Text("keyid"), one.RequiredBytes("sig")))
            .ToArray();
        if (signatures.Length == 0) throw RejectedException.Invalid($"{envelope.Where}.signatures is empty.");
        var payload = envelope.Bytes("payload") ?? [];
        if ((long)payload.Length * signatures.Length > BundleLimits.SignedBytes)
        {
            throw new RejectedException(
                VerificationReasons.TooLarge,
                $"{envelope.Where} has {signatures.Length} signatures over {payload.Length} bytes; up to {BundleLimits.SignedBytes} bytes are hashed.");
        }

        return new DsseEnvelope(envelope.RequiredText("payloadType"), payload, signatures);
    }

    /// <summary>An envelope in a bundle has one signature.</summary>
    public static DsseEnvelope ReadOnlySigned(JsonMessage envelope) => Read(envelope) is var read && read.Signatures.Count == 1
        ? read
        : throw RejectedException.Invalid($"{envelope.Where}.signatures has {read.Signatures.Count} signatures; a bundle's envelope has one.");
}
