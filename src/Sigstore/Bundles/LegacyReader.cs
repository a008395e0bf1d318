using System.Security.Cryptography;
using System.Text;
using RegistryOperator.Sigstore.Artifacts;
using RegistryOperator.Sigstore.Findings;
using RegistryOperator.Sigstore.Formats;

namespace RegistryOperator.Sigstore.Bundles;

/// <summary>Reads what cosign writes outside of bundles (https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md).</summary>
internal static class LegacyReader
{
    public static BundleContent ReadSimpleSigning(byte[] payload, CosignAnnotations annotations)
    {
        CheckSize(payload.Length);
        if (string.IsNullOrEmpty(annotations.Signature)) throw RejectedException.Invalid($"The annotation {CosignAnnotations.SignatureKey} is missing.");
        return Read(new SimpleSigning(payload, Decode(annotations.Signature, CosignAnnotations.SignatureKey)), annotations);
    }

    public static BundleContent ReadEnvelope(ReadOnlyMemory<byte> json, CosignAnnotations annotations)
    {
        CheckSize(json.Length);
        return Read(EnvelopeReader.Read(JsonMessage.Parse(json, "envelope")), annotations);
    }

    private static BundleContent Read(SignedContent signed, CosignAnnotations annotations) => new(
        BundleVersion.Legacy,
        signed,
        string.IsNullOrEmpty(annotations.Certificate) ? [] : [ReadCertificate(annotations.Certificate)],
        string.IsNullOrEmpty(annotations.Bundle) ? [] : [ReadPromise(annotations.Bundle)],
        string.IsNullOrEmpty(annotations.Timestamp) ? [] : [ReadTimestamp(annotations.Timestamp)]);

    private static byte[] ReadCertificate(string pem)
    {
        CheckSize(pem.Length);
        return PemEncoding.TryFind(pem, out var fields) && pem.AsSpan()[fields.Label].SequenceEqual("CERTIFICATE")
            ? Convert.FromBase64String(pem[fields.Base64Data])
            : throw RejectedException.Invalid($"The annotation {CosignAnnotations.CertificateKey} is no PEM certificate.");
    }

    private static LogEntry ReadPromise(string json)
    {
        CheckSize(json.Length);
        var bundle = JsonMessage.Parse(Encoding.UTF8.GetBytes(json), $"annotation {CosignAnnotations.BundleKey}");
        var payload = bundle.RequiredMessage("Payload");
        if (!Digests.TryReadHex(payload.RequiredText("logID"), out var logId))
        {
            throw RejectedException.Invalid(
                $"{payload.Where}.logID is no hexadecimal number.");
        }
        var (index, time) = (payload.Number("logIndex") ?? -1, payload.Number("integratedTime") ?? -1);
        if (index < 0 || time < 0) throw RejectedException.Invalid($"{payload.Where} needs logIndex and integratedTime.");
        return new LogEntry(
            index, logId, Kind: null, Version: null, time, bundle.RequiredBytes("SignedEntryTimestamp"), Proof: null, payload.RequiredBytes("body"));
    }

    private static byte[] ReadTimestamp(string json)
    {
        CheckSize(json.Length);
        return JsonMessage.Parse(Encoding.UTF8.GetBytes(json), $"annotation {CosignAnnotations.TimestampKey}").RequiredBytes("SignedRFC3161Timestamp");
    }

    private static byte[] Decode(string text, string annotation) =>
        text.Length <= BundleLimits.Bytes && Base64Text.TryDecode(text, out var bytes) ? bytes : throw RejectedException.Invalid(
            $"The annotation {annotation} is no base64.");

    private static void CheckSize(int length)
    {
        if (length > BundleLimits.Bytes)
            throw new RejectedException(VerificationReasons.TooLarge, $"The signature's document has {length} bytes; up to {BundleLimits.Bytes} are read.");
    }
}
