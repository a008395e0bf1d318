using System.Security.Cryptography;
using System.Text;
using RegistryOperator.Sigstore.Artifacts;
using RegistryOperator.Sigstore.Bundles;
using RegistryOperator.Sigstore.Findings;
using RegistryOperator.Sigstore.Formats;

namespace RegistryOperator.Sigstore.Transparency;

/// <summary>Reads the bodies of Rekor's entries: https://github.com/sigstore/rekor/tree/main/pkg/types and https://github.com/sigstore/rekor-tiles.</summary>
internal static class LoggedEntryReader
{
    public static LoggedEntry Read(LogEntry entry)
    {
        var body = JsonMessage.Parse(entry.Body, "canonicalizedBody");
        var (kind, version) = (body.RequiredText("kind"), body.RequiredText("apiVersion"));
        if ((entry.Kind is not null && entry.Kind != kind) || (entry.Version is not null && entry.Version != version))
        {
            throw new RejectedException(
                VerificationReasons.LogEntryMismatch,
                $"The log entry is said to be {Words.Quote(entry.Kind)} {Words.Quote(entry.Version)}, and is {Words.Quote(kind)} {Words.Quote(version)}.");
        }

        var spec = body.RequiredMessage("spec");
        return (kind, version) switch
        {
            ("hashedrekord", "0.0.1") => ReadHashedRekord1(spec),
            ("hashedrekord", "0.0.2") => ReadHashedRekord2(spec.RequiredMessage("hashedRekordV002")),
            ("dsse", "0.0.1") => ReadDsse1(spec),
            ("dsse", "0.0.2") => ReadDsse2(spec.RequiredMessage("dsseV002")),
            ("intoto", "0.0.2") => ReadInToto(spec.RequiredMessage("content")),
            _ => throw new RejectedException(
                VerificationReasons.UnsupportedBundle,
                $"The log entry is of the kind {Words.Quote(kind)} {Words.Quote(version)}; hashedrekord, dsse (0.0.1, 0.0.2) and intoto (0.0.2) are read."),
        };
    }

    private static LoggedEntry ReadHashedRekord1(JsonMessage spec)
    {
        var (algorithm, digest) = ReadHash(spec.RequiredMessage("data").RequiredMessage("hash"));
        var signature = spec.RequiredMessage("signature");
        var verifier = ReadPem(signature.RequiredMessage("publicKey").RequiredBytes("content"), signature.Where);
        return new LoggedEntry(LoggedDigest.Message, algorithm, digest, [new LoggedSignature(signature.RequiredBytes("content"), verifier)], IsRekor2: false);
    }

    private static LoggedEntry ReadHashedRekord2(JsonMessage spec)
    {
        var (algorithm, digest) = ReadHashOutput(spec.RequiredMessage("data"));
        return new LoggedEntry(LoggedDigest.Message, algorithm, digest, [ReadSignature2(spec.RequiredMessage("signature"))], IsRekor2: true);
    }

    private static LoggedEntry ReadDsse1(JsonMessage spec)
    {
        var (algorithm, digest) = ReadHash(spec.RequiredMessage("payloadHash"));
        return new LoggedEntry(
            LoggedDigest.Payload,
            algorithm,
            digest,
            [
                .. spec.Messages("signatures", BundleLimits.Signatures)
                    .Select(one => new LoggedSignature(one.RequiredBytes("signature"), ReadPem(one.RequiredBytes("verifier"), one.Where))),
            ],
            IsRekor2: false);
    }

    private static LoggedEntry ReadDsse2(JsonMessage spec)
    {
        var (algorithm, digest) = ReadHashOutput(spec.RequiredMessage("payloadHash"));
        return new LoggedEntry(
            LoggedDigest.Payload, algorithm, digest, [.. spec.Messages("signatures", BundleLimits.Signatures).Select(ReadSignature2)], IsRekor2: true);
    }

    private static LoggedEntry ReadInToto(JsonMessage content)
    {
        var (algorithm, digest) = ReadHash(content.RequiredMessage("payloadHash"));
        var signatures = content.RequiredMessage("envelope").Messages("signatures", BundleLimits.Signatures)
            .Select(one => new LoggedSignature(DecodeTwice(one, "sig"), ReadPem(one.RequiredBytes("publicKey"), one.Where)));
        return new LoggedEntry(LoggedDigest.Payload, algorithm, digest, [.. signatures], IsRekor2: false);
    }

    private static LoggedSignature ReadSignature2(JsonMessage signature)
    {
        var verifier = signature.RequiredMessage("verifier");
        var holder = verifier.Message("x509Certificate") ?? verifier.RequiredMessage("publicKey");
        return new LoggedSignature(signature.RequiredBytes("content"), holder.RequiredBytes("rawBytes"));
    }

    private static (HashAlgorithmName Algorithm, byte[] Digest) ReadHash(JsonMessage hash)
    {
        if (!Digests.TryParse(hash.RequiredText("algorithm"), out var algorithm) || !Digests.TryReadHex(hash.RequiredText("value"), out var digest))
            throw RejectedException.Invalid($"{hash.Where} is no digest by SHA-256, SHA-384 or SHA-512.");
        return (algorithm, digest);
    }

    private static (HashAlgorithmName Algorithm, byte[] Digest) ReadHashOutput(JsonMessage hash) =>
        Digests.TryParse(hash.Enumeration("algorithm"), out var algorithm)
            ? (algorithm, hash.RequiredBytes("digest"))
            : throw RejectedException.Invalid($"{hash.Where} is no digest by SHA-256, SHA-384 or SHA-512.");

    /// <summary>Rekor keeps the base64 of an envelope's signature as bytes.</summary>
    private static byte[] DecodeTwice(JsonMessage message, string name) =>
        message.RequiredBytes(name) is var once && Base64Text.TryDecode(Encoding.ASCII.GetString(once), out var bytes) ? bytes : once;

    private static byte[] ReadPem(byte[] bytes, string where)
    {
        var pem = Encoding.ASCII.GetString(bytes);
        return PemEncoding.TryFind(pem, out var fields) && pem[fields.Label] is ("CERTIFICATE" or "PUBLIC KEY")
            ? Convert.FromBase64String(pem[fields.Base64Data])
            : throw RejectedException.Invalid($"{where} has neither a PEM certificate nor a PEM public key.");
    }
}
